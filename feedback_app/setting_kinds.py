"""What the value of a setting may be, each kind decided once, and what is wrong with one in plain words.

A value that cannot work is refused where the service starts, not where a child meets it: a printed code that no browser
opens, a link that ends at once, an address that no mail reaches.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from feedback_app.typed_text import (
    clean_address,
    clean_line,
    is_visible,
    read_telephone,
)

DEFAULT_PORTS = {"http": 80, "https": 443}
EVERY_MONTH_HAS = 28
"""Days that every month has."""
NAME_LIMIT = 60
"""Characters of the name of a service or a survey."""
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_CLOCK_TIME = re.compile(r"\d\d:\d\d(?::\d\d)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_UNSEEN = re.compile(r"[\s\x00-\x20\x7f-\x9f\u200b-\u200f\u2060\ufeff]")


def check_origin(value: str) -> str:
    """An address of a site as browsers write it: scheme and host in small letters, no default port, no path.

    One closing slash is taken off, since paths are added. Raises ValueError, which says how to write it.
    """
    parts, port = _split_address(value)
    host = _host_of_browsers(parts.hostname or "")
    wanted = f"{parts.scheme}://{host}"
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        wanted += f":{port}"
    typed = value.removesuffix("/")
    if typed != wanted:
        raise ValueError(
            f"write the site alone, as browsers do, with no path after it: {wanted}"
        )
    return typed


def check_web_address(value: str) -> str:
    """The address of a page or a service elsewhere; "" for none. Raises ValueError."""
    if value:
        parts, _port = _split_address(value)
        _host_of_browsers((parts.hostname or "").replace("_", "-"))
    return value


def check_secret_address(value: SecretStr) -> SecretStr:
    """The same for an address that is itself a secret: what is wrong is said without it. Raises ValueError."""
    try:
        check_web_address(value.get_secret_value())
    except ValueError as error:
        raise ValueError(
            "write a whole address that begins with https://, without white space"
        ) from error
    return value


def check_host(value: str) -> str:
    """A host name, in small letters; a dot before it means every host below it too. Raises ValueError."""
    name = value.strip().lower()
    try:
        return name[: name.startswith(".")] + _host_of_browsers(name.removeprefix("."))
    except ValueError as error:
        raise ValueError(
            f"'{clean_line(value)}' is no host name: write it as review.council.example, without https://, port or path"
        ) from error


def check_server(value: str) -> str:
    """The host name or address of a server; "" for none. Raises ValueError."""
    if value:
        # A name of the inner network may have an underscore, which no site's has.
        check_host(value.replace("_", "-"))
    return value


def check_database_url(value: str) -> str:
    """A URL of SQLite or PostgreSQL, its driver named: hosting platforms hand out postgres://. Raises ValueError."""
    for short in ("postgres://", "postgresql://"):
        if value.startswith(short):
            value = "postgresql+psycopg://" + value.removeprefix(short)
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        url = None
    names_it = url is not None and bool(url.database)
    if url is None or not (
        (url.drivername == "sqlite" and names_it)
        or (url.drivername == "postgresql+psycopg" and (names_it or url.query))
    ):
        raise ValueError(
            "write sqlite:////folder/feedback.db, or postgresql://name:password@host/feedback"
        )
    return value


def check_mail_address(value: str) -> str:
    """An e-mail address as a server takes it; "" for none. Raises BadAddress."""
    return clean_address(value) if value else value


def check_contact(value: str) -> str:
    """An e-mail address or an https address; "" for none. Raises ValueError."""
    if value.startswith("https://"):
        return check_web_address(value)
    return check_mail_address(value)


def check_telephone(value: str) -> str:
    """A telephone number in digits and spaces; "" for none. Raises ValueError."""
    found = read_telephone(value)
    if value and not found:
        raise ValueError(
            "write a telephone number in digits and spaces, such as 01632 960 100"
        )
    return found


def check_name(value: str) -> str:
    """A name that children and staff read. Raises ValueError."""
    name = clean_line(value)
    if not is_visible(name):
        raise ValueError("write a name, or leave the line out")
    if len(name) > NAME_LIMIT:
        raise ValueError(f"at most {NAME_LIMIT} characters")
    return name


def check_clock_time(value: object) -> object:
    """A time is written with a colon: 0900 would be taken as 900 seconds after midnight. Raises ValueError."""
    if isinstance(value, str) and not _CLOCK_TIME.fullmatch(value.strip()):
        raise ValueError("write a time, such as 09:00")
    return value.strip() if isinstance(value, str) else value


def check_month_days(value: object) -> object:
    """Days of the month, commas between; "none" for none. Raises ValueError."""
    if not isinstance(value, str):
        return value
    typed = [day.strip() for day in value.split(",") if day.strip()]
    if typed == ["none"]:
        return ()
    if not typed or not all(
        day.isdecimal() and 1 <= int(day) <= EVERY_MONTH_HAS for day in typed
    ):
        raise ValueError(
            f"write days of the month from 1 to {EVERY_MONTH_HAS} with commas between, such as 15,22; or none"
        )
    return tuple(sorted({int(day) for day in typed}))


def check_cohort_targets(value: object) -> object:
    """A survey, a kind of cohort and per cent, commas between; "none" for none. Raises ValueError."""
    if not isinstance(value, str):
        return value
    if value.strip() == "none":
        return ()
    found = []
    for one in value.split(","):
        words = one.split()
        if len(words) != 3 or not words[2].isdecimal() or not 1 <= int(words[2]) <= 100:
            raise ValueError(
                "write a survey, a kind of cohort and per cent, with commas between, such as u-matter in_care 50"
            )
        found.append((words[0], words[1], int(words[2])))
    return tuple(found)


def check_offers(value: object) -> object:
    """A survey and the code of a language, commas between. Raises ValueError."""
    if not isinstance(value, str):
        return value
    found = [tuple(one.split()) for one in value.split(",") if one.strip()]
    if any(len(words) != 2 for words in found):
        raise ValueError(
            "write a survey and a language with commas between, such as rate-my-review pl"
        )
    return tuple(" ".join(words) for words in found)


def check_day(value: object) -> object:
    """A day is written with dashes; nothing is no day. Raises ValueError."""
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    if not _DAY.fullmatch(value.strip()):
        raise ValueError("write a day, such as 2026-11-01")
    return value.strip()


Origin = Annotated[str, AfterValidator(check_origin)]
WebAddress = Annotated[str, AfterValidator(check_web_address)]
SecretAddress = Annotated[SecretStr, AfterValidator(check_secret_address)]
HostName = Annotated[str, AfterValidator(check_host)]
ServerName = Annotated[str, AfterValidator(check_server)]
DatabaseUrl = Annotated[str, AfterValidator(check_database_url)]
MailAddress = Annotated[str, AfterValidator(check_mail_address)]
Contact = Annotated[str, AfterValidator(check_contact)]
Telephone = Annotated[str, AfterValidator(check_telephone)]
Name = Annotated[str, AfterValidator(check_name)]
WrittenTime = BeforeValidator(check_clock_time)
WrittenDay = BeforeValidator(check_day)
MonthDays = Annotated[tuple[int, ...], BeforeValidator(check_month_days)]
Offers = Annotated[tuple[str, ...], BeforeValidator(check_offers)]
CohortTargets = Annotated[
    tuple[tuple[str, str, int], ...], BeforeValidator(check_cohort_targets)
]
Days = Annotated[int, Field(ge=1, le=3650)]
Years = Annotated[int, Field(ge=1, le=100)]
Hours = Annotated[int, Field(ge=1, le=168)]
Minutes = Annotated[int, Field(ge=1, le=10_080)]
Number = Annotated[int, Field(ge=1, le=1_000_000)]
Hops = Annotated[int, Field(ge=0, le=10)]
Port = Annotated[int, Field(ge=1, le=65_535)]


def plain_problem(problem: Mapping[str, Any], known: Iterable[str] = ()) -> str:
    """What is wrong with one value, of an error as pydantic lists it. `known`: all names, for a mistyped one."""
    kind, facts = str(problem["type"]), problem.get("ctx", {})
    if kind == "value_error":
        return str(facts["error"])
    if kind == "extra_forbidden":
        near = get_close_matches(str(problem["loc"][0]).lower(), list(known), n=1)
        did_you_mean = f" Did you mean FEEDBACK_{near[0].upper()}?" if near else ""
        return f"there is no such setting.{did_you_mean}"
    words = {
        "greater_than_equal": "must be at least {ge}",
        "less_than_equal": "must be at most {le}",
        "literal_error": "must be {expected}",
        "missing": "give it",
    }
    if kind in words:
        return words[kind].format(**facts)
    for beginning, said in (
        ("int", "write a whole number"),
        ("bool", "write true or false"),
        ("date", "write a day, such as 2026-11-01"),
        ("time", "write a time, such as 09:00"),
        ("path", "write the path of a file or folder"),
    ):
        if kind.startswith(beginning):
            return said
    return str(problem["msg"])


def _split_address(value: str) -> tuple[SplitResult, int | None]:
    """The parts of a web address, and its port. Raises ValueError."""
    if _UNSEEN.search(value):
        raise ValueError("there is white space in it: take it out")
    example = "write a whole address, such as https://review.council.example"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise ValueError(example) from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(example)
    if parts.username is not None or parts.password is not None:
        raise ValueError("leave the name and password before the @ out")
    return parts, port


def _host_of_browsers(host: str) -> str:
    """The host as browsers send it: small letters, other scripts as punycode. Raises ValueError."""
    try:
        if ":" in host:
            return f"[{ipaddress.IPv6Address(host)}]"
        name = host.encode("idna").decode("ascii").lower()
        if name.rpartition(".")[2].isdecimal():
            return str(ipaddress.IPv4Address(name))
    except ValueError as error:
        raise ValueError(f"'{clean_line(host)}' is no host name") from error
    if len(name) > 253 or not all(_LABEL.fullmatch(part) for part in name.split(".")):
        raise ValueError(f"'{clean_line(host)}' is no host name")
    return name
