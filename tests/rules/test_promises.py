"""Every promise has its test, named after it, or stands on the list of what is to come; the list cannot go stale."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from feedback_app.config import ROOT

PROMISES = range(1, 61)
LIST = Path(__file__).with_name("promises_to_come.txt")
PAGE = ROOT / "docs" / "promises.md"


class ToCome(NamedTuple):
    """A promise without a test: the path that appears with its part, and what brings it in words."""

    sign: str
    brings: str


def by_promise(folder: Path) -> dict[int, set[str]]:
    """The names of the tests of each promise: `test_p03_p49_...` counts for both."""
    found: dict[int, set[str]] = {}
    for path in folder.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_p"):
                for number in numbers(node.name):
                    found.setdefault(number, set()).add(node.name)
    return found


def numbers(name: str) -> list[int]:
    """The promises that a test's name begins with."""
    found = []
    for part in name.removeprefix("test_").split("_"):
        if not re.fullmatch(r"p\d{1,2}", part):
            break
        found.append(int(part[1:]))
    return found


def to_come(text: str) -> dict[int, ToCome]:
    """The list: `15 | path | what brings it`, a line each."""
    lines = [
        line.split("|")
        for line in text.splitlines()
        if line.strip() and not line.startswith("#")
    ]
    return {
        int(number): ToCome(sign.strip(), brings.strip())
        for number, sign, brings in lines
    }


def page_rows(text: str) -> dict[int, list[str]]:
    """The rows of docs/promises.md."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    return {int(row[0]): row for row in rows if row[0].isdigit()}


def problems(
    tests: Mapping[int, set[str]],
    coming: Mapping[int, ToCome],
    rows: Mapping[int, list[str]],
    root: Path,
) -> list[str]:
    """All that is wrong with tests, list and page taken together."""
    found = []
    for number in PROMISES:
        if number not in tests and number not in coming:
            found.append(f"promise {number} has no test and is not on the list")
        if number in tests and number in coming:
            found.append(f"promise {number} has a test: take it off the list")
        if (
            number in coming
            and number not in tests
            and (root / coming[number].sign).exists()
        ):
            found.append(
                f"promise {number}: {coming[number].sign} has appeared without its test"
            )
        if number in coming and not coming[number].brings:
            found.append(f"promise {number}: the list does not say what brings it")
        row = rows.get(number)
        if row is None or len(row) != 4 or not row[2]:
            found.append(
                f"promise {number} has no row in docs/promises.md that says how it stands"
            )
        elif number in coming and not row[2].startswith("to come"):
            found.append(
                f"promise {number} is to come, and docs/promises.md says {row[2]!r}"
            )
        elif number not in coming and (row[2].startswith("to come") or not row[3]):
            found.append(
                f"promise {number}: docs/promises.md does not say where it is kept"
            )
    return found


def test_every_promise_has_its_test_or_is_on_the_list_and_the_page_says_the_same() -> (
    None
):
    found = problems(
        by_promise(ROOT / "tests"),
        to_come(LIST.read_text()),
        page_rows(PAGE.read_text()),
        ROOT,
    )
    assert found == []


def test_the_check_itself_finds_each_kind_of_fault(tmp_path: Path) -> None:
    tests = {number: {f"test_p{number}"} for number in PROMISES}
    rows = {number: [str(number), "x", "kept", "y"] for number in PROMISES}
    assert problems(tests, {}, rows, tmp_path) == []
    without = {number: names for number, names in tests.items() if number != 15}
    assert problems(without, {}, rows, tmp_path) == [
        "promise 15 has no test and is not on the list"
    ]
    coming = {15: ToCome("part.py", "single sign-on")}
    said = rows | {15: ["15", "x", "to come", ""]}
    assert problems(without, coming, said, tmp_path) == []
    assert problems(tests, coming, said, tmp_path) == [
        "promise 15 has a test: take it off the list"
    ]
    assert "says 'kept'" in problems(without, coming, rows, tmp_path)[0]
    (tmp_path / "part.py").touch()
    assert problems(without, coming, said, tmp_path) == [
        "promise 15: part.py has appeared without its test"
    ]
    assert problems(tests, {}, rows | {3: ["3", "x", "kept", ""]}, tmp_path) == [
        "promise 3: docs/promises.md does not say where it is kept"
    ]
    assert len(problems(tests, {}, {}, tmp_path)) == 60


def test_names_of_tests_are_read_to_the_last_promise_they_begin_with() -> None:
    assert numbers("test_p08_p46_logs_are_json") == [8, 46]
    assert numbers("test_a_p3_in_the_middle") == []
