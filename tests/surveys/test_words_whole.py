"""Whatever a page needs to say, it can say it at every age, with nothing left to fill in."""

from __future__ import annotations

import pytest

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import BANDS, LOOK_OF_BAND
from feedback_app.survey.pictures import DRAWN
from feedback_app.survey.words import (
    MOMENTS,
    SETTINGS,
    STAFF_TEXT_IDS,
    TEXT_IDS,
    UI_KEYS,
    fill_braces,
    fill_line,
)

NUMBERS = dict.fromkeys(SETTINGS | MOMENTS, "1")
TALK_TO = ["not_safe", "advocate", "iro", "other", "no"]
IDS = {
    "iro_sees": ["no", "yes"],
    "talk_to": TALK_TO,
    "helped": ["none", "iro", "carer", "social_worker", "advocate", "teacher", "other"],
}
PLACES = {"home", "school", "phone", "message", "somewhere", "another"}

NOT_IN_THE_YEARLY_SURVEY = {"iro_sees", "iro_aloud_start", "iro_aloud_end"}
ONLY_IN_THE_YEARLY_SURVEY = {"more"}


@pytest.mark.parametrize("band", BANDS)
@pytest.mark.parametrize("text_id", TEXT_IDS)
def test_every_text_is_there_at_every_age_and_can_be_filled(
    catalogue: Catalogue, band: str, text_id: str
) -> None:
    yearly = text_id in ONLY_IN_THE_YEARLY_SURVEY or (
        band == "16-25" and text_id not in NOT_IN_THE_YEARLY_SURVEY
    )
    for iro in (True, False):
        text = fill_braces(
            catalogue.words.find_text(
                text_id, "u-matter" if yearly else "rate-my-review", band, iro=iro
            ),
            NUMBERS,
        )
        assert text.body or text.title
        assert "{" not in "".join(
            (
                text.title,
                *text.body,
                *(o.label for o in text.options),
                *text.extra.values(),
            )
        )


@pytest.mark.parametrize("band", BANDS)
def test_the_choices_have_the_ids_that_are_stored(
    catalogue: Catalogue, band: str
) -> None:
    for text_id, ids in IDS.items():
        survey = (
            "u-matter"
            if band == "16-25" and text_id != "iro_sees"
            else "rate-my-review"
        )
        text = catalogue.words.find_text(text_id, survey, band)
        assert [option.id for option in text.options] == ids
        assert text.default == ("no" if text_id == "talk_to" else ids[0])
    for survey in ("rate-my-review", "safeguarding", "u-matter"):
        how = catalogue.words.find_text("talk_how", survey, band)
        assert {option.id for option in how.options} <= PLACES
        assert how.box


@pytest.mark.parametrize("band", BANDS)
def test_a_child_who_says_they_are_not_safe_is_told_when_it_is_seen_and_who_helps_now(
    catalogue: Catalogue, band: str
) -> None:
    line = catalogue.words.find_text("talk_to", "u-matter", band).extra["not_safe_text"]
    assert "It may not be today" in line
    assert "sees your name" in line
    calls = catalogue.words.find_text("calls", "u-matter", band).extra
    assert "{emergency}" in calls["danger"]
    assert calls["danger_number"] == "{emergency}"
    helpline = "{adult_helpline}" if band == "16-25" else "{childline}"
    assert calls["talk_number"] == helpline


def test_below_a_no_stands_who_can_help_with_that(catalogue: Catalogue) -> None:
    for band in BANDS:
        survey = "u-matter" if band == "16-25" else "rate-my-review"
        for easy in (False, True):
            lines = catalogue.words.find_text("no_help", survey, band, easy=easy).extra
            for question in ("know_iro", "advocate", "my_story", "know_worker"):
                assert "{" in lines[question], (band, question, "whom to call")


def test_a_child_without_an_iro_reads_of_no_iro_where_they_choose_whom_to_talk_to(
    catalogue: Catalogue,
) -> None:
    for band in ("4-7", "8-11", "12-17"):
        for text_id in ("talk_to", "who_reads"):
            text = catalogue.words.find_text(text_id, "safeguarding", band, iro=False)
            assert "IRO" not in " ".join((*text.body, *(o.label for o in text.options)))


def test_a_dead_link_and_a_lost_signal_say_the_same_at_every_age(
    catalogue: Catalogue,
) -> None:
    for text_id in ("dead_link", "signal", "not_found", "busy", "error", "down"):
        said = [
            catalogue.words.find_text(text_id, "rate-my-review", band) for band in BANDS
        ]
        assert all(text == said[0] for text in said)


@pytest.mark.parametrize(
    "text_id", ["dead_link", "not_found", "busy", "error", "down", "open_safe"]
)
def test_pages_where_a_child_may_be_stuck_name_help(
    catalogue: Catalogue, text_id: str
) -> None:
    for band in ("4-7", "8-11", "12-17"):
        body = " ".join(catalogue.words.find_text(text_id, "rate-my-review", band).body)
        assert "{emergency}" in body
        assert "{childline}" in body


@pytest.mark.parametrize("band", BANDS)
def test_every_short_word_is_there(catalogue: Catalogue, band: str) -> None:
    short = catalogue.words.short_words(band)
    assert set(short) == set(UI_KEYS)
    assert (
        fill_line(short["question_of"], {"n": "3", "total": "12"}) == "Question 3 of 12"
    )


def test_the_officer_has_the_rules_for_asking_aloud(catalogue: Catalogue) -> None:
    for text_id in STAFF_TEXT_IDS:
        assert len(catalogue.words.staff_text(text_id, "rate-my-review").body) == 10


def test_the_youngest_see_a_picture_that_is_drawn_with_each_question(
    catalogue: Catalogue,
) -> None:
    for survey in catalogue.surveys:
        for band in (b for b in survey.bands if LOOK_OF_BAND[b] == "young"):
            assert {
                q.picture for q in (*survey.bands[band], *survey.spotlight[band])
            } <= set(DRAWN)


def test_ages_can_be_compared_because_ids_are_the_same(catalogue: Catalogue) -> None:
    survey = catalogue.find_survey("rate-my-review")
    listened = {band: survey.find_question(band, "listened") for band in survey.bands}
    ids = {band: [o.id for o in q.options] for band, q in listened.items() if q}
    assert ids == {
        "4-7": ["very", "little", "not"],
        "8-11": ["very", "quite", "little", "not", "not_said"],
        "12-17": ["very", "quite", "little", "not", "not_said"],
    }
    youngest, older = listened["4-7"], listened["8-11"]
    assert youngest
    assert [o.face for o in youngest.options] == ["good", "ok", "bad"]
    assert older
    assert [o.dots for o in older.options] == [3, 2, 1, 0, None]


def test_measures_carry_the_plan_s_targets(catalogue: Catalogue) -> None:
    survey = catalogue.find_survey("rate-my-review")
    measures = {m.id: m for m in survey.measures}
    targets = {
        id_: (m.target, m.above) for id_, m in measures.items() if m.target is not None
    }
    assert targets == {
        "know_iro": (0.8, True),
        "talked_before": (0.8, True),
        "views_shared": (0.0, False),
        "check_in": (0.8, True),
    }
    assert {id_ for id_, m in measures.items() if m.over5_only} == {
        "know_iro",
        "talked_before",
    }
    assert {"choose_how", "talked_before", "my_story"} <= {
        id_ for id_, m in measures.items() if m.by_band_only
    }
    assert measures["views_shared"].counts == {
        "4-7": ("no",),
        "8-11": ("no_one",),
        "12-17": ("no_one",),
    }


def test_the_same_text_may_stand_for_several_surveys(catalogue: Catalogue) -> None:
    choice = {
        key: catalogue.words.find_text("open_choice", key, "8-11")
        for key in ("rate-my-review", "u-matter")
    }
    assert choice["rate-my-review"] == choice["u-matter"]
    assert (
        catalogue.words.find_text("open_choice", "safeguarding", "8-11")
        != choice["u-matter"]
    )
