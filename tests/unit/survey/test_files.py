"""An author who breaks a survey file is told the file, the line and what to mend: all of it at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from feedback_app.commands import surveys as commands
from feedback_app.config import ROOT
from feedback_app.survey.catalogue import UnknownSurvey
from feedback_app.survey.checks.survey import list_problems
from feedback_app.survey.files.folder import Folder
from feedback_app.survey.files.load import SurveyProblems, load_catalogue
from feedback_app.survey.files.released import RELEASED, release_version, version_digest
from feedback_app.survey.files.yaml_source import FileProblem, read_source
from tests.support.surveys import copy_surveys, edit

SHIPPED = ROOT / "surveys"
SURVEY = "rate-my-review/1/survey.yaml"
YOUNG = "rate-my-review/1/4-7.yaml"
MIDDLE = "rate-my-review/1/8-11.yaml"
WORDS = "words/8-11.yaml"
EASY_WORDS = "words/easy.yaml"
PICTURES = "pictures.yaml"


@pytest.fixture
def surveys(tmp_path: Path) -> Path:
    return copy_surveys(tmp_path)


def line_of(surveys: Path, file: str, needle: str, nth: int = 1) -> int:
    lines = (surveys / file).read_text(encoding="utf-8").splitlines(keepends=True)
    return [n for n, line in enumerate(lines, 1) if needle in line][nth - 1]


@dataclass(frozen=True)
class Breakage:
    """Replace `old` by `new`; the problem stands on the nth line that then holds `at`, and says `says`."""

    file: str
    old: str
    new: str
    at: str
    says: str
    nth: int = 1
    told_in: str = ""


BREAKAGES = {
    "a tab where YAML wants spaces": Breakage(
        YOUNG, "  - id: know_iro", "\t- id: know_iro", "\t- id", "is not YAML"
    ),
    "a key twice": Breakage(
        YOUNG,
        "    picture: iro\n",
        "    picture: iro\n    picture: talk\n",
        "ture: talk",
        "twice",
        nth=3,
    ),
    "an anchor": Breakage(
        YOUNG, 'rows: ["1"]', 'rows: [&a "1", *a]', "&a", "write it out"
    ),
    "a question without its text": Breakage(
        YOUNG,
        "    text: Do you know who your IRO is?\n",
        "",
        "- id: know_iro",
        "`text` is missing",
    ),
    "a misspelt key": Breakage(
        MIDDLE, "hint: Like where", "hnit: Like where", "hnit", "`hnit` is not a key"
    ),
    "an unknown type": Breakage(
        YOUNG, "type: faces", "type: smileys", "smileys", "'smileys' is not one of"
    ),
    "an id with a capital": Breakage(
        MIDDLE, "id: choose_how", "id: ChooseHow", "ChooseHow", "is not an id"
    ),
    "a question id twice": Breakage(
        MIDDLE,
        "id: choose_how",
        "id: know_iro",
        " know_iro",
        "stands here twice",
        nth=2,
    ),
    "an option that says the same": Breakage(
        MIDDLE, "carer: My carer", "carer: My IRO", "carer: My IRO", "two options"
    ),
    "yes, no, unsure in another order": Breakage(
        YOUNG,
        'yes: "Yes", no: "No", unsure: Not sure',
        'no: "No", yes: "Yes", unsure: Not sure',
        '{no: "No"',
        "order",
    ),
    "options for words": Breakage(
        YOUNG,
        "    hint: You can say it",
        "    options: {a: A, b: B}\n    hint: You can",
        "{a: A",
        "has no options",
    ),
    "a condition that looks forward": Breakage(
        YOUNG,
        "show: [{question: at_meeting, is: [yes, some]}]",
        "show: [{question: why_not, any_of: other}]",
        "question: why_not",
        "stands earlier",
    ),
    "a condition on an option that is not there": Breakage(
        MIDDLE,
        "{question: at_meeting, is: no}",
        "{question: at_meeting, is: never}",
        "is: never",
        "no option `never`",
    ),
    "the wrong way to ask of ticks": Breakage(
        MIDDLE, "any_of: [iro", "is: [iro", "is: [iro", "`any_of` for ticks"
    ),
    "a condition on nothing": Breakage(
        MIDDLE, "{mode: [remote, blended]}", "{is: no}", "{is: no}", "one of `question`"
    ),
    "answers that cannot come together": Breakage(
        MIDDLE,
        "{mode: [remote, blended]}",
        "{question: at_meeting, is: no}",
        "    show:\n",
        "no answers lead to `remote`",
        nth=2,
    ),
    "a condition on ticks that says how not": Breakage(
        MIDDLE,
        "{question: at_meeting, unless: no}",
        "{question: at_meeting, unless: never}",
        "unless: never",
        "no option `never`",
    ),
    "an answer that stands alone and is none": Breakage(
        MIDDLE,
        "exclusive: [no_one, unsure]",
        "exclusive: [nobody, unsure]",
        "nobody",
        "no option `nobody`",
    ),
    "one answer of one that stands alone": Breakage(
        YOUNG,
        "    picture: iro\n",
        "    picture: iro\n    exclusive: [unsure]\n",
        "exclusive: [unsure]",
        "stands alone already",
    ),
    "a box that not every child is given": Breakage(
        MIDDLE,
        "    hint: You can leave this box empty.\n",
        "    show: [{question: at_meeting, is: no}]\n    when: If you were away\n",
        "show: [{question: at_meeting, is: no}]",
        "asked of every child",
        nth=4,
    ),
    "a spotlight that stands nowhere": Breakage(
        SURVEY,
        "spotlight_before: know_iro\n",
        "",
        "spotlight:",
        "`spotlight_before` names a question",
    ),
    "a spotlight that stands where some are not asked": Breakage(
        SURVEY,
        "spotlight_before: know_iro\n",
        "spotlight_before: said\n",
        "spotlight_before: said",
        "`said` is none",
    ),
    "a core that ends nowhere": Breakage(
        "u-matter/1/survey.yaml",
        "core: best",
        "core: bset",
        "core: bset",
        "`bset` is none",
    ),
    "a mark that the band does not carry": Breakage(
        MIDDLE, "{mode: [remote, blended]}", "{mark: 16+}", "16+", "`16+`"
    ),
    "a condition without its words": Breakage(
        MIDDLE,
        "    when: If you were not at your meeting\n",
        "",
        "id: why_not",
        "`when`",
    ),
    "no picture for the youngest": Breakage(
        YOUNG, "    picture: ears\n", "", "id: listened", "picture"
    ),
    "a face that the scale lacks": Breakage(
        SURVEY, "    good: {face: good}\n", "", "good: Good", "no face", told_in=YOUNG
    ),
    "a scale for an option that is not there": Breakage(
        SURVEY, "quite: {dots: 2}", "qiute: {dots: 2}", "qiute", "no band"
    ),
    "an age that swaps the options": Breakage(
        MIDDLE,
        'yes: "Yes, all of it", some: "Yes, some of it"',
        'some: "Yes, some of it", yes: "Yes, all of it"',
        '{some: "Yes, some',
        "another order",
    ),
    "a measure of an option that is not there": Breakage(
        SURVEY, "counts: [good]", "counts: [great]", "great", "`great`"
    ),
    "a measure that forgets an age": Breakage(
        SURVEY,
        "counts: {4-7: [very], 8-11",
        "counts: {8-11",
        "counts: {8-11: [very, quite]",
        "nothing counts",
    ),
    "a measure of no question": Breakage(
        SURVEY, "question: letter", "question: lettre", "lettre", "no band asks"
    ),
    "a target above one": Breakage(
        SURVEY, "target: 0.8", "target: 80", "target: 80", "less than or equal to 1"
    ),
    "a spotlight without words": Breakage(
        SURVEY, "{id: proud, ", "{id: pride, ", "pride", "no words for"
    ),
    "another version than the folder": Breakage(
        SURVEY, "version: 1", "version: 2", "version: 2", "the folder says 1"
    ),
    "a band without a file": Breakage(
        SURVEY,
        "bands: [4-7, 8",
        "bands: [16-25, 4-7, 8",
        "bands: [16-25",
        "has no file",
    ),
    "a brace that nobody fills": Breakage(
        WORDS, "call {emergency}", "call {emergancy}", "emergancy", "nobody fills"
    ),
    "a text that is gone": Breakage(
        WORDS, "  - id: set_aside", "  - id: put_aside", "put_aside", "no page asks"
    ),
    "a default that is no option": Breakage(
        WORDS, "default: no\n", "default: never\n", "default: never", "no option"
    ),
    "an easy answer that the question lacks": Breakage(
        MIDDLE,
        'bad_time: "It was a bad time"',
        'bed_time: "It was a bad time"',
        "bed_time",
        "no option `bed_time`",
    ),
    "easy words for an answer that no age has": Breakage(
        EASY_WORDS,
        'none: "No one',
        'nobody: "No one',
        "nobody",
        "no `nobody` in any band",
    ),
    "a text that is said plainly only": Breakage(
        WORDS,
        "  - id: safe_help\n",
        "  - id: safe_help\n    plain: true\n",
        "plain: true",
        "said plainly only",
        nth=2,
    ),
    "a drawing that nobody drew": Breakage(
        PICTURES, "letter: letter", "letter: lettre", "lettre", "no drawing `lettre`"
    ),
    "a question without a drawing": Breakage(
        PICTURES, "  best: star\n", "", "id: best", "no drawing", told_in=MIDDLE
    ),
    "an answer without a drawing": Breakage(
        PICTURES,
        "    easy: good\n",
        "",
        "easy: It was easy",
        "no drawing",
        told_in=MIDDLE,
    ),
    "a drawing for a question that is gone": Breakage(
        PICTURES,
        "  best: star\n",
        "  best: star\n  worst: bad\n",
        "worst",
        "nothing asks `worst`",
    ),
    "a short word that is gone": Breakage(
        WORDS, '  back: "Back"\n', "", "ui:", "`back` is missing"
    ),
}


def test_the_shipped_surveys_have_no_problem(surveys: Path) -> None:
    assert list_problems(surveys) == []


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_file_is_named_with_its_line(surveys: Path, name: str) -> None:
    broken = BREAKAGES[name]
    edit(surveys, broken.file, broken.old, broken.new)
    file = broken.told_in or broken.file
    place = f"surveys/{file}:{line_of(surveys, file, broken.at, broken.nth)}: "
    found = list_problems(surveys)
    assert any(line.startswith(place) and broken.says in line for line in found), found


def test_several_problems_are_told_at_once(surveys: Path) -> None:
    for name in (
        "a misspelt key",
        "an unknown type",
        "a brace that nobody fills",
        "a target above one",
    ):
        edit(surveys, BREAKAGES[name].file, BREAKAGES[name].old, BREAKAGES[name].new)
    with pytest.raises(SurveyProblems) as failure:
        load_catalogue(surveys)
    lines = str(failure.value).splitlines()
    assert [line.split(":")[0] for line in lines] == sorted(
        f"surveys/{f}" for f in (SURVEY, YOUNG, MIDDLE, WORDS)
    )
    assert len(failure.value.problems) == 4


def test_stray_files_and_missing_ones_are_named(surveys: Path) -> None:
    (surveys / "rate-my-review/1/12-18.yaml").write_text(
        "questions: []", encoding="utf-8"
    )
    (surveys / "words/staff.yaml").unlink()
    (surveys / "rate-my-review/draft").mkdir()
    found = "\n".join(list_problems(surveys))
    assert "surveys/rate-my-review/1/12-18.yaml:1: does not belong" in found
    assert "surveys/words/staff.yaml:1: is missing" in found
    assert "surveys/rate-my-review/draft:1: a version's folder" in found


def test_an_empty_folder_and_unreadable_files_are_problems_not_crashes(
    tmp_path: Path,
) -> None:
    assert any("has no survey in it" in line for line in list_problems(tmp_path))
    for content in (
        b"",
        b"\xff\xfe",
        b"- [",
        b"just words",
        b"? [a]: b",
        b"a: 1\n---\nb: 2",
    ):
        (tmp_path / "invented/1").mkdir(parents=True, exist_ok=True)
        (tmp_path / "invented/1/survey.yaml").write_bytes(content)
        assert any(
            "invented/1/survey.yaml:" in line for line in list_problems(tmp_path)
        )


def test_yes_and_times_stay_the_words_that_were_written(tmp_path: Path) -> None:
    path = tmp_path / "words.yaml"
    path.write_text("a: Yes\nb: No\nc: 1:30\nd: ~\n", encoding="utf-8")
    source, problems = read_source(path, "words.yaml")
    assert source.data == {"a": "Yes", "b": "No", "c": "1:30", "d": "~"}
    assert problems == []
    assert source.line_of("c") == 3


def test_a_further_check_such_as_a_language_s_joins_the_report(surveys: Path) -> None:
    def incomplete(folder: Folder) -> Iterator[FileProblem]:
        yield FileProblem(
            folder.name_of("translations.po"), 7, "two questions have no words in Welsh"
        )

    assert list_problems(surveys, [incomplete]) == [
        "surveys/translations.po:7: two questions have no words in Welsh"
    ]


def test_a_released_version_cannot_be_edited_silently(surveys: Path) -> None:
    line = release_version(surveys, "rate-my-review", 1)
    assert line == f"rate-my-review 1 {version_digest(surveys / 'rate-my-review/1')}"
    assert list_problems(surveys) == []
    edit(surveys, MIDDLE, "What was good?", "What went well?")
    [problem] = list_problems(surveys)
    assert problem.startswith(
        f"surveys/{RELEASED}:{line_of(surveys, RELEASED, line)}: "
    )
    assert "changed after its release" in problem


def test_a_released_version_stays(surveys: Path) -> None:
    release_version(surveys, "rate-my-review", 1)
    shutil.copytree(surveys / "rate-my-review/1", surveys / "rate-my-review/2")
    edit(surveys, "rate-my-review/2/survey.yaml", "version: 1", "version: 2")
    both = load_catalogue(surveys)
    assert [s.version for s in both.surveys if s.key == "rate-my-review"] == [1, 2]
    assert both.find_survey("rate-my-review").version == 2
    assert both.find_survey("rate-my-review", 1).version == 1
    shutil.rmtree(surveys / "rate-my-review/1")
    assert any("its folder is gone" in line for line in list_problems(surveys))


def test_the_command_releases_a_version_once(
    surveys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "ROOT", surveys.parent)
    runner = CliRunner()
    done = runner.invoke(commands.surveys, ["release", "safeguarding", "1"])
    assert done.exit_code == 0
    assert (surveys / RELEASED).read_text(encoding="utf-8") == done.output
    for wrong, said in (
        (["safeguarding", "1"], "Error: safeguarding 1 is released already"),
        (["safeguarding", "9"], "Error: there is no safeguarding 9 in surveys"),
    ):
        refused = runner.invoke(commands.surveys, ["release", *wrong])
        assert (refused.exit_code, refused.output.strip()) == (1, said)


def test_every_shipped_version_is_released() -> None:
    listed = (SHIPPED / RELEASED).read_text(encoding="utf-8")
    shipped = load_catalogue(SHIPPED).surveys
    assert {
        f"{one.key} {one.version}"
        for one in shipped
        if f"\n{one.key} {one.version} " not in listed
    } == set()


def test_a_version_is_released_once_and_line_ends_do_not_matter(surveys: Path) -> None:
    release_version(surveys, "rate-my-review", 1)
    with pytest.raises(ValueError, match="already"):
        release_version(surveys, "rate-my-review", 1)
    with pytest.raises(FileNotFoundError):
        release_version(surveys, "rate-my-review", 9)
    path = surveys / MIDDLE
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert list_problems(surveys) == []
    (surveys / RELEASED).write_text("rate-my-review one\n", encoding="utf-8")
    assert list_problems(surveys) == [
        f"surveys/{RELEASED}:1: a line is `key version sha256`"
    ]


def test_an_unknown_survey_is_refused_by_name(surveys: Path) -> None:
    with pytest.raises(UnknownSurvey, match="rate-my-review 7"):
        load_catalogue(surveys).find_survey("rate-my-review", 7)
