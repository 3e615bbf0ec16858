"""All that Listen reads in a shipped survey has a name for its clip, and every name stands for words that it reads."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.clip_names import present_clips, script_rows
from feedback_app.survey.clips import write_notes
from feedback_app.survey.files.load import load_catalogue
from feedback_app.survey.model import EASY, LOOK_OF_BAND, MARKS, MODES, Facts
from feedback_app.survey_page.build_page import build_page
from feedback_app.survey_page.views import SurveyPage
from tests.support.clip_files import record, tone
from tests.support.surveys import NUMBERS, copy_surveys


@pytest.fixture
def surveys(tmp_path: Path) -> Path:
    return copy_surveys(tmp_path)


def words_of(page: SurveyPage) -> set[str]:
    """All that Listen reads on the page's screens, string by string."""
    found: set[str] = {page.ui["skip"]}
    for screen in page.screens:
        notes = [choice.note for choice in screen.choices if choice.note] + (
            [screen.who] if screen.who else []
        )
        found |= {
            screen.spoken_words,
            *(aside.spoken_words for aside in screen.asides),
            *(choice.label for choice in screen.choices),
            *(note.striptags() for note in notes),
            *(part.words.striptags() for part in screen.parts),
        }
        if screen.send:
            found.add(screen.send.spoken_words)
    return found


KNOWN_ON_THE_PAGE = re.compile(r"about \d+ minutes|\(up to \d+\)")
"""Numbers that stand in no setting, so that nobody can be recorded saying them."""
SAFE_HELP = {"text.safe_help", "text.safe_help.easy"}


def read_in_band(catalogue: Catalogue, key: str, band: str, *, whole: bool) -> set[str]:
    """Return all that Listen reads on any page of a band, in its own look and in easy read.

    A month's extra question adds one screen of its own: it is drawn once a look, with every IRO and mode if `whole`.
    """
    survey = catalogue.find_survey(key)
    ways = list(itertools.product((True, False), MODES))
    read: set[str] = set()
    for extra in (None, *(question.id for question in survey.spotlight[band])):
        for iro, mode in ways if whole or extra is None else ways[:1]:
            for look in (LOOK_OF_BAND[band], EASY):
                facts = Facts(mode, frozenset(MARKS))
                page = build_page(
                    catalogue, survey, band, look, extra, facts, NUMBERS, has_iro=iro
                )
                read |= words_of(page)
    return read


@pytest.mark.parametrize(
    "whole",
    [False, pytest.param(True, marks=pytest.mark.full)],
    ids=["each page", "all"],
)
@pytest.mark.parametrize(
    "key",
    [
        "rate-my-review",
        *(
            pytest.param(key, marks=pytest.mark.full)
            for key in ("safeguarding", "u-matter")
        ),
    ],
)
def test_all_that_listen_reads_has_a_name_for_its_clip_and_every_name_stands_for_words_that_it_reads(
    surveys: Path, key: str, whole: bool
) -> None:
    shipped = load_catalogue(surveys)
    bands = shipped.find_survey(key).bands
    for band in bands:
        for name in present_clips(shipped, key, band):
            record(
                surveys,
                f"{key}/en/{band}/{name}.wav",
                tone(0.01) + f"{band} {name}".encode(),
            )
    catalogue = load_catalogue(surveys)
    lines = {
        (band, row.name): row.words
        for band in bands
        for row in script_rows(catalogue, key, band, NUMBERS)
    }
    folder = surveys / key / "audio/en"
    write_notes(
        folder,
        {
            (f"{c.band}/{c.path.name}", c.digest): lines[c.band, c.name]
            for c in catalogue.clips
        },
    )
    catalogue = load_catalogue(surveys)
    for band in bands:
        read = {
            said
            for said in read_in_band(catalogue, key, band, whole=whole)
            if not KNOWN_ON_THE_PAGE.search(said)
        }
        assert read <= set(lines.values()), (
            "easy read says some of a younger band's words"
        )
        unread = {
            name
            for (one, name), said in lines.items()
            if one == band and said not in read
        }
        asked = {name for name in unread if ".plain" not in name}
        assert asked <= SAFE_HELP, (
            "said only after `safe_adult`, which not every survey asks"
        )
        survey, facts = catalogue.find_survey(key), Facts(MODES[0], frozenset(MARKS))
        page = build_page(
            catalogue,
            survey,
            band,
            LOOK_OF_BAND[band],
            None,
            facts,
            NUMBERS,
            has_iro=True,
        )
        assert all(page.clip_file(said) for said in read)
        assert all(
            row.state == "clip" for row in script_rows(catalogue, key, band, NUMBERS)
        )
