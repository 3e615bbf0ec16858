"""Reading a translator's file as any gettext editor writes it, entry by entry.

Babel's reader builds a whole catalogue of objects for each file; six of them at start cost a worker 13 of the 120 MB
that it may take, and are not given back. Here an entry is gone when it has been looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from babel.messages.pofile import unescape

KEYWORDS = ("msgctxt", "msgid", "msgstr")


@dataclass(slots=True)
class PoEntry:
    """One string with its translation ("" where there is none); `fuzzy` = nobody has approved it."""

    fuzzy: bool = False
    said: dict[str, str] = field(default_factory=dict)

    @property
    def context(self) -> str:
        """Where the string stands."""
        return self.said.get("msgctxt", "")

    @property
    def english(self) -> str:
        """The string."""
        return self.said.get("msgid", "")

    @property
    def words(self) -> str:
        """What it is in the other language."""
        return self.said.get("msgstr", "")


def read_entries(lines: Iterable[str]) -> Iterator[PoEntry]:
    """Every entry in turn, the file's head (its string is "") among them. Comments and obsolete entries are left out.

    Raises ValueError, naming the line, for what no gettext file has.
    """
    entry, last = PoEntry(), ""
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        keyword, _, rest = line.partition(" ")
        if last == "msgstr" and (
            not line or line.startswith("#") or keyword in KEYWORDS
        ):
            yield entry
            entry, last = PoEntry(), ""
        if line.startswith("#"):
            entry.fuzzy = entry.fuzzy or (line.startswith("#,") and "fuzzy" in line)
        elif keyword in KEYWORDS and rest.startswith('"'):
            last = keyword
            entry.said[last] = unescape(rest)
        elif last and line.startswith('"'):
            entry.said[last] += unescape(line)
        elif line:
            raise ValueError(f"line {number}: {line}")
    if last == "msgstr":
        yield entry
