"""Settings say what is wrong with them, all in one go, and production does not start unsafe."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedback_app.app import create_app
from feedback_app.config import ROOT, Settings, UnsafeSettings, read_settings
from feedback_app.privacy.keys import BadKeys, make_keys
from tests.support.settings import SAFE


def test_production_starts_with_all_that_it_needs() -> None:
    settings = read_settings(SAFE)
    assert settings.secure_cookies
    assert settings.hosts == ("review.council.invalid", "www.council.invalid")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FEEDBACK_PUBLIC_URL", "http://review.council.invalid"),
        ("FEEDBACK_HOSTS", ""),
        ("FEEDBACK_DUTY_DAY", ""),
        ("FEEDBACK_DUTY_NIGHT", ""),
        ("FEEDBACK_SERVICE_PHONE", ""),
        ("FEEDBACK_DUTY_EMAIL", ""),
        ("FEEDBACK_SMTP_HOST", ""),
        ("FEEDBACK_MAIL_FROM", ""),
        ("FEEDBACK_DEBUG", "1"),
        ("FEEDBACK_ERASED_FILE", str(ROOT / "var" / "erased")),
    ],
)
def test_p40_production_refuses_and_names_the_setting(name: str, value: str) -> None:
    with pytest.raises(UnsafeSettings, match=name):
        read_settings(SAFE | {name: value})


def test_p40_all_problems_are_named_at_once() -> None:
    with pytest.raises(UnsafeSettings) as found:
        read_settings({"FEEDBACK_MODE": "production"})
    assert len(str(found.value).splitlines()) == 9


def test_an_unknown_setting_is_refused_by_name() -> None:
    with pytest.raises(UnsafeSettings, match="FEEDBACK_LINK_DAY"):
        read_settings({"FEEDBACK_LINK_DAY": "14"})


def test_p34_production_does_not_make_keys_by_itself(tmp_path: Path) -> None:
    settings = read_settings(
        SAFE, keys_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'x.db'}"
    )
    with pytest.raises(BadKeys, match="missing"):
        create_app(settings)
    make_keys(tmp_path)
    app = create_app(settings)
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-form"


@pytest.mark.parametrize(
    ("keys", "backups"),
    [("backups/keys", "backups"), ("backups", "backups"), ("a/../b/k", "b")],
)
def test_p34_keys_never_lie_in_the_folder_of_the_backups(
    tmp_path: Path, keys: str, backups: str
) -> None:
    with pytest.raises(UnsafeSettings, match="Keep the keys elsewhere"):
        read_settings({}, keys_dir=tmp_path / keys, backup_dir=tmp_path / backups)
    (tmp_path / "link").symlink_to(tmp_path / backups)
    with pytest.raises(UnsafeSettings, match="FEEDBACK_KEYS_DIR"):
        read_settings(
            {}, keys_dir=tmp_path / "link" / "keys", backup_dir=tmp_path / backups
        )
    read_settings({}, keys_dir=tmp_path / "keys", backup_dir=tmp_path / "backups")


def test_the_demo_has_numbers_that_nobody_answers() -> None:
    demo = Settings.model_validate(read_settings({}).model_dump())
    assert demo.duty_day.startswith("01632 960")


def test_addresses_of_hosting_platforms_name_the_driver() -> None:
    for url in ("postgres://db/x", "postgresql://db/x", "postgresql+psycopg://db/x"):
        assert (
            read_settings({}, database_url=url).database_url
            == "postgresql+psycopg://db/x"
        )


def test_p13_production_refuses_to_let_the_second_factor_be_skipped() -> None:
    with pytest.raises(UnsafeSettings, match="FEEDBACK_SECOND_FACTOR"):
        read_settings({}, mode="production", second_factor="may_skip")
    assert read_settings({}, mode="demo").second_factor == "may_skip"
    assert Settings().second_factor == "required"
