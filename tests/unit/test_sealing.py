"""Keys stay outside the database and bad ones are refused; a sealed value opens in its own place alone."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_app.privacy.cipher import CannotOpen, seal, sealed_under, unseal
from feedback_app.privacy.keys import NAMES, BadKeys, Ring, load_keys, make_keys

RING = Ring("new", {"new": secrets.token_bytes(32), "old": secrets.token_bytes(32)})
PLACE = {"table": "answer", "column": "better", "row": "0" * 32}


def _line(key: bytes) -> str:
    return f"id {base64.b64encode(key).decode()}\n"


BREAKAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: path.unlink(), "missing"),
    "empty": (lambda path: path.write_text(""), "empty"),
    "short": (lambda path: path.write_text(_line(b"x" * 16)), "weak"),
    "all alike": (lambda path: path.write_text(_line(b"x" * 32)), "weak"),
    "not base64": (lambda path: path.write_text("id !!!!\n"), "not base64"),
    "no id": (lambda path: path.write_text("abcd\n"), "expected 'id base64'"),
    "twice": (lambda path: path.write_text(_line(secrets.token_bytes(32)) * 2), "stands twice"),
    "readable by others": (lambda path: path.chmod(0o644), "other users can read it"),
    "another file's": (lambda path: path.write_text((path.parent / "link").read_text()), "the same key"),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_p34_a_bad_key_is_refused_and_named(tmp_path: Path, breakage: str) -> None:
    make_keys(tmp_path)
    load_keys(tmp_path)
    spoil, words = BREAKAGES[breakage]
    spoil(tmp_path / "text")
    with pytest.raises(BadKeys, match=words) as found:
        load_keys(tmp_path)
    assert str(tmp_path / "text") in str(found.value)


def test_p34_all_bad_keys_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadKeys) as found:
        load_keys(tmp_path)
    assert all(str(tmp_path / name) in str(found.value) for name in NAMES)


def test_keys_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    make_keys(tmp_path)
    before = {name: (tmp_path / name).read_text() for name in NAMES}
    make_keys(tmp_path)
    assert before == {name: (tmp_path / name).read_text() for name in NAMES}
    assert all((tmp_path / name).stat().st_mode & 0o777 == 0o600 for name in NAMES)


@given(st.text())
def test_p33_what_is_sealed_opens_again_in_its_place(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    assert unseal(RING, seal(RING, text, **PLACE), **PLACE) == text


@pytest.mark.parametrize("elsewhere", [{"table": "envelope"}, {"column": "best"}, {"row": "1" * 32}])
def test_p33_a_value_copied_to_another_place_does_not_open(elsewhere: dict[str, str]) -> None:
    value = seal(RING, "my words", **PLACE)
    with pytest.raises(CannotOpen):
        unseal(RING, value, **(PLACE | elsewhere))


def test_p33_an_altered_value_does_not_open() -> None:
    value = bytearray(seal(RING, "my words", **PLACE))
    for place in range(len(value)):
        changed = bytes(value[:place]) + bytes([value[place] ^ 1]) + bytes(value[place + 1 :])
        with pytest.raises(CannotOpen):
            unseal(RING, changed, **PLACE)


@given(st.binary(max_size=60))
def test_p33_what_was_never_sealed_is_refused_and_nothing_worse(value: bytes) -> None:
    with pytest.raises(CannotOpen):
        unseal(RING, value, **PLACE)


def test_p33_a_value_names_its_key_and_older_keys_still_open() -> None:
    older = Ring("old", RING.keys)
    value = seal(older, "my words", **PLACE)
    assert sealed_under(value) == "old"
    assert unseal(RING, value, **PLACE) == "my words"
    with pytest.raises(CannotOpen, match="no key"):
        unseal(Ring("new", {"new": RING.keys["new"]}), value, **PLACE)


def test_p33_the_same_words_never_look_the_same() -> None:
    assert seal(RING, "my words", **PLACE) != seal(RING, "my words", **PLACE)
