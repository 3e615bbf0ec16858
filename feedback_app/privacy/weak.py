"""Finds keys that were not made at random (promise 34).

Each rule catches keys that people make up, and refuses a random one less than once in a hundred million times.
"""

from __future__ import annotations

import hashlib
import itertools
import struct

LENGTH = 32
LEAST_VALUES = LENGTH // 2
"""A random key has about 30 different bytes; fewer than 16 once in ten thousand million."""

LONGEST_RUN = 4
LETTER = {1: "B", 2: "H", 4: "I", 8: "Q"}
WORDS = (
    *(
        "",
        "0",
        "1",
        "secret",
        "secretkey",
        "secret-key",
        "secret_key",
        "password",
        "passphrase",
        "changeme",
    ),
    *(
        "change-me",
        "change me",
        "changeit",
        "default",
        "example",
        "admin",
        "root",
        "test",
        "testing",
        "dev",
    ),
    *(
        "development",
        "production",
        "demo",
        "key",
        "mykey",
        "my-key",
        "master",
        "masterkey",
        "letmein",
        "qwerty",
    ),
    *(
        "123456",
        "12345678",
        "1234567890",
        "abc",
        "hello",
        "hello world",
        "feedback",
        "link",
        "digest",
        "text",
    ),
    *(
        "envelope",
        "audit",
        "session",
        "backup",
        "flask",
        "django",
        "dev-secret",
        "super-secret",
        "supersecret",
    ),
)
KNOWN = frozenset(
    (
        *(hashlib.sha256(word.encode()).digest() for word in WORDS),
        # Printed in standards and manuals, and copied from there: NIST SP 800-38A (F.1.5), the Fernet specification.
        bytes.fromhex(
            "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"
        ),
        bytes.fromhex(
            "730ff4c7af3d46923e8ed451ee813c87f790b0a226bc96a92de49b5e9c05e1ee"
        ),
    )
)


def find_weakness(key: bytes) -> str:
    """Return why this key must not be used, in a few words; "" if it may be random."""
    if len(key) != LENGTH:
        return f"it has {len(key)} bytes, not {LENGTH}"
    if key in KNOWN:
        return "it is printed in manuals, or is the hash of a common word"
    if _is_repetition(key):
        return "it repeats itself"
    if _is_sequence(key):
        return "it counts up or down"
    if _is_text(key):
        return "it is text that somebody typed"
    if _longest_run(key) > LONGEST_RUN or len(set(key)) < LEAST_VALUES:
        return "too many of its bytes are alike"
    return ""


def _is_repetition(key: bytes) -> bool:
    """Return True if a part is repeated, or the second half is the first half backwards."""
    half = LENGTH // 2
    repeated = any(
        key == (key[:width] * LENGTH)[:LENGTH] for width in range(1, half + 1)
    )
    return repeated or key[:half] == key[half:][::-1]


def _is_sequence(key: bytes) -> bool:
    """Return True if bytes, or groups of 2, 4 or 8 in either byte order, go up or down by a constant step."""
    for width, letter in LETTER.items():
        for each in (">", "<"):
            numbers = struct.unpack(f"{each}{LENGTH // width}{letter}", key)
            steps = {
                (after - before) % 256**width
                for before, after in itertools.pairwise(numbers)
            }
            if len(steps) == 1:
                return True
    return False


def _is_text(key: bytes) -> bool:
    try:
        text = key.decode()
    except UnicodeDecodeError:
        return False
    return all(c.isprintable() or c.isspace() for c in text.rstrip("\0"))


def _longest_run(key: bytes) -> int:
    longest = run = 1
    for before, after in itertools.pairwise(key):
        run = run + 1 if before == after else 1
        longest = max(longest, run)
    return longest
