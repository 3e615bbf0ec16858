"""systemd's unit files, read as far as this service's own go: sections, settings that may stand more than once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class UnitFile:
    """One unit file. `settings` holds every value in order, by section and name, as in ("Service", "ExecStart")."""

    name: str
    settings: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def every(self, section: str, name: str) -> list[str]:
        """All values of that setting, in order; none where it is not set."""
        return self.settings.get((section, name), [])

    def one(self, section: str, name: str, usual: str = "") -> str:
        """The last value of that setting, which is the one that holds."""
        return (self.every(section, name) or [usual])[-1]

    def words(self, section: str, name: str) -> list[str]:
        """The words of all values of that setting."""
        return " ".join(self.every(section, name)).split()


def read_unit(path: Path) -> UnitFile:
    """Read a unit file. Raises ValueError for a line that is neither a section nor a setting."""
    unit = UnitFile(path.name)
    section = ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        text = line.strip()
        if not text or text[0] in "#;":
            continue
        if text.startswith("[") and text.endswith("]"):
            section = text[1:-1]
            continue
        name, equals, value = text.partition("=")
        if not equals or not section:
            raise ValueError(f"{path}:{number}: not a setting: {text}")
        unit.settings.setdefault((section, name.strip()), []).append(value.strip())
    return unit
