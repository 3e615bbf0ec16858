"""Typed settings from the environment (prefix FEEDBACK_). Production refuses to start unsafe (promises 34, 40)."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    SecretStr,
    ValidationError,
    field_validator,
)
from sqlalchemy import make_url
from werkzeug.sansio.utils import host_is_trusted

from feedback_app import clock
from feedback_app.setting_kinds import (
    CohortTargets,
    Contact,
    DatabaseUrl,
    Days,
    Hops,
    HostName,
    Hours,
    MailAddress,
    Minutes,
    MonthDays,
    Name,
    Number,
    Offers,
    Origin,
    Port,
    SecretAddress,
    ServerName,
    Telephone,
    WebAddress,
    WrittenDay,
    WrittenTime,
    Years,
    plain_problem,
)

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "FEEDBACK_"
NOTIFY_KEY_END = re.compile(r"[0-9a-fA-F-]{36}-[0-9a-fA-F-]{36}$")
"""A Notify key ends with the service's id and the secret, both UUIDs (its documentation)."""


class UnsafeSettings(Exception):
    """The settings cannot be started with; the message has one line a problem and says what to do."""


class Settings(BaseModel):
    """All settings, with the plan's targets as defaults (docs/rules.md, Month and target). Unknown names are refused.

    Each is `FEEDBACK_` and its name in capitals in the environment; docs/settings.md says which production needs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    # "production" refuses whatever is unsafe; "demo", which `make run` says, invents people and sends no mail.
    mode: Literal["demo", "production", "test"]
    # Stack traces in the browser; never in production.
    debug: bool = False
    # Offer languages whose words no person has approved yet: in the demo only.
    draft_languages: bool = False
    # Languages that a survey is not offered in though they are approved: survey and code, commas between.
    languages_off: Offers = ()
    # `sqlite:///FILE` or `postgresql://…`.
    database_url: DatabaseUrl = f"sqlite:///{ROOT / 'var' / 'feedback.db'}"
    # The folder of the key files; never beside the database or its backups.
    keys_dir: Path = ROOT / "var" / "keys"
    # What links and QR codes start with, and the site that passkeys hold for.
    public_url: Origin = "http://127.0.0.1:5000"
    # Host names that the site answers to; separated by commas in the environment.
    hosts: tuple[HostName, ...] = ()
    # How many proxies stand in front and set X-Forwarded-For.
    proxy_hops: Hops = 0
    # "INFO" logs every request (endpoint, status, milliseconds), "WARNING" problems alone.
    log_level: Literal["INFO", "WARNING"] = "INFO"

    # Names. The administrator may change those of `operations/service_details.CHANGEABLE_DETAILS` at run time.
    service_name: Name = "Rate my Review"
    survey_name: Name = "U Matter"
    service_phone: Telephone = ""
    # Where "Leave this page" leads, and what children are told it is.
    leave_url: WebAddress = "https://www.metoffice.gov.uk/"
    leave_page: Name = "a weather page"

    # Helplines as children are told them.
    emergency: Telephone = "999"
    childline: Telephone = "0800 1111"
    help_at_hand: Telephone = "0800 528 0731"
    always_heard: Telephone = "0808 800 5792"
    nyas: Telephone = "0808 808 1001"
    # For grown-ups who read children’s pages.
    adult_helpline: Telephone = "116 123"
    # The local advocacy service; empty where there is none.
    advocacy: Telephone = ""
    # Whom to ring about how answers are kept, such as the data protection officer; empty: `service_phone`.
    complaints_phone: Telephone = ""
    # The Information Commissioner’s helpline (ico.org.uk/global/contact-us), for who would rather complain there.
    ico: Telephone = "0303 123 1113"
    # The children’s duty team: by day, out of hours, and its mail address for urgent messages.
    duty_day: Telephone = ""
    duty_night: Telephone = ""
    duty_email: MailAddress = ""
    # Telephones of the safeguarding lead and the deputy, for the manager and the duty team.
    lead_phone: Telephone = ""
    deputy_phone: Telephone = ""
    # The day on which somebody last called all numbers; empty until somebody did. A year later staff are reminded.
    numbers_checked_on: Annotated[date | None, WrittenDay] = None
    # Whom a stranger tells of a weakness: an e-mail or https address; where it is empty there is no security.txt.
    security_contact: Contact = ""
    # When the service is at work, London time, on England’s working days.
    duty_opens: Annotated[time, WrittenTime] = time(9)
    duty_closes: Annotated[time, WrittenTime] = time(17)

    # Days that a link works, to midnight (London) after the day printed on its card.
    link_days: Days = 14
    # Minutes for which a page loaded before the link’s end can still be sent.
    grace_minutes: Minutes = 60
    # Days that the sealed envelope is kept (docs/rules.md, Data).
    envelope_days: Days = 28
    # Years that answers are kept.
    answer_years: Years = 2
    # Years that a complaint is kept after it is closed.
    complaint_years: Years = 2
    # Years that a report is kept that was handed over; never less than a year longer than answers.
    report_years: Years = 3
    # Days within which somebody gets in touch with a child who asked to talk.
    talk_days: Days = 5

    # Working days within which every text is read.
    ordinary_working_days: Days = 2
    # Working time after which an unseen concern reminds the lead, then tells the deputy, then the manager.
    remind_minutes: Minutes = 30
    deputy_hours: Hours = 2
    manager_hours: Hours = 4
    # Minutes after which an unsent message goes by Notify or Teams as well.
    second_channel_minutes: Minutes = 15

    # The mail server.
    smtp_host: ServerName = ""
    smtp_port: Port = 587
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    # The sender’s address.
    mail_from: MailAddress = ""
    # Who gets the daily checksum of the audit trail; the managers where it is empty.
    audit_email: MailAddress = ""
    # GOV.UK Notify: an API key, and a template with ((subject)) and ((body)).
    notify_url: WebAddress = "https://api.notifications.service.gov.uk"
    notify_key: SecretStr = SecretStr("")
    notify_template: str = ""
    # Templates by which a child's link is sent (docs/sending.md), and what Notify shows as its sender.
    notify_link_sms: str = ""
    notify_link_email: str = ""
    notify_sms_sender: str = ""
    notify_reply_to: str = ""
    # The webhook of a Teams channel.
    teams_webhook: SecretAddress = SecretStr("")

    # The council’s own sign-in (docs/sign-on.md): these four together or none.
    oidc_issuer: WebAddress = ""
    oidc_tenant: str = ""
    oidc_client: str = ""
    oidc_secret: SecretStr = SecretStr("")
    # The issuer demands a second factor for this service, though its token does not say so.
    oidc_is_second_factor: bool = False

    # The list of what was erased, outside the database and its backups.
    erased_file: Path = ROOT / "var" / "erased"
    # Where `backup` writes, and after how many days a backup is deleted.
    backup_dir: Path = ROOT / "var" / "backups"
    backup_days: Days = 35

    # A folder of the council's own letter templates (docs/letters.md); what is missing there is ours.
    letters_dir: Path | None = None

    # Children a month for the whole service (plan row 7), until the manager enters another target under Team.
    service_target: Number = 16
    # Children a month for each IRO, likewise: one who took part in the review, one who did not.
    officer_target_took_part: Number = 1
    officer_target_did_not: Number = 1
    # Whether an IRO who starts owes nothing before their first full month; else once more than half of it was worked.
    starter_waits: bool = True
    # Days of the month on which an IRO whose month is short is reminded by mail: then, or on the next working day.
    reminder_days: MonthDays = (15, 22)
    # Whether they are reminded on the month's last working day too.
    remind_on_last_day: bool = True
    # How many working days before a month's report is due managers are reminded, while it was not handed over.
    report_reminder_days: MonthDays = (1, 3)
    # Which survey is asked of which cohort, and how many per cent of it should answer (plan row 11b).
    cohort_targets: CohortTargets = (
        ("u-matter", "in_care", 50),
        ("safeguarding", "plan_8_over", 30),
    )

    # Misses of one address within `miss_minutes` before it must wait: dead links, wrong words.
    link_misses: Number = 20
    word_misses: Number = 10
    # Sends of one address within `miss_minutes` that are too big to be stored, and are shown back.
    big_send_misses: Number = 20
    # Complaints of one address within `miss_minutes`.
    complaint_sends: Number = 10
    miss_minutes: Minutes = 10
    # Dead links of everybody together within an hour that raise an alarm.
    alarm_misses_an_hour: Number = 200
    # Wrong passwords within `miss_minutes`: of one account from one address, or on one device that its person knows.
    sign_in_misses: Number = 10
    # The same of one account from all addresses together, and of one address (an office) over all accounts.
    account_misses: Number = 20
    address_misses: Number = 100
    # "may_skip": a password is enough for who has no second factor; in the demo only.
    second_factor: Literal["required", "may_skip"] = "required"
    # Wrong codes of one account within `miss_minutes`.
    second_factor_misses: Number = 5
    # Minutes for which a second factor answers for actions that ask for it again.
    step_up_minutes: Minutes = 5
    # How long a new-password link and an invitation work.
    reset_minutes: Minutes = 30
    invite_days: Days = 7
    # Days without a sign-in after which an account is switched off.
    unused_days: Days = 60
    # Idle minutes after which a session ends: of who reads many children’s words, of an IRO alone.
    manager_idle_minutes: Minutes = 15
    iro_idle_minutes: Minutes = 30
    # Hours after which every session ends.
    session_hours: Hours = 8

    @field_validator("hosts", mode="before")
    @classmethod
    def split_hosts(cls, value: object) -> object:
        """Read a list that the environment gives with commas between."""
        if not isinstance(value, str):
            return value
        hosts = [host.strip() for host in value.split(",")]
        return tuple(host for host in hosts if host)

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
            "complaints": self.complaints_phone or self.service_phone,
            "ico": self.ico,
            "survey_name": self.survey_name,
            "leave_page": self.leave_page,
            "leave_host": urlsplit(self.leave_url).hostname or self.leave_page,
            "envelope_days": str(self.envelope_days),
            "answer_years": str(self.answer_years),
            "complaint_years": str(self.complaint_years),
            "talk_days": str(self.talk_days),
        }


DEMO = {
    "service_phone": "01632 960 100",
    "advocacy": "01632 960 101",
    "duty_day": "01632 960 102",
    "duty_night": "01632 960 103",
    "duty_email": "duty@demo.invalid",
    "lead_phone": "01632 960 104",
    "deputy_phone": "01632 960 105",
    "numbers_checked_on": date(2026, 11, 1),
    "complaints_phone": "01632 960 106",
    "second_factor": "may_skip",
    "unused_days": 3650,
    "draft_languages": True,
}
"""Numbers of the demo, from the range that Ofcom keeps free for drama: nobody is reached by them."""


def read_settings(
    environ: Mapping[str, str] | None = None, **overrides: Any
) -> Settings:
    """Settings from the environment (FEEDBACK_NAME=value), checked; a name with nothing behind it is not given.

    Raises UnsafeSettings naming every problem in one go, each with what to do about it.
    """
    environ = os.environ if environ is None else environ
    raw: dict[str, Any] = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and value.strip()
    }
    raw.update(overrides)
    if "mode" not in raw:
        raise UnsafeSettings(
            f"{PREFIX}MODE: say 'production'. Nothing is taken for granted: a demo sends no mail."
            " ('make run' starts a demo and says so itself.)"
        )
    if raw["mode"] != "production":
        raw = DEMO | raw
    try:
        settings = Settings(**raw)
    except ValidationError as error:
        raise UnsafeSettings("\n".join(_all_problems(error, raw))) from error
    problems = [
        *misplaced_folders(settings),
        *unsafe_settings(settings),
        *missing_folders(settings),
    ]
    if problems:
        raise UnsafeSettings("\n".join(problems))
    return settings


def _all_problems(error: ValidationError, raw: Mapping[str, Any]) -> list[str]:
    """Name every value that cannot be read, and whatever else is wrong with the rest: one go for all of them."""
    problems = error.errors()
    unread = {str(problem["loc"][0]) for problem in problems}
    found = [name_problem(problem) for problem in problems]
    rest = {name: value for name, value in raw.items() if name not in unread}
    try:
        settings = Settings(**{"mode": "demo"} | rest)
    except ValidationError:
        return found
    others = [*misplaced_folders(settings), *unsafe_settings(settings)]
    return found + [
        line
        for line in others
        if line.partition(":")[0].removeprefix(PREFIX).lower() not in unread
    ]


def name_problem(problem: Mapping[str, Any]) -> str:
    """What is wrong with one value, after the name of its setting: of an error as pydantic lists it."""
    name = str(problem["loc"][0])
    return f"{PREFIX}{name.upper()}: {plain_problem(problem, Settings.model_fields)}"


def misplaced_folders(settings: Settings) -> list[str]:
    """Return what is wrong with where things lie: whoever finds a backup must not find its key beside it (promise 34).

    The list of erasures lies in no backup either: restored with it, it would have forgotten the same erasures.
    """
    keys, backups = settings.keys_dir.resolve(), settings.backup_dir.resolve()
    found = []
    if keys.is_relative_to(backups):
        found.append(
            f"FEEDBACK_KEYS_DIR: {keys} lies in the folder of the backups, {backups}. Keep the keys elsewhere."
        )
    if settings.erased_file.resolve().is_relative_to(backups):
        found.append(
            f"FEEDBACK_ERASED_FILE: {settings.erased_file} lies in the folder of the backups. Keep it elsewhere."
        )
    return found


def missing_folders(settings: Settings) -> list[str]:
    """Return which folders that production's settings name are not there, or cannot be found from everywhere."""
    if settings.mode != "production":
        return []
    found = []
    for name in ("keys_dir", "erased_file", "backup_dir"):
        path: Path = getattr(settings, name)
        if not path.is_absolute():
            found.append(
                f"{PREFIX}{name.upper()}: write the whole path, from / on: {path} is another place for each program."
            )
    if settings.letters_dir is not None and not settings.letters_dir.is_dir():
        found.append(
            f"FEEDBACK_LETTERS_DIR: there is no folder {settings.letters_dir}. Make it, or leave the setting empty."
        )
    url = make_url(settings.database_url)
    if url.drivername == "sqlite" and not Path(url.database or "").is_absolute():
        found.append(
            "FEEDBACK_DATABASE_URL: write the whole path, with four slashes: sqlite:////folder/feedback.db"
        )
    file = settings.erased_file
    if file.is_dir():
        found.append(
            f"FEEDBACK_ERASED_FILE: {file} is a folder; name a file in it, such as {file / 'erased'}."
        )
    elif not (_is_default(settings, "erased_file") or file.parent.is_dir()):
        found.append(f"FEEDBACK_ERASED_FILE: {_make_folder(file.parent)}")
    if not (_is_default(settings, "backup_dir") or settings.backup_dir.is_dir()):
        found.append(f"FEEDBACK_BACKUP_DIR: {_make_folder(settings.backup_dir)}")
    return found


def _is_default(settings: Settings, name: str) -> bool:
    return bool(getattr(settings, name) == Settings.model_fields[name].default)


def _make_folder(folder: Path) -> str:
    return (
        f"there is no folder {folder}. Make it the service's own, for the user that the service runs as:"
        f" install -d -m 700 -o USER {folder}"
    )


def unsafe_settings(settings: Settings) -> list[str]:
    """Return what keeps these settings from working together, and from production, a line each (promise 40)."""
    found = _contradictions(settings)
    if settings.mode != "production":
        return found
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
    found += _unsafe_messages(settings)
    if not settings.hosts:
        found.append(
            "FEEDBACK_HOSTS: name the host names that this site answers to, separated by commas."
        )
    for name in ("duty_day", "duty_night", "service_phone"):
        if not getattr(settings, name):
            found.append(
                f"FEEDBACK_{name.upper()}: give the number; children are told to call it."
            )
    if settings.numbers_checked_on and settings.numbers_checked_on > clock.today():
        found.append(
            "FEEDBACK_NUMBERS_CHECKED_ON: this day is still to come; write the day on which somebody last called them."
        )
    if _is_default(settings, "erased_file"):
        found.append(
            "FEEDBACK_ERASED_FILE: name the file that lists what was erased, outside the database and its backup;"
            " with several machines one place that all of them share."
        )
    return found


def _contradictions(settings: Settings) -> list[str]:
    """Return which settings cannot both be meant, in any mode."""
    found = []
    site = urlsplit(settings.public_url)
    if settings.hosts and not host_is_trusted(site.netloc, settings.hosts):
        found.append(
            f"FEEDBACK_HOSTS: name {site.hostname} too; links begin with FEEDBACK_PUBLIC_URL, and would all be refused."
        )
    if settings.duty_opens >= settings.duty_closes:
        found.append("FEEDBACK_DUTY_OPENS: must be before FEEDBACK_DUTY_CLOSES.")
    key = _text_of(settings, "notify_key")
    if key and not NOTIFY_KEY_END.search(key):
        found.append(
            "FEEDBACK_NOTIFY_KEY: copy the whole key; it ends with two ids of 36 characters each."
        )
    return found


def _half_set_notify(settings: Settings) -> list[str]:
    """Return what keeps a key of Notify from being used: no template is named."""
    key = _text_of(settings, "notify_key")
    templates = ("notify_template", "notify_link_sms", "notify_link_email")
    found = []
    if key and not any(_text_of(settings, name) for name in templates):
        found.append(
            "FEEDBACK_NOTIFY_TEMPLATE: give it too, or FEEDBACK_NOTIFY_LINK_SMS or FEEDBACK_NOTIFY_LINK_EMAIL;"
            " or leave FEEDBACK_NOTIFY_KEY out."
        )
    return found


def _unsafe_messages(settings: Settings) -> list[str]:
    """Return what keeps messages from going out."""
    found = []
    for name in ("duty_email", "smtp_host", "mail_from"):
        if not getattr(settings, name):
            found.append(
                f"FEEDBACK_{name.upper()}: give it; nobody would be told of a child who is not safe."
            )
    for given, missing in (
        ("smtp_user", "smtp_password"),
        ("smtp_password", "smtp_user"),
        ("notify_template", "notify_key"),
        ("notify_link_sms", "notify_key"),
        ("notify_link_email", "notify_key"),
        ("notify_sms_sender", "notify_link_sms"),
        ("notify_reply_to", "notify_link_email"),
    ):
        if _text_of(settings, given) and not _text_of(settings, missing):
            found.append(
                f"FEEDBACK_{missing.upper()}: give it too, or leave FEEDBACK_{given.upper()} out."
            )
    found += _half_set_notify(settings)
    for name in ("notify_url", "teams_webhook"):
        address = _text_of(settings, name)
        if address and urlsplit(address).scheme != "https":
            found.append(f"FEEDBACK_{name.upper()}: must start with https://.")
    return found


def _text_of(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


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
