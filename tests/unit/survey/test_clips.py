"""A worker puts recordings beside a survey: each is heard where its words are, or they are told why it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.checks.survey import list_problems
from feedback_app.survey.clip_names import script_rows
from feedback_app.survey.clips import KINDS, MOST_BYTES, sounds_like, write_notes
from feedback_app.survey.files.load import load_catalogue
from feedback_app.survey.files.released import release_version, version_digest
from feedback_app.survey.model import LOOK_OF_BAND, Facts
from feedback_app.survey_page.build_page import build_page
from feedback_app.survey_page.views import By, SurveyPage
from tests.support.clip_files import record, tone
from tests.support.surveys import NUMBERS, copy_surveys, edit

KNOW = "Do you know who your IRO is?"
EN = "rate-my-review/en/8-11"
MIDDLE = "rate-my-review/1/8-11.yaml"
BEGINNINGS = {
    ".mp3": (b"ID3\x04", b"\xff\xfb\x90\x00"),
    ".m4a": (b"\0\0\0\x20ftypM4A ",),
    ".ogg": (b"OggS\0\x02",),
    ".opus": (b"OggS\0\x02",),
    ".webm": (b"\x1a\x45\xdf\xa3",),
    ".wav": (tone(0.01),),
}


@pytest.fixture
def surveys(tmp_path: Path) -> Path:
    return copy_surveys(tmp_path)


def page_of(
    catalogue: Catalogue,
    band: str = "8-11",
    *,
    version: int | None = None,
    iro: bool = True,
    by: By = "child",
    key: str = "rate-my-review",
    numbers: Mapping[str, str] = NUMBERS,
) -> SurveyPage:
    survey = catalogue.find_survey(key, version)
    facts = Facts("in_person", frozenset())
    return build_page(
        catalogue,
        survey,
        band,
        LOOK_OF_BAND[band],
        None,
        facts,
        numbers,
        has_iro=iro,
        by=by,
    )


def clip_of(page: SurveyPage, screen: str) -> str:
    """The file that says the heading and body of a screen, "" for none."""
    said = {one.id: one.spoken_words for one in page.screens}
    said |= {f"s-{one.id}": one.spoken_words for one in page.screens[0].asides}
    return page.clip_file(said[f"s-{screen}"])


def noted(surveys: Path, words: Mapping[str, str], language: str = "en") -> None:
    """Write down what clips say, as the command does: `8-11/agree.wav` -> words."""
    found = {
        f"{clip.band}/{clip.path.name}": clip for clip in load_catalogue(surveys).clips
    }
    folder = surveys / "rate-my-review/audio" / language
    write_notes(
        folder, {(file, found[file].digest): said for file, said in words.items()}
    )


def test_a_clip_is_heard_by_its_name_in_its_survey_its_language_and_wherever_the_same_words_stand(
    surveys: Path,
) -> None:
    record(surveys, f"{EN}/know_iro.wav")
    record(surveys, f"{EN}/know_iro.yes.wav")
    catalogue = load_catalogue(surveys)
    assert list_problems(surveys) == []
    page = page_of(catalogue)
    question = next(one for one in page.screens if one.id == "s-q-know_iro")
    file = clip_of(page, "q-know_iro")
    assert file.endswith(".wav")
    assert KNOW in question.spoken_words
    assert page.clip_file(question.choices[0].label)
    assert not page.clip_file(question.choices[1].label)
    elsewhere = next(one for one in page.screens if one.id == "s-q-letter")
    assert elsewhere.choices[0].label == "Yes"
    assert page.clip_file("Yes"), "one recorded Yes is every Yes"
    assert page_of(catalogue, key="safeguarding").clips == {}
    assert page_of(replace(catalogue, language="ar")).clips == {}
    assert (
        page_of(catalogue, by="verbal").clips
        == page_of(catalogue, by="paper").clips
        == {}
    )


def test_a_band_hears_its_own_voice_before_that_of_another(surveys: Path) -> None:
    young, middle = (
        record(surveys, "rate-my-review/en/4-7/know_iro.yes.wav"),
        record(surveys, f"{EN}/know_iro.yes.wav"),
    )
    by_path = {clip.path: clip.file_name for clip in load_catalogue(surveys).clips}
    assert page_of(load_catalogue(surveys), "4-7").clip_file("Yes") == by_path[young]
    assert page_of(load_catalogue(surveys), "8-11").clip_file("Yes") == by_path[middle]
    assert (
        page_of(load_catalogue(surveys), "12-17").clip_file("Yes") in by_path.values()
    )


def test_words_that_changed_after_the_recording_fall_silent_and_the_old_version_keeps_its_clip(
    surveys: Path,
) -> None:
    record(surveys, f"{EN}/better.wav")
    aloud = next(
        one
        for one in page_of(load_catalogue(surveys)).screens
        if one.id == "s-q-better"
    ).spoken_words
    noted(surveys, {"8-11/better.wav": aloud})
    (surveys / "rate-my-review/2").mkdir()
    for path in (surveys / "rate-my-review/1").iterdir():
        (surveys / "rate-my-review/2" / path.name).write_bytes(path.read_bytes())
    edit(surveys, "rate-my-review/2/survey.yaml", "version: 1", "version: 2")
    text = next(
        line
        for line in (surveys / MIDDLE).read_text().splitlines()
        if aloud[:20] in line
    )
    edit(
        surveys,
        "rate-my-review/2/8-11.yaml",
        text,
        "    text: What should be made better?",
    )
    catalogue = load_catalogue(surveys)
    assert clip_of(page_of(catalogue, version=1), "q-better")
    assert not clip_of(page_of(catalogue, version=2), "q-better")
    [row] = [
        row
        for row in script_rows(catalogue, "rate-my-review", "8-11", NUMBERS)
        if row.name == "better"
    ]
    assert (row.state, row.recorded) == ("other words", aloud)
    record(surveys, f"{EN}/better.wav", tone(0.3))
    assert clip_of(page_of(load_catalogue(surveys)), "q-better"), (
        "a new recording is of the new words"
    )


def test_a_clip_with_a_number_in_it_is_heard_once_noted_and_only_as_long_as_the_number_is_the_same(
    surveys: Path,
) -> None:
    record(surveys, f"{EN}/text.open_safe.wav")
    assert not clip_of(page_of(load_catalogue(surveys)), "open_safe")
    [row] = [
        r
        for r in script_rows(load_catalogue(surveys), "rate-my-review", "8-11", NUMBERS)
        if r.name == "text.open_safe"
    ]
    assert row.state == "not noted"
    noted(surveys, {"8-11/text.open_safe.wav": row.words})
    assert clip_of(page_of(load_catalogue(surveys)), "open_safe")
    other = dict(NUMBERS, childline="0800 9999")
    assert not clip_of(page_of(load_catalogue(surveys), numbers=other), "open_safe")


def test_children_without_an_iro_hear_no_clip_of_an_iro(surveys: Path) -> None:
    record(surveys, f"{EN}/text.talk_to.iro.wav")
    catalogue = load_catalogue(surveys)
    assert page_of(catalogue).clip_file("Yes, my IRO")
    assert not page_of(catalogue, iro=False).clip_file("Yes, my social worker")
    record(surveys, f"{EN}/text.talk_to.without_iro.iro.wav")
    assert page_of(load_catalogue(surveys), iro=False).clip_file(
        "Yes, my social worker"
    )
    assert list_problems(surveys) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_known_by_its_first_bytes(kind: str) -> None:
    for beginning in BEGINNINGS[kind]:
        assert sounds_like(kind, beginning.ljust(12, b"\0"))
    for other in (
        b"<html>",
        b"",
        b"\xff\xd8\xff\xe0 a picture",
        b"PK\x03\x04",
        b"RIFF\0\0\0\0AVI ",
    ):
        assert not sounds_like(kind, other.ljust(12, b"\0"))


def test_what_is_wrong_with_a_clip_is_told_with_its_file(surveys: Path) -> None:
    for file, content in {
        f"{EN}/know_ior.wav": None,
        f"{EN}/know_iro.never.wav": None,
        f"{EN}/text.dead_link.wav": None,
        f"{EN}/agree.wav": tone() + b"x" * MOST_BYTES,
        f"{EN}/better.mp3": b"<!doctype html>",
        f"{EN}/letter.wav": None,
        f"{EN}/letter.mp3": b"ID3 invented",
        f"{EN}/notes.docx": b"PK",
        "rate-my-review/en/8-12/agree.wav": None,
        "rate-my-review/english/8-11/agree.wav": None,
        f"{EN}/.DS_Store": b"made by a computer by itself",
    }.items():
        record(surveys, file, content)
    (surveys / "rate-my-review/audio/en/words.txt").write_text(
        "8-11/letter.wav 00 A letter?\nnothing\n", "utf-8"
    )
    place = "surveys/rate-my-review/audio"
    found = list_problems(surveys)
    for file, says in {
        f"{place}/en/8-11/know_ior.wav:1": "says nothing by the name `know_ior`",
        f"{place}/en/8-11/know_iro.never.wav:1": "says nothing by the name `know_iro.never`",
        f"{place}/en/8-11/text.dead_link.wav:1": "says nothing by the name",
        f"{place}/en/8-11/agree.wav:1": "303 kB",
        f"{place}/en/8-11/better.mp3:1": "does not begin as a .mp3 file does",
        f"{place}/en/8-11/letter.wav:1": "second clip beside letter.mp3",
        f"{place}/en/8-11/notes.docx:1": "is no clip",
        f"{place}/en/8-12:1": "is no band of rate-my-review, which has 12-17, 4-7, 8-11",
        f"{place}/english:1": "language's code",
        f"{place}/en/words.txt:2": "`band/file digest words`",
    }.items():
        assert any(line.startswith(f"{file}: ") and says in line for line in found), (
            file,
            found,
        )
    assert len(found) == 10


def test_while_a_bands_file_cannot_be_read_its_clips_are_not_blamed(
    surveys: Path,
) -> None:
    record(surveys, f"{EN}/know_iro.wav")
    edit(surveys, MIDDLE, "  - id: know_iro", "\t- id: know_iro")
    assert [
        line.split(":")[0] for line in list_problems(surveys) if "audio" in line
    ] == []


def test_clips_may_come_and_go_after_a_version_is_released(surveys: Path) -> None:
    release_version(surveys, "rate-my-review", 1)
    before = version_digest(surveys / "rate-my-review/1")
    record(surveys, f"{EN}/know_iro.wav")
    assert list_problems(surveys) == []
    assert version_digest(surveys / "rate-my-review/1") == before
