"""A translator's file is read as gettext editors write it: the same as Babel reads, for less memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from feedback_app.survey.po import PoEntry, read_entries
from feedback_app.web.gettext import FOLDER

EDITED = r"""
msgid ""
msgstr ""
"Language: pl\n"

# A note of the translator's.
#. A note of ours.
#, fuzzy, c-format
#| msgctxt "all 4-7 button next"
#| msgid "Go on"
msgctxt "all 4-7 button next"
msgid "Next"
msgstr "Dalej"
msgctxt "all 4-7 help"
msgid ""
"Say \"help\" "
"now\\here"
msgstr ""
"Powiedz \"pomoc\"\n"
"teraz"

#~ msgctxt "all 4-7 gone"
#~ msgid "Old"
#~ msgstr "Stare"
"""


def test_flags_notes_wrapped_lines_quotes_and_obsolete_entries() -> None:
    head, onward, helped = read_entries(EDITED.splitlines())
    assert head.english == ""
    assert onward == PoEntry(
        fuzzy=True,
        said={"msgctxt": "all 4-7 button next", "msgid": "Next", "msgstr": "Dalej"},
    )
    assert (helped.english, helped.words, helped.fuzzy) == (
        'Say "help" now\\here',
        'Powiedz "pomoc"\nteraz',
        False,
    )


def test_what_is_no_gettext_file_is_named_by_its_line() -> None:
    with pytest.raises(ValueError, match="line 2"):
        list(read_entries(['msgid "Next"', "msgstr Dalej"]))


@pytest.mark.parametrize(
    "path",
    sorted(FOLDER.glob("*/LC_MESSAGES/surveys.po")),
    ids=lambda path: path.parts[-3],
)
def test_every_language_is_read_as_babel_reads_it(path: Path) -> None:
    with path.open("rb") as file:
        theirs = {
            (one.context or "", one.id): (one.string, one.fuzzy)
            for one in read_po(file)
            if one.id
        }
    with path.open(encoding="utf-8") as lines:
        ours = {
            (one.context, one.english): (one.words, one.fuzzy)
            for one in read_entries(lines)
            if one.english
        }
    assert ours == theirs
    assert len(ours) > 1_000
