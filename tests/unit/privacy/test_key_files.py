"""Key files are changed while others read them: a key is added, seals, and is taken out, in that order alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from feedback_app.privacy import keyfile
from feedback_app.privacy.cipher import UnsealError, seal_text, unseal_text
from feedback_app.privacy.keyfile import KeyFileError
from feedback_app.privacy.keys import (
    BadKeys,
    load_keys,
    make_keys,
    read_lines,
    read_ring,
)

PLACE = {"table": "answer", "column": "better", "row": "0" * 32}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_keys(tmp_path / "keys")
    return tmp_path / "keys"


def ids(folder: Path) -> list[str]:
    return [line.key_id for line in read_lines(folder / "text")]


def test_p35_an_added_key_opens_and_does_not_seal_until_it_is_used(
    folder: Path,
) -> None:
    [old] = ids(folder)
    new = keyfile.add_key_line(folder, "text")
    assert ids(folder) == [old, new]
    assert load_keys(folder).text.current == old
    assert keyfile.waiting_key_id(folder, "text") == new
    assert keyfile.use_key_line(folder, "text") == new
    assert ids(folder) == [new, old]
    assert load_keys(folder).text.current == new
    assert keyfile.waiting_key_id(folder, "text") is None


def test_p35_an_old_key_is_never_used_again_by_mistake(folder: Path) -> None:
    keyfile.add_key_line(folder, "text")
    keyfile.use_key_line(folder, "text")
    before = (folder / "text").read_bytes()
    with pytest.raises(KeyFileError, match="keys add text"):
        keyfile.use_key_line(folder, "text")
    assert (folder / "text").read_bytes() == before


def test_p35_one_key_waits_at_a_time(folder: Path) -> None:
    waits = keyfile.add_key_line(folder, "text")
    with pytest.raises(KeyFileError, match=waits):
        keyfile.add_key_line(folder, "text")


def test_p35_the_key_that_seals_and_one_that_is_not_there_are_not_dropped(
    folder: Path,
) -> None:
    [old] = ids(folder)
    keyfile.add_key_line(folder, "text")
    for key_id, why in (
        (old, "seals new values"),
        ("nothere", "no text key has the id"),
    ):
        with pytest.raises(KeyFileError, match=why):
            keyfile.drop_key_line(folder, "text", key_id)
    new = keyfile.use_key_line(folder, "text")
    keyfile.drop_key_line(folder, "text", old)
    assert ids(folder) == [new]


def test_p35_a_changed_file_is_its_owners_alone_and_leaves_nothing_beside_it(
    folder: Path,
) -> None:
    names = {path.name for path in folder.iterdir()}
    keyfile.add_key_line(folder, "text")
    assert (folder / "text").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in folder.iterdir()} == names
    for mode in (0o644, 0o640, 0o620, 0o610, 0o604, 0o602, 0o601):
        (folder / "text").chmod(mode)
        with pytest.raises(BadKeys, match="chmod 600"):
            keyfile.use_key_line(folder, "text")


@pytest.mark.parametrize("changes", [6, pytest.param(20, marks=pytest.mark.full)])
def test_p35_whoever_reads_meanwhile_reads_a_whole_file(
    folder: Path, changes: int
) -> None:
    over, problems = threading.Event(), []

    def read() -> None:
        while not over.is_set():
            try:
                load_keys(folder)
            except BadKeys as problem:
                problems.append(str(problem))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(changes):
        keyfile.add_key_line(folder, "text")
        keyfile.use_key_line(folder, "text")
    over.set()
    for reader in readers:
        reader.join()
    assert problems == []
    assert len(ids(folder)) == changes + 1


def test_p35_a_value_under_a_key_that_this_process_has_not_read_yet_opens_at_once(
    folder: Path,
) -> None:
    here = load_keys(folder).text
    keyfile.add_key_line(folder, "text")
    keyfile.use_key_line(folder, "text")
    value = seal_text(read_ring(folder / "text"), "my words", **PLACE)
    assert unseal_text(here, value, **PLACE) == "my words"
    (folder / "text").unlink()
    with pytest.raises(UnsealError, match="no key"):
        unseal_text(here, value, **PLACE)
