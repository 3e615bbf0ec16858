"""The example of a settings file: every setting, and the same to a shell and to systemd."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from feedback_app.config import PREFIX, ROOT, Settings, UnsafeSettings, read_settings
from tests.support.settings import SAFE

EXAMPLE = ROOT / "deploy" / "settings.example"
LINE = re.compile(r"^(#?)(FEEDBACK_[A-Z0-9_]+)='([^'\\]*)'$")
MUST = ("SERVICE_PHONE", "DUTY_DAY", "DUTY_NIGHT", "DUTY_EMAIL", "SMTP_HOST", "MAIL_FROM")  # fmt: skip


def by_shell(file: Path) -> dict[str, str]:
    """The settings as a shell has them that loads the file."""
    ran = subprocess.run(
        ["sh", "-euc", f"set -a; . '{file}'; env -0"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=True,
    )
    pairs = (one.partition("=") for one in ran.stdout.decode().split("\0") if one)
    return {name: value for name, _, value in pairs if name.startswith(PREFIX)}


def by_systemd(text: str) -> dict[str, str]:
    """The settings by the rules of EnvironmentFile (systemd.exec): as systemd's parse_env_file reads them.

    Lines that begin with # or ; are comments. A value may be quoted with ' or "; in '' all stands as it is, in ""
    a backslash keeps the next of \" $ ` and itself; outside quotes a backslash keeps any. Trailing white space of what
    is not quoted goes; quoted pieces that follow each other are one value.
    """
    found, rest = {}, text + "\n"
    while rest:
        line = re.match(r"[ \t]*(?:[#;][^\n]*)?\n", rest)
        if line:
            rest = rest[line.end() :]
            continue
        name, _, rest = rest.partition("=")
        value, rest = _read_value(rest.lstrip(" \t"))
        found[name.strip()] = value
    return {name: value for name, value in found.items() if name.startswith(PREFIX)}


def _read_value(rest: str) -> tuple[str, str]:
    value, kept, quote, at = "", 0, "", 0
    while at < len(rest):
        letter = rest[at]
        if quote == "'" or (quote == '"' and letter != "\\"):
            if letter == quote:
                quote = ""
            else:
                value += letter
            kept = len(value)
        elif letter == "\\":
            at += 1
            if rest[at] != "\n":
                value += (
                    rest[at] if not quote or rest[at] in '"\\`$' else f"\\{rest[at]}"
                )
            kept = len(value)
        elif letter == "\n":
            break
        elif letter in "'\"":
            quote = letter
        else:
            value += letter
            kept = kept if letter in " \t" else len(value)
        at += 1
    return value[:kept], rest[at + 1 :]


def all_given(text: str) -> str:
    """The file with every setting in it: those with # before them too."""
    return re.sub(r"^#(FEEDBACK_)", r"\1", text, flags=re.MULTILINE)


def filled_in(found: Mapping[str, str], folder: Path) -> dict[str, str]:
    """As an engineer fills it in: numbers, addresses and folders of this service."""
    return {
        **found,
        **{f"{PREFIX}{name}": SAFE[f"{PREFIX}{name}"] for name in MUST},
        "FEEDBACK_ERASED_FILE": str(folder / "erased"),
        "FEEDBACK_BACKUP_DIR": str(folder / "backups"),
    }


def test_every_setting_stands_there_once_after_a_comment() -> None:
    lines = EXAMPLE.read_text().splitlines()
    named = [match[2] for line in lines if (match := LINE.match(line))]
    assert sorted(named) == sorted(f"{PREFIX}{name.upper()}" for name in Settings.model_fields)  # fmt: skip
    for before, line in itertools.pairwise(lines):
        if "FEEDBACK_" in line and "='" in line:
            assert LINE.match(line), f"quoted, and nothing else on the line: {line}"
            assert re.match(r"# \w", before), f"a comment stands before {line}"


def test_the_page_of_settings_names_each() -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    every = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"`(FEEDBACK_[A-Z0-9_]+)`", text)) == every


def test_the_shell_and_systemd_read_the_same(tmp_path: Path) -> None:
    for text in (EXAMPLE.read_text(), all_given(EXAMPLE.read_text())):
        file = tmp_path / "settings"
        file.write_text(text)
        assert by_shell(file) == by_systemd(text)
    assert len(by_systemd(text)) == len(Settings.model_fields)
    tricky = (
        "FEEDBACK_SMTP_PASSWORD='a $b `c` \"d\" #e; f  '\nFEEDBACK_X='01632 960 1'\n"
    )
    file.write_text(tricky)
    assert by_shell(file) == by_systemd(tricky)


def test_filled_in_it_is_what_production_starts_with(tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    found = by_systemd(EXAMPLE.read_text())
    with pytest.raises(UnsafeSettings) as problems:
        read_settings(found)
    named = {line.partition(":")[0] for line in str(problems.value).splitlines()}
    assert named >= {f"{PREFIX}{name}" for name in MUST}
    assert named <= {f"{PREFIX}{name}" for name in (*MUST, "ERASED_FILE", "BACKUP_DIR")}
    settings = read_settings(filled_in(found, tmp_path))
    written_out = by_systemd(all_given(EXAMPLE.read_text()))
    assert read_settings(filled_in(written_out, tmp_path)) == settings, (
        "a value behind # is the one that holds without it"
    )


@pytest.mark.full
def test_the_wrapper_loads_the_file_and_says_what_it_lacks(tmp_path: Path) -> None:
    me = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True)
    wrapper = str(ROOT / "deploy" / "feedback")

    def run(settings: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [wrapper, "service", "check"],
            env={
                "PATH": os.environ["PATH"],
                "SETTINGS": str(settings),
                "SERVICE_HOME": str(ROOT),
                "SERVICE_USER": me.stdout.strip(),
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    away = run(tmp_path / "none")
    assert away.returncode == 1
    assert f"Make it from {ROOT}/deploy/settings.example" in away.stderr
    checked = run(EXAMPLE)
    assert checked.returncode == 1
    assert "missing FEEDBACK_DUTY_DAY: give the number" in checked.stdout
    assert "Traceback" not in checked.stdout + checked.stderr
