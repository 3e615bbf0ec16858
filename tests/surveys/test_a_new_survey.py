"""A survey is data alone: a copy under another name is either refused with file and line, or works everywhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.support.world import World
from feedback_app.config import ROOT
from feedback_app.survey.checks.survey import list_problems
from feedback_app.survey.files.load import load_catalogue
from tests.support.asking import invite_group

NEW = "foster"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The folder `surveys` with a copy of the safeguarding survey under a new key, its texts not yet written."""
    folder = tmp_path / "surveys"
    shutil.copytree(ROOT / "surveys", folder)
    shutil.copytree(folder / "safeguarding", folder / NEW)
    facts = folder / NEW / "1" / "survey.yaml"
    facts.write_text(
        facts.read_text()
        .replace("key: safeguarding", f"key: {NEW}")
        .replace("Children on", "Copied, on")
    )
    return folder


@pytest.fixture
def whole(copied: Path) -> Path:
    """The same with the texts that the safeguarding survey has for itself."""
    for path in (copied / "words").glob("*.yaml"):
        words = re.sub(
            r"survey: \[([^]]*)\bsafeguarding\b",
            rf"survey: [\1safeguarding, {NEW}",
            path.read_text(),
        )
        path.write_text(words)
    return copied


@pytest.fixture
def service(
    database_url: str, tmp_path: Path, still_clock: None, whole: Path
) -> Iterator[World]:
    """A service that has the copied survey too."""
    made = World.make(database_url, tmp_path, catalogue=load_catalogue(whole))
    yield made
    made.close()


def test_every_text_that_the_copys_page_asks_for_is_named_with_file_and_line(
    copied: Path,
) -> None:
    problems = list_problems(copied)
    missing = {
        re.sub(r".*text `(\w+)`.*", r"\1", problem)
        for problem in problems
        if f"missing for {NEW}" in problem
    }
    assert missing == {
        "open",
        "open_choice",
        "helped",
        "talk_how",
        "who_reads",
        "iro_sees",
    }
    assert all(
        re.match(r"surveys/words/[\w-]+\.yaml:\d+: ", problem) for problem in problems
    )


def test_the_whole_copy_is_handed_out_answered_stored_and_listed_without_a_change_of_code(
    service: World,
) -> None:
    manager = service.sign_in(service.manager())
    form = {
        "survey": NEW,
        "band": "8-11",
        "how_chosen": "every_child",
        "references": "CASE-1",
    }
    invite_group(manager, form)
    assert "Copied, on child protection plans" in manager.get("/manager/asked").text
    invitation = service.invitation(survey=NEW, reference="CASE-2")
    assert service.client().get(f"/r/{service.token(invitation)}").status_code == 200
    sent = service.form(
        invitation, {"safe_adult": ["no"]}, {"best": "My worker makes me laugh"}
    )
    assert service.receive(sent).verdict == "thanks"
    lead = service.sign_in(service.lead())
    queue = lead.get("/safeguarding/").text
    concern = re.search(r"/safeguarding/concerns/\w+", queue)
    text = re.search(r"/safeguarding/texts/\w+", queue)
    assert concern
    assert text
    assert "adult" in lead.get(concern[0]).text
    assert "My worker makes me laugh" in lead.get(text[0]).text


def test_a_second_survey_cannot_count_for_the_month(copied: Path) -> None:
    facts = copied / NEW / "1" / "survey.yaml"
    facts.write_text(facts.read_text() + "monthly_target: true\nabout_review: true\n")
    problems = "\n".join(list_problems(copied))
    assert (
        "rate-my-review counts for the monthly target already" in problems
        or "foster counts" in problems
    )
    assert "`handed_out_by` must be iro" in problems
