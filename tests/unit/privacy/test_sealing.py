"""Keys stay outside the database and bad ones are refused; a sealed value opens in its own place alone."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_app.privacy.cipher import (
    UnsealError,
    seal_text,
    sealed_under,
    unseal_text,
)
from feedback_app.privacy.keys import NAMES, BadKeys, KeyRing, load_keys, make_keys
from feedback_app.privacy.weak import find_weakness

RING = KeyRing("new", {"new": secrets.token_bytes(32), "old": secrets.token_bytes(32)})
PLACE = {"table": "answer", "column": "better", "row": "0" * 32}


def _line(key: bytes) -> str:
    return f"id {base64.b64encode(key).decode()}\n"


BREAKAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: path.unlink(), "missing"),
    "empty": (lambda path: path.write_text(""), "empty"),
    "short": (lambda path: path.write_text(_line(b"x" * 16)), "weak"),
    "all alike": (lambda path: path.write_text(_line(b"x" * 32)), "weak"),
    "not base64": (lambda path: path.write_text("id !!!!\n"), "not base64"),
    "waiting and first": (
        lambda path: path.write_text(
            _line(secrets.token_bytes(32)).strip() + " waiting\n"
        ),
        "cannot wait",
    ),
    "an id for a path": (
        lambda path: path.write_text("../x" + _line(secrets.token_bytes(32))),
        "expected 'id base64'",
    ),
    "a word too many": (
        lambda path: path.write_text(path.read_text().strip() + " old\n"),
        "expected 'id base64'",
    ),
    "bytes": (
        lambda path: path.write_bytes(secrets.token_bytes(32) + b"\xff"),
        "expected lines",
    ),
    "no id": (lambda path: path.write_text("abcd\n"), "expected 'id base64'"),
    "twice": (
        lambda path: path.write_text(_line(secrets.token_bytes(32)) * 2),
        "stands twice",
    ),
    "readable by others": (lambda path: path.chmod(0o644), "other users can read it"),
    "another file's": (
        lambda path: path.write_text((path.parent / "link").read_text()),
        "the same key",
    ),
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


WEAK = {
    "all alike": b"\x07" * 32,
    "two bytes in turn": b"\xa5\x5a" * 16,
    "seven bytes again and again": (secrets.token_bytes(7) * 5)[:32],
    "sixteen bytes twice": secrets.token_bytes(16) * 2,
    "forwards and backwards": (half := bytes(range(7, 247, 15))) + half[::-1],
    "counting up": bytes(range(32)),
    "counting down": bytes(range(255, 223, -1)),
    "counting by seven, past the end": bytes(number * 7 % 256 for number in range(32)),
    "counting in pairs of bytes": b"".join(
        number.to_bytes(2, "big") for number in range(40000, 40016)
    ),
    "counting in fours, the other way round": b"".join(
        n.to_bytes(4, "little") for n in range(9, 17)
    ),
    "counting in eights": b"".join(
        (n * 0x0102030405060708).to_bytes(8, "big") for n in range(1, 5)
    ),
    "a passphrase": b"correct horse battery staple 42!",
    "a passphrase with letters of another language": "пароль для детей".encode()
    + b"!!",
    "a passphrase filled up with zeros": b"a quiet house by the sea\0\0\0\0\0\0\0\0",
    "hexadecimal digits": secrets.token_hex(16).encode(),
    "the hash of a common word": hashlib.sha256(b"changeme").digest(),
    "the hash of nothing": hashlib.sha256(b"").digest(),
    "a key from a standard": bytes.fromhex(
        "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
    ),
    "a key from a manual": base64.urlsafe_b64decode(
        "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="
    ),
    "chance, and then zeros": secrets.token_bytes(20) + bytes(12),
    "few different bytes": bytes(
        secrets.choice(range(100, 112)) ^ 0x80 for _ in range(32)
    ),
    "half a key": secrets.token_bytes(16),
    "a key and a half": secrets.token_bytes(48),
}


@pytest.mark.parametrize("weak", WEAK)
def test_p34_a_key_that_chance_did_not_make_is_refused(
    tmp_path: Path, weak: str
) -> None:
    make_keys(tmp_path)
    (tmp_path / "text").write_text(_line(WEAK[weak]))
    with pytest.raises(BadKeys, match="weak, ") as found:
        load_keys(tmp_path)
    assert "text:1" in str(found.value)


@pytest.mark.parametrize("keys", [2_000, pytest.param(20_000, marks=pytest.mark.full)])
def test_p34_keys_that_chance_made_are_taken(keys: int) -> None:
    assert [find_weakness(secrets.token_bytes(32)) for _ in range(keys)] == [""] * keys


def test_p34_a_folder_that_others_can_look_into_is_refused(tmp_path: Path) -> None:
    make_keys(tmp_path)
    for mode in (0o755, 0o750, 0o711):
        tmp_path.chmod(mode)
        with pytest.raises(BadKeys, match="chmod 700"):
            load_keys(tmp_path)
    tmp_path.chmod(0o700)
    load_keys(tmp_path)


def test_p34_neither_a_key_nor_a_ring_shows_its_bytes_when_it_is_printed(
    tmp_path: Path,
) -> None:
    make_keys(tmp_path)
    keys = load_keys(tmp_path)
    for ring in (keys.text, keys.backup):
        assert repr(ring.newest_key) not in repr(keys)


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
    assert unseal_text(RING, seal_text(RING, text, **PLACE), **PLACE) == text


@pytest.mark.parametrize(
    "elsewhere", [{"table": "envelope"}, {"column": "best"}, {"row": "1" * 32}]
)
def test_p33_a_value_copied_to_another_place_does_not_open(
    elsewhere: dict[str, str],
) -> None:
    value = seal_text(RING, "my words", **PLACE)
    with pytest.raises(UnsealError):
        unseal_text(RING, value, **(PLACE | elsewhere))


def test_p33_an_altered_value_does_not_open() -> None:
    value = bytearray(seal_text(RING, "my words", **PLACE))
    for place in range(len(value)):
        changed = (
            bytes(value[:place]) + bytes([value[place] ^ 1]) + bytes(value[place + 1 :])
        )
        with pytest.raises(UnsealError):
            unseal_text(RING, changed, **PLACE)


@given(st.binary(max_size=60))
def test_p33_what_was_never_sealed_is_refused_and_nothing_worse(value: bytes) -> None:
    with pytest.raises(UnsealError):
        unseal_text(RING, value, **PLACE)


def test_p33_a_value_names_its_key_and_older_keys_still_open() -> None:
    older = KeyRing("old", RING.keys)
    value = seal_text(older, "my words", **PLACE)
    assert sealed_under(value) == "old"
    assert unseal_text(RING, value, **PLACE) == "my words"
    with pytest.raises(UnsealError, match="no key"):
        unseal_text(KeyRing("new", {"new": RING.keys["new"]}), value, **PLACE)


def test_p33_the_same_words_never_look_the_same() -> None:
    assert seal_text(RING, "my words", **PLACE) != seal_text(RING, "my words", **PLACE)
