"""Typed settings from the environment (prefix FEEDBACK_). Production refuses to start unsafe (promises 34, 40)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "FEEDBACK_"


class UnsafeSettings(Exception):
    """The settings cannot be started with; the message has one line a problem and says what to do."""


class Settings(BaseModel):
    """All settings, with the plan's targets as defaults (docs/rules.md, Month and target). Unknown names are refused.

    Each is `FEEDBACK_` and its name in capitals in the environment; docs/settings.md says which production needs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # "demo" invents people and sends no mail; "production" refuses whatever is unsafe.
    mode: Literal["demo", "production", "test"] = "demo"
    # Stack traces in the browser; never in production.
    debug: bool = False
    # Offer languages whose words no person has approved yet: in the demo only.
    draft_languages: bool = False
    # `sqlite:///FILE` or `postgresql://…`.
    database_url: str = f"sqlite:///{ROOT / 'var' / 'feedback.db'}"
    # The folder of the key files; never beside the database or its backups.
    keys_dir: Path = ROOT / "var" / "keys"
    # What links and QR codes start with, and the site that passkeys hold for.
    public_url: str = "http://127.0.0.1:5000"
    # Host names that the site answers to; separated by commas in the environment.
    hosts: tuple[str, ...] = ()
    # How many proxies stand in front and set X-Forwarded-For.
    proxy_hops: int = 0
    # "INFO" logs every request (endpoint, status, milliseconds), "WARNING" problems alone.
    log_level: Literal["INFO", "WARNING"] = "INFO"

    # Names. The administrator may change those of `operations/service_details.CHANGEABLE_DETAILS` at run time.
    service_name: str = "Rate my Review"
    survey_name: str = "U Matter"
    service_phone: str = ""
    # Where "Leave this page" leads, and what children are told it is.
    leave_url: str = "https://www.metoffice.gov.uk/"
    leave_page: str = "a weather page"

    # Helplines as children are told them.
    emergency: str = "999"
    childline: str = "0800 1111"
    help_at_hand: str = "0800 528 0731"
    always_heard: str = "0808 800 5792"
    nyas: str = "0808 808 1001"
    # For grown-ups who read children’s pages.
    adult_helpline: str = "116 123"
    # The local advocacy service; empty where there is none.
    advocacy: str = ""
    # The children’s duty team: by day, out of hours, and its mail address for urgent messages.
    duty_day: str = ""
    duty_night: str = ""
    duty_email: str = ""
    # The day on which somebody last called all numbers; a year later the administrator is reminded.
    numbers_checked_on: date = date(2026, 11, 1)
    # When the service is at work, London time, on England’s working days.
    duty_opens: time = time(9)
    duty_closes: time = time(17)

    # Days that a link works, to midnight (London) after the day printed on its card.
    link_days: int = 14
    # Minutes for which a page loaded before the link’s end can still be sent.
    grace_minutes: int = 60
    # Days that the sealed envelope is kept (docs/rules.md, Data).
    envelope_days: int = 28
    # Years that answers are kept.
    answer_years: int = 2
    # Days within which somebody gets in touch with a child who asked to talk.
    talk_days: int = 5

    # Working days within which every text is read.
    ordinary_working_days: int = 2
    # Working time after which an unseen concern reminds the lead, then tells the deputy, then the manager.
    remind_minutes: int = 30
    deputy_hours: int = 2
    manager_hours: int = 4
    # Minutes after which an unsent message goes by Notify or Teams as well.
    second_channel_minutes: int = 15

    # The mail server.
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    # The sender’s address.
    mail_from: str = ""
    # Who gets the daily checksum of the audit trail; the managers where it is empty.
    audit_email: str = ""
    # GOV.UK Notify: an API key, and a template with ((subject)) and ((body)).
    notify_url: str = "https://api.notifications.service.gov.uk"
    notify_key: SecretStr = SecretStr("")
    notify_template: str = ""
    # The webhook of a Teams channel.
    teams_webhook: SecretStr = SecretStr("")

    # The council’s own sign-in (docs/sign-on.md): these four together or none.
    oidc_issuer: str = ""
    oidc_tenant: str = ""
    oidc_client: str = ""
    oidc_secret: SecretStr = SecretStr("")
    # The issuer demands a second factor for this service, though its token does not say so.
    oidc_is_second_factor: bool = False

    # The list of what was erased, outside the database and its backups.
    erased_file: Path = ROOT / "var" / "erased"
    # Where `backup` writes, and after how many days a backup is deleted.
    backup_dir: Path = ROOT / "var" / "backups"
    backup_days: int = Field(35, ge=1)

    # Children a month for the whole service (plan row 7).
    service_target: int = 16
    # Children a month for each IRO: one who took part in the review, one who did not.
    officer_target_took_part: int = 1
    officer_target_did_not: int = 1

    # Misses of one address within `miss_minutes` before it must wait: dead links, wrong words.
    link_misses: int = 20
    word_misses: int = 10
    miss_minutes: int = 10
    # Dead links of everybody together within an hour that raise an alarm.
    alarm_misses_an_hour: int = 200
    # Wrong passwords of one address or account within `miss_minutes`.
    sign_in_misses: int = 10
    # "may_skip": a password is enough for who has no second factor; in the demo only.
    second_factor: Literal["required", "may_skip"] = "required"
    # Wrong codes of one account within `miss_minutes`.
    second_factor_misses: int = 5
    # Minutes for which a second factor answers for actions that ask for it again.
    step_up_minutes: int = 5
    # How long a new-password link and an invitation work.
    reset_minutes: int = 30
    invite_days: int = 7
    # Days without a sign-in after which an account is switched off.
    unused_days: int = 60
    # Idle minutes after which a session ends: of who reads many children’s words, of an IRO alone.
    manager_idle_minutes: int = 15
    iro_idle_minutes: int = 30
    # Hours after which every session ends.
    session_hours: int = 8

    @field_validator("database_url")
    @classmethod
    def name_the_driver(cls, url: str) -> str:
        """Name the driver: hosting platforms hand out postgres:// and postgresql://; both mean psycopg here."""
        for short in ("postgres://", "postgresql://"):
            if url.startswith(short):
                return "postgresql+psycopg://" + url.removeprefix(short)
        return url

    @field_validator("hosts", mode="before")
    @classmethod
    def split_hosts(cls, value: object) -> object:
        """Read a list that the environment gives with commas between."""
        if not isinstance(value, str):
            return value
        hosts = [host.strip() for host in value.split(",")]
        return tuple(host for host in hosts if host)

    @field_validator("public_url")
    @classmethod
    def without_slash(cls, url: str) -> str:
        """Take a closing slash off, since paths are added to the address."""
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
        """Return what fills the braces in children's fixed words, by name: {childline}, {survey_name}."""
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


def read_settings(
    environ: Mapping[str, str] | None = None, **overrides: Any
) -> Settings:
    """Settings from the environment (FEEDBACK_NAME=value), checked.

    Raises UnsafeSettings naming every problem in one go, each with what to do about it.
    """
    environ = os.environ if environ is None else environ
    raw: dict[str, Any] = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX)
    }
    raw.update(overrides)
    if raw.get("mode", "demo") != "production":
        raw = DEMO | raw
    try:
        settings = Settings(**raw)
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"]).upper()
            lines.append(f"{PREFIX}{name}: {problem['msg']}")
        raise UnsafeSettings("\n".join(lines)) from error
    problems = [*misplaced_folders(settings), *unsafe_settings(settings)]
    if problems:
        raise UnsafeSettings("\n".join(problems))
    return settings


def misplaced_folders(settings: Settings) -> list[str]:
    """Return what is wrong with the folders: whoever finds a backup must not find its key beside it (promise 34)."""
    keys, backups = settings.keys_dir.resolve(), settings.backup_dir.resolve()
    if keys.is_relative_to(backups):
        return [
            f"FEEDBACK_KEYS_DIR: {keys} lies in the folder of the backups, {backups}. Keep the keys elsewhere."
        ]
    return []


def unsafe_settings(settings: Settings) -> list[str]:
    """Return what keeps these settings from production, a line each; nothing for demo and tests (promise 40)."""
    if settings.mode != "production":
        return []
    found = []
    if settings.debug:
        found.append("FEEDBACK_DEBUG: turn it off, production shows no stack traces.")
    if not settings.secure_cookies:
        found.append("FEEDBACK_PUBLIC_URL: must start with https:// in production.")
    if settings.second_factor != "required":
        found.append(
            "FEEDBACK_SECOND_FACTOR: must be 'required' in production; a password alone is not enough."
        )
    if settings.draft_languages:
        found.append(
            "FEEDBACK_DRAFT_LANGUAGES: leave it out; children are asked only in words that a person approved."
        )
    found += _unsafe_sign_on(settings)
    if not settings.hosts:
        found.append(
            "FEEDBACK_HOSTS: name the host names that this site answers to, separated by commas."
        )
    for name in ("duty_day", "duty_night", "service_phone"):
        if not getattr(settings, name):
            found.append(
                f"FEEDBACK_{name.upper()}: give the number; children are told to call it."
            )
    for name in ("duty_email", "smtp_host", "mail_from"):
        if not getattr(settings, name):
            found.append(
                f"FEEDBACK_{name.upper()}: give it; nobody would be told of a child who is not safe."
            )
    if settings.erased_file == Settings.model_fields["erased_file"].default:
        found.append(
            "FEEDBACK_ERASED_FILE: name the file that lists what was erased, outside the database and its backup;"
            " with several machines one place that all of them share."
        )
    return found


def _unsafe_sign_on(settings: Settings) -> list[str]:
    """Return what keeps the council's own sign-in from production."""
    given = _oidc(settings)
    if not any(given.values()):
        if settings.oidc_is_second_factor:
            return [
                "FEEDBACK_OIDC_IS_SECOND_FACTOR: means nothing without FEEDBACK_OIDC_ISSUER and its three others."
            ]
        return []
    missing = [name for name, value in given.items() if not value]
    found = [
        f"FEEDBACK_{name.upper()}: give it too, or none of the four."
        for name in missing
    ]
    if settings.oidc_issuer and urlsplit(settings.oidc_issuer).scheme != "https":
        found.append("FEEDBACK_OIDC_ISSUER: must start with https:// in production.")
    return found


def _oidc(settings: Settings) -> dict[str, str]:
    """Return the four settings of the council's own sign-in, which go together or not at all."""
    return {
        "oidc_issuer": settings.oidc_issuer,
        "oidc_tenant": settings.oidc_tenant,
        "oidc_client": settings.oidc_client,
        "oidc_secret": settings.oidc_secret.get_secret_value(),
    }
