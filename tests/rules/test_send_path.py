"""A child's send stays short: the functions and files that it passes, counted by `python -m bench.send_path`."""

from __future__ import annotations

from pathlib import Path

from bench.send_path import passed_by_a_send

FUNCTIONS, FILES = 48, 16
"""The most it may pass. Lower them with the count. (The 16th file says what typed text is, for
staff as well. The last three functions: who helped, words beside a no to talking, what was done for the thank-you.)"""


def test_a_send_passes_no_more_functions_and_files_than_it_did(tmp_path: Path) -> None:
    found = passed_by_a_send(tmp_path)
    assert len(found) <= FUNCTIONS
    assert len({file for file, _ in found}) <= FILES
