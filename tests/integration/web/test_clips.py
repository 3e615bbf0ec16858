"""Recorded clips on the wire: whole and in parts, kept for long, naming nobody; and the command that tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from bench.support import quick
from bench.support.world import World
from feedback_app.survey.files.load import load_catalogue
from feedback_app.web.assets import A_YEAR
from tests.support.clip_files import record, tone
from tests.support.surveys import copy_surveys

SOUND = tone(0.5)


@pytest.fixture
def surveys(tmp_path: Path) -> Path:
    found = copy_surveys(tmp_path)
    record(found, "rate-my-review/en/8-11/know_iro.wav", SOUND)
    return found


@pytest.fixture
def recorded(surveys: Path, tmp_path: Path, still_clock: None) -> Iterator[World]:
    """A service with one clip."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    world = World.make(url, tmp_path, catalogue=load_catalogue(surveys))
    yield world
    world.close()


def address(world: World) -> str:
    [clip] = world.parts.catalogue.clips
    return f"/static/clips/{clip.file_name}"


def test_a_clip_comes_whole_to_anybody_may_be_kept_for_a_year_and_says_nothing_of_a_child(
    recorded: World,
) -> None:
    answer = recorded.client().http.get(address(recorded))
    assert (answer.status_code, answer.mimetype, answer.data) == (
        200,
        "audio/wav",
        SOUND,
    )
    assert answer.headers["Cache-Control"] == A_YEAR
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not {"Set-Cookie", "Content-Disposition", "Content-Encoding"} & set(
        answer.headers.keys()
    )
    assert not any(word in address(recorded) for word in ("rate", "8-11", "know_iro"))
    again = recorded.client().http.get(
        address(recorded), headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == A_YEAR


def test_a_phone_that_asks_for_parts_gets_parts(recorded: World) -> None:
    first = recorded.client().http.get(
        address(recorded), headers={"Range": "bytes=0-1"}
    )
    assert (first.status_code, first.data) == (206, SOUND[:2])
    assert first.headers["Content-Range"] == f"bytes 0-1/{len(SOUND)}"
    rest = recorded.client().http.get(
        address(recorded), headers={"Range": "bytes=100-"}
    )
    assert (rest.status_code, rest.data) == (206, SOUND[100:])
    beyond = recorded.client().http.get(
        address(recorded), headers={"Range": f"bytes={len(SOUND)}-"}
    )
    assert beyond.status_code == 416


def test_what_is_no_clip_is_not_there(recorded: World, surveys: Path) -> None:
    good = address(recorded)
    for path in (
        "/static/clips/none.wav",
        "/static/clips/..%2f..%2fwords.txt",
        "/static/clips/",
        f"{good}.wav",
    ):
        answer = recorded.client().http.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["Cache-Control"] == "no-store"
    (surveys / "rate-my-review/audio/en/8-11/know_iro.wav").unlink()
    assert recorded.client().http.get(good).status_code == 404, (
        "taken away while the service ran"
    )


def test_the_childs_page_names_the_clip_of_its_words_and_where_there_is_none_not_a_byte_is_added(
    recorded: World,
) -> None:
    page = recorded.client().get(f"/r/{recorded.token(recorded.invitation())}").text
    assert page.count(f'data-clip="{address(recorded)}"') == 2, (
        "the heading, and the hint that belongs to it"
    )
    other = (
        recorded.client()
        .get(f"/r/{recorded.token(recorded.invitation(band='12-17'))}")
        .text
    )
    assert "data-clip" not in other


def told(world: World, *more: str) -> Result:
    done = world.app.test_cli_runner().invoke(args=["surveys", "clips", *more])
    assert done.exit_code == 0, done.output
    return done


def test_the_command_tells_what_is_heard_what_is_missing_and_what_says_other_words(
    recorded: World, surveys: Path, tmp_path: Path
) -> None:
    said = told(recorded).output
    assert "rate-my-review en 8-11: 1 of " in said
    assert "rate-my-review en 4-7: 0 of " in said
    assert "safeguarding: no clips" in said
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert any(
        line.startswith("clip know_iro Do you know who your IRO is?") for line in lines
    )
    assert "missing know_iro.yes Yes" in lines
    assert "en 8-11: 0 of" in told(recorded, "--survey", "safeguarding").output, (
        "the list to record from"
    )
    assert "1 noted, 1 in all" in told(recorded, "--note").output
    assert "8-11/know_iro.wav" in (
        surveys / "rate-my-review/audio/en/words.txt"
    ).read_text("utf-8")
    words = surveys / "rate-my-review/1/8-11.yaml"
    words.write_text(
        words.read_text("utf-8").replace(
            "Do you know who your IRO is?", "Who is your IRO?", 1
        ),
        "utf-8",
    )
    changed = World.make(
        recorded.parts.settings.database_url,
        tmp_path,
        catalogue=load_catalogue(surveys),
    )
    lines = [" ".join(line.split()) for line in told(changed).output.splitlines()]
    at = next(
        n
        for n, line in enumerate(lines)
        if line.startswith("other words know_iro Who is your IRO?")
    )
    assert lines[at + 1].startswith("the clip says Do you know who your IRO is?")
    assert "0 noted, 1 in all" in told(changed, "--note").output, (
        "the same recording is not of the new words"
    )
    changed.close()
