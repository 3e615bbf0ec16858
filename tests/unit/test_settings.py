"""Settings say what is wrong with them, all in one go, and production does not start unsafe."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedback_app.app import create_app
from feedback_app.config import ROOT, Settings, UnsafeSettings, read_settings
from feedback_app.privacy.keys import BadKeys, make_keys
from tests.support.notify_server import KEY as NOTIFY_KEY
from tests.support.settings import SAFE

DEMO = {"FEEDBACK_MODE": "demo"}


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
        read_settings({"FEEDBACK_MODE": "demo", "FEEDBACK_LINK_DAY": "14"})


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
        read_settings(DEMO, keys_dir=tmp_path / keys, backup_dir=tmp_path / backups)
    (tmp_path / "link").symlink_to(tmp_path / backups)
    with pytest.raises(UnsafeSettings, match="FEEDBACK_KEYS_DIR"):
        read_settings(
            DEMO, keys_dir=tmp_path / "link" / "keys", backup_dir=tmp_path / backups
        )
    read_settings(DEMO, keys_dir=tmp_path / "keys", backup_dir=tmp_path / "backups")


def test_the_demo_has_numbers_that_nobody_answers() -> None:
    demo = Settings.model_validate(read_settings({}, mode="demo").model_dump())
    assert demo.duty_day.startswith("01632 960")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("https://Review.Council.invalid", "https://review.council.invalid"),
        ("HTTPS://review.council.invalid", "https://review.council.invalid"),
        ("https://review.council.invalid ", "white space"),
        ("https://review.council.invalid\u200b", "white space"),
        ("https://review.council.invalid:443", "https://review.council.invalid"),
        ("https://review.council.invalid:", "https://review.council.invalid"),
        ("https://review.council.invalid:08443", ":8443"),
        ("https://review.council.invalid/feedback", "no path"),
        ("https://review.council.invalid//", "no path"),
        ("https://review.council.invalid?a=1", "no path"),
        ("https://review.council.invalid#top", "no path"),
        ("https://me:word@review.council.invalid", "before the @"),
        (
            "https://b\u00fccher.council.invalid",
            "https://xn--bcher-kva.council.invalid",
        ),
        ("https://re_view.council.invalid", "no host name"),
        ("https://127.1", "no host name"),
        ("https://review.council.invalid.", "no host name"),
        ("https://", "a whole address"),
        ("review.council.invalid", "a whole address"),
        ("ftp://review.council.invalid", "a whole address"),
        ("https://review.council.invalid:99999", "a whole address"),
    ],
)
def test_p40_the_site_is_an_origin_as_browsers_write_it(
    written: str, said: str
) -> None:
    with pytest.raises(UnsafeSettings, match="FEEDBACK_PUBLIC_URL") as found:
        read_settings(SAFE | {"FEEDBACK_PUBLIC_URL": written})
    assert said in str(found.value)


def test_a_closing_slash_is_taken_off_and_a_port_of_its_own_stays() -> None:
    for written in ("https://www.council.invalid/", "https://www.council.invalid:8443"):
        settings = read_settings(SAFE | {"FEEDBACK_PUBLIC_URL": written})
        assert settings.public_url == written.removesuffix("/")


@pytest.mark.parametrize(
    ("hosts", "said"),
    [
        ("www.council.invalid", "name review.council.invalid too"),
        ("council.invalid", "name review.council.invalid too"),
        ("https://review.council.invalid", "no host name"),
        ("review.council.invalid/a", "no host name"),
        ("review.council.invalid:8000", "no host name"),
        ("review council.invalid", "no host name"),
        ("*.council.invalid", "no host name"),
    ],
)
def test_p40_the_site_is_among_the_hosts(hosts: str, said: str) -> None:
    with pytest.raises(UnsafeSettings, match="FEEDBACK_HOSTS") as found:
        read_settings(SAFE | {"FEEDBACK_HOSTS": hosts})
    assert said in str(found.value)
    for good in (".council.invalid", "Review.Council.invalid"):
        read_settings(SAFE | {"FEEDBACK_HOSTS": good})


NUMBERS = [
    name
    for name, field in Settings.model_fields.items()
    if field.annotation is int and name != "proxy_hops"
]


def test_p40_numbers_are_above_nothing() -> None:
    assert len(NUMBERS) > 25
    for value, said in (
        ("0", "at least 1"),
        ("-3", "at least 1"),
        ("99999999", "at m"),
    ):
        with pytest.raises(UnsafeSettings) as found:
            read_settings(SAFE | {f"FEEDBACK_{n.upper()}": value for n in NUMBERS})
        lines = str(found.value).splitlines()
        assert len(lines) == len(NUMBERS)
        assert all(said in line for line in lines)


@pytest.mark.parametrize("mode", ["production", "demo", "test"])
@pytest.mark.parametrize("key", ["key", NOTIFY_KEY[:-1], NOTIFY_KEY + "0g"])
def test_half_a_key_of_notify_is_refused_in_every_mode(mode: str, key: str) -> None:
    given = {"MODE": mode, "NOTIFY_KEY": key, "NOTIFY_LINK_SMS": "t"}
    with pytest.raises(UnsafeSettings) as found:
        read_settings(SAFE | {f"FEEDBACK_{name}": said for name, said in given.items()})
    assert "FEEDBACK_NOTIFY_KEY: copy the whole key" in str(found.value)
    assert NOTIFY_KEY[-20:-1] not in str(found.value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DUTY_EMAIL", "not an address", "type an address like"),
        ("AUDIT_EMAIL", "audit@council", "type an address like"),
        ("MAIL_FROM", "Review <review@council.invalid>", "type an address like"),
        ("DUTY_DAY", "ring the office", "digits and spaces"),
        ("CHILDLINE", "(0800) 1111", "digits and spaces"),
        ("PROXY_HOPS", "-1", "at least 0"),
        ("LINK_DAYS", "fourteen", "a whole number"),
        ("LINK_DAYS", "14.5", "a whole number"),
        ("SMTP_PORT", "70000", "at most 65535"),
        ("SMTP_HOST", "mail server", "no host name"),
        ("SMTP_SECURITY", "ssl", "'starttls', 'tls' or 'none'"),
        ("DUTY_OPENS", "0900", "a time, such as 09:00"),
        ("DUTY_OPENS", "25:00", "a time, such as 09:00"),
        ("DUTY_OPENS", "17:00", "before FEEDBACK_DUTY_CLOSES"),
        ("NUMBERS_CHECKED_ON", "1 November 2026", "a day, such as"),
        ("NUMBERS_CHECKED_ON", "2099-01-01", "still to come"),
        ("DEBUG", "perhaps", "true or false"),
        ("MODE", "prod", "must be"),
        ("DATABASE_URL", "mysql://db/x", "sqlite:////folder"),
        ("DATABASE_URL", "sqlite://", "sqlite:////folder"),
        ("DATABASE_URL", "feedback.db", "sqlite:////folder"),
        ("DATABASE_URL", "sqlite:///var/feedback.db", "four slashes"),
        ("LEAVE_URL", "weather.example", "a whole address"),
        ("TEAMS_WEBHOOK", "http://hook.example/secret", "start with https://"),
        ("NOTIFY_KEY", NOTIFY_KEY, "FEEDBACK_NOTIFY_TEMPLATE: give it too"),
        ("NOTIFY_TEMPLATE", "t", "FEEDBACK_NOTIFY_KEY: give it too"),
        ("NOTIFY_LINK_SMS", "t", "FEEDBACK_NOTIFY_KEY: give it too"),
        ("NOTIFY_LINK_EMAIL", "t", "FEEDBACK_NOTIFY_KEY: give it too"),
        ("NOTIFY_SMS_SENDER", "s", "FEEDBACK_NOTIFY_LINK_SMS: give it too"),
        ("NOTIFY_REPLY_TO", "r", "FEEDBACK_NOTIFY_LINK_EMAIL: give it too"),
        ("SMTP_USER", "review", "FEEDBACK_SMTP_PASSWORD: give it too"),
        ("SERVICE_NAME", "\u200b", "write a name"),
        ("ERASED_FILE", "/no/such/folder/erased", "there is no folder /no/such"),
        ("ERASED_FILE", "erased", "write the whole path"),
        ("KEYS_DIR", "keys", "write the whole path"),
        ("BACKUP_DIR", "/no/such/folder", "there is no folder"),
        ("LINK_DAY", "14", "Did you mean FEEDBACK_LINK_DAYS?"),
    ],
)
def test_p40_a_value_that_cannot_work_is_named_in_plain_words(
    name: str, value: str, said: str
) -> None:
    with pytest.raises(UnsafeSettings, match="FEEDBACK_") as found:
        read_settings(SAFE | {f"FEEDBACK_{name}": value})
    assert said in str(found.value)
    assert len(str(found.value).splitlines()) == 1
    assert "pydantic" not in str(found.value)


def test_what_cannot_be_read_and_what_is_missing_are_named_together() -> None:
    wrong = {"FEEDBACK_LINK_DAYS": "0", "FEEDBACK_DUTY_EMAIL": "x"}
    with pytest.raises(UnsafeSettings) as found:
        read_settings(SAFE | wrong | {"FEEDBACK_DUTY_DAY": "", "FEEDBACK_HOSTS": ""})
    named = {line.partition(":")[0] for line in str(found.value).splitlines()}
    assert named == {*wrong, "FEEDBACK_DUTY_DAY", "FEEDBACK_HOSTS"}


def test_servers_within_the_house_may_have_short_names() -> None:
    for name in ("mail", "mail_server", "10.0.0.7", "::1"):
        assert read_settings(SAFE | {"FEEDBACK_SMTP_HOST": name}).smtp_host == name


def test_a_secret_is_never_said() -> None:
    with pytest.raises(UnsafeSettings) as found:
        read_settings(SAFE | {"FEEDBACK_TEAMS_WEBHOOK": "hook.example/ secret"})
    assert "FEEDBACK_TEAMS_WEBHOOK" in str(found.value)
    assert "secret" not in str(found.value)


def test_the_erasures_lie_in_no_folder_of_backups(tmp_path: Path) -> None:
    with pytest.raises(UnsafeSettings, match="FEEDBACK_ERASED_FILE"):
        read_settings(DEMO, backup_dir=tmp_path, erased_file=tmp_path / "erased")
    with pytest.raises(UnsafeSettings, match="is a folder; name a file in it"):
        read_settings(SAFE, erased_file=tmp_path)


def test_a_new_service_was_rung_by_nobody_and_nothing_written_is_nothing() -> None:
    assert read_settings(SAFE).numbers_checked_on is None
    empty = {"FEEDBACK_NUMBERS_CHECKED_ON": "", "FEEDBACK_CHILDLINE": " "}
    settings = read_settings(SAFE | empty)
    assert settings.numbers_checked_on is None
    assert settings.childline == "0800 1111"


def test_addresses_of_hosting_platforms_name_the_driver() -> None:
    for url in ("postgres://db/x", "postgresql://db/x", "postgresql+psycopg://db/x"):
        assert (
            read_settings(DEMO, database_url=url).database_url
            == "postgresql+psycopg://db/x"
        )


def test_p13_production_refuses_to_let_the_second_factor_be_skipped() -> None:
    with pytest.raises(UnsafeSettings, match="FEEDBACK_SECOND_FACTOR"):
        read_settings({}, mode="production", second_factor="may_skip")
    assert read_settings({}, mode="demo").second_factor == "may_skip"
    assert Settings(mode="demo").second_factor == "required"
