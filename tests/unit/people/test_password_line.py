"""Of many sign-ins at once one is hashed, one waits its turn, and the others are told at once to come again."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from feedback_app.people import passwords


class SlowHasher:
    """Counts how many hash at the same moment."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.lock = threading.Lock()
        self.go_on = threading.Event()

    def verify(self, _stored: str, _password: str) -> bool:
        """Takes until it is told to go on."""
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.go_on.wait(5)
        with self.lock:
            self.now -= 1
        return True

    def hash(self, _password: str) -> str:
        """The hash of nobody."""
        return "hash"


def test_p16_one_hashes_one_waits_and_whoever_comes_then_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow = SlowHasher()
    monkeypatch.setattr(passwords, "make_hasher", lambda: slow)
    places = passwords.HASHED_AT_ONCE + passwords.WAITING
    with ThreadPoolExecutor(places) as pool:
        inside = [
            pool.submit(passwords.verify_password, "hash", "a password")
            for _one in range(places)
        ]
        while not passwords.is_line_full():
            time.sleep(0.001)
        began = time.monotonic()
        for _one in range(30):
            with pytest.raises(passwords.TooBusy):
                passwords.verify_password("hash", "a password")
        assert time.monotonic() - began < 0.5
        slow.go_on.set()
        assert [one.result(5) for one in inside] == [True] * places
    assert slow.most == passwords.HASHED_AT_ONCE
    assert not passwords.is_line_full()


def test_a_failure_gives_the_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise LookupError("nobody thought of this")

    monkeypatch.setattr(passwords, "make_hasher", fail)
    for _one in range(5):
        with pytest.raises(LookupError):
            passwords.verify_password("hash", "a password")
    assert not passwords.is_line_full()
