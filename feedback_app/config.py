"""Typed settings from the environment (prefix FEEDBACK_). Production refuses to start unsafe (promises 34, 40)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "FEEDBACK_"


class UnsafeSettings(Exception):
    """The settings cannot be started with; the message has one line a problem and says what to do."""


class Settings(BaseModel):
    """All settings, with the plan's targets as defaults (brief.md). Unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Literal["demo", "production", "test"] = "demo"
    debug: bool = False
    draft_languages: bool = False
    database_url: str = f"sqlite:///{ROOT / 'var' / 'feedback.db'}"
    keys_dir: Path = ROOT / "var" / "keys"
    public_url: str = "http://127.0.0.1:5000"
    hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    log_level: Literal["INFO", "WARNING"] = "INFO"

    service_name: str = "Rate my Review"
    survey_name: str = "U Matter"
    service_phone: str = ""
    leave_url: str = "https://www.metoffice.gov.uk/"
    leave_page: str = "a weather page"

    emergency: str = "999"
    childline: str = "0800 1111"
    help_at_hand: str = "0800 528 0731"
    always_heard: str = "0808 800 5792"
    nyas: str = "0808 808 1001"
    adult_helpline: str = "116 123"
    advocacy: str = ""
    duty_day: str = ""
    duty_night: str = ""
    duty_email: str = ""
    numbers_checked_on: date = date(2026, 11, 1)
    duty_opens: time = time(9)
    duty_closes: time = time(17)

    link_days: int = 14
    grace_minutes: int = 60
    envelope_days: int = 28
    answer_years: int = 2
    talk_days: int = 5

    ordinary_working_days: int = 2
    remind_minutes: int = 30
    deputy_hours: int = 2
    manager_hours: int = 4
    second_channel_minutes: int = 15

    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    mail_from: str = ""
    audit_email: str = ""
    notify_url: str = "https://api.notifications.service.gov.uk"
    notify_key: SecretStr = SecretStr("")
    notify_template: str = ""
    teams_webhook: SecretStr = SecretStr("")

    oidc_issuer: str = ""
    oidc_tenant: str = ""
    oidc_client: str = ""
    oidc_secret: SecretStr = SecretStr("")
    oidc_is_second_factor: bool = False

    erased_file: Path = ROOT / "var" / "erased"
    backup_dir: Path = ROOT / "var" / "backups"
    backup_days: int = Field(35, ge=1)

    service_target: int = 16
    officer_target_took_part: int = 1
    officer_target_did_not: int = 1

    link_misses: int = 20
    word_misses: int = 10
    miss_minutes: int = 10
    alarm_misses_an_hour: int = 200
    sign_in_misses: int = 10
    second_factor: Literal["required", "may_skip"] = "required"
    second_factor_misses: int = 5
    step_up_minutes: int = 5
    reset_minutes: int = 30
    invite_days: int = 7
    unused_days: int = 60
    manager_idle_minutes: int = 15
    iro_idle_minutes: int = 30
    session_hours: int = 8

    @field_validator("database_url")
    @classmethod
    def name_the_driver(cls, url: str) -> str:
        """Hosting platforms hand out postgres:// and postgresql://; both mean psycopg here."""
        for short in ("postgres://", "postgresql://"):
            if url.startswith(short):
                return "postgresql+psycopg://" + url.removeprefix(short)
        return url

    @field_validator("hosts", mode="before")
    @classmethod
    def split_hosts(cls, value: object) -> object:
        """A comma-separated list in the environment."""
        return tuple(h.strip() for h in value.split(",") if h.strip()) if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def without_slash(cls, url: str) -> str:
        """The address that QR links start with, without a closing slash."""
        return url.rstrip("/")

    @property
    def has_council_sign_in(self) -> bool:
        """Whether the council's own sign-in is set up."""
        return all(_oidc(self).values())

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies carry Secure and the __Host- prefix: everywhere but an http demo."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def braces(self) -> dict[str, str]:
        """What the braces in the fixed words stand for."""
        return {
            "emergency": self.emergency,
            "childline": self.childline,
            "help_at_hand": self.help_at_hand,
            "always_heard": self.always_heard,
            "nyas": self.nyas,
            "adult_helpline": self.adult_helpline,
            "advocacy": self.advocacy,
            "duty": self.duty_day,
            "duty_night": self.duty_night,
            "service_phone": self.service_phone,
            "survey_name": self.survey_name,
            "leave_page": self.leave_page,
            "leave_host": urlsplit(self.leave_url).hostname or self.leave_page,
            "envelope_days": str(self.envelope_days),
            "answer_years": str(self.answer_years),
            "talk_days": str(self.talk_days),
        }


DEMO = {
    "service_phone": "01632 960 100",
    "advocacy": "01632 960 101",
    "duty_day": "01632 960 102",
    "duty_night": "01632 960 103",
    "duty_email": "duty@demo.invalid",
    "second_factor": "may_skip",
    "unused_days": 3650,
    "draft_languages": True,
}
"""Numbers of the demo, from the range that Ofcom keeps free for drama: nobody is reached by them."""


def read_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment (FEEDBACK_NAME=value), checked.

    Raises UnsafeSettings naming every problem in one go, each with what to do about it.
    """
    environ = os.environ if environ is None else environ
    raw: dict[str, Any] = {
        name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)
    }
    raw.update(overrides)
    if raw.get("mode", "demo") != "production":
        raw = DEMO | raw
    try:
        settings = Settings(**raw)
    except ValidationError as error:
        lines = [f"{PREFIX}{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise UnsafeSettings("\n".join(lines)) from error
    problems = [*misplaced_folders(settings), *unsafe_settings(settings)]
    if problems:
        raise UnsafeSettings("\n".join(problems))
    return settings


def misplaced_folders(settings: Settings) -> list[str]:
    """What keeps keys and backups apart: whoever finds a backup must not find its key beside it (promise 34)."""
    keys, backups = settings.keys_dir.resolve(), settings.backup_dir.resolve()
    if keys.is_relative_to(backups):
        return [f"FEEDBACK_KEYS_DIR: {keys} lies in the folder of the backups, {backups}. Keep the keys elsewhere."]
    return []


def unsafe_settings(settings: Settings) -> list[str]:
    """What keeps these settings from production; empty for the demo and the tests (promise 40)."""
    if settings.mode != "production":
        return []
    found = []
    if settings.debug:
        found.append("FEEDBACK_DEBUG: turn it off, production shows no stack traces.")
    if not settings.secure_cookies:
        found.append("FEEDBACK_PUBLIC_URL: must start with https:// in production.")
    if settings.second_factor != "required":
        found.append("FEEDBACK_SECOND_FACTOR: must be 'required' in production; a password alone is not enough.")
    if settings.draft_languages:
        found.append("FEEDBACK_DRAFT_LANGUAGES: leave it out; children are asked only in words that a person approved.")
    found += _unsafe_sign_on(settings)
    if not settings.hosts:
        found.append("FEEDBACK_HOSTS: name the host names that this site answers to, separated by commas.")
    for name in ("duty_day", "duty_night", "service_phone"):
        if not getattr(settings, name):
            found.append(f"FEEDBACK_{name.upper()}: give the number; children are told to call it.")
    for name in ("duty_email", "smtp_host", "mail_from"):
        if not getattr(settings, name):
            found.append(f"FEEDBACK_{name.upper()}: give it; nobody would be told of a child who is not safe.")
    if settings.erased_file == Settings.model_fields["erased_file"].default:
        found.append(
            "FEEDBACK_ERASED_FILE: name the file that lists what was erased, outside the database and its backup;"
            " with several machines one place that all of them share."
        )
    return found


def _unsafe_sign_on(settings: Settings) -> list[str]:
    """What keeps the council's own sign-in from production."""
    given = _oidc(settings)
    if not any(given.values()):
        if settings.oidc_is_second_factor:
            return ["FEEDBACK_OIDC_IS_SECOND_FACTOR: means nothing without FEEDBACK_OIDC_ISSUER and its three others."]
        return []
    found = [f"FEEDBACK_{n.upper()}: give it too, or none of the four." for n, v in given.items() if not v]
    if settings.oidc_issuer and urlsplit(settings.oidc_issuer).scheme != "https":
        found.append("FEEDBACK_OIDC_ISSUER: must start with https:// in production.")
    return found


def _oidc(settings: Settings) -> dict[str, str]:
    """The four settings of the council's own sign-in, which go together or not at all."""
    return {
        "oidc_issuer": settings.oidc_issuer,
        "oidc_tenant": settings.oidc_tenant,
        "oidc_client": settings.oidc_client,
        "oidc_secret": settings.oidc_secret.get_secret_value(),
    }
