"""Limits on trying passwords, codes and passkeys, and what to do when one is reached.

A stranger's misses and those of a device that the person signed in on before (web/known_devices.py) are counted apart:

| who tries | counted | at most within ten minutes | and within a day |
|---|---|---|---|
| a stranger's password | account and address together | `sign_in_misses` | |
| | account, from all addresses | `account_misses` | five times that |
| | address, over all accounts | `address_misses` | |
| a known device's password | that device | `sign_in_misses` | |
| | all known devices of the account | four times that | five times that again |
| a stranger's code | account | `second_factor_misses` | five times that |
| a known device's code | that device | `second_factor_misses` | |
| | all known devices of the account | four times that | five times that again |

So nobody tries more than a bounded number of passwords of one account, and nobody keeps its person out: not from a
device of theirs, nor from a new one, since a link by mail makes that one known.
"""

from __future__ import annotations

from flask_babel import gettext as _

from feedback_app.people.attacks import CODES_OF_STRANGERS, PASSWORDS_OF_STRANGERS
from feedback_app.people.persons import account_name
from feedback_app.web import context, limits
from feedback_app.web.access import current_person
from feedback_app.web.known_devices import known_device
from feedback_app.web.limits import MissLimit

DEVICES = 4
"""How many known devices of one person may reach their limit at once."""
DAYS_WORTH = 5
"""How many times a limit of ten minutes may be reached within a day."""


def count_password_attempt(account: str) -> limits.Attempt:
    """Count an attempt at an account's password before it is checked; closes the request's database session.

    `account` is the e-mail that was typed, as `account_name` gives it: of a person or of nobody.
    """
    settings = context.settings()
    device = known_device(account)
    if device:
        return _count_of_device("sign_in", "known", device, account)
    caller, of_account = limits.caller_digest(), limits.account_digest(account)
    most = settings.account_misses
    return limits.count_against(
        MissLimit("sign_in", _both(caller, of_account), settings.sign_in_misses),
        MissLimit(PASSWORDS_OF_STRANGERS, of_account, most, most * DAYS_WORTH),
        MissLimit("address", caller, settings.address_misses),
    )


def count_passkey_attempt(account: str) -> limits.Attempt:
    """Count an attempt to sign in with a passkey of that account ("" for nobody's) before it is checked."""
    device = known_device(account) if account else ""
    if device:
        return _count_of_device("sign_in", "known", device, account)
    most = context.settings().address_misses
    return limits.count_attempt("address", most, limits.caller_digest())


def count_link_attempt(account: str) -> limits.Attempt:
    """Count an ask for a link to a new password; whoever asks from a known device is counted apart."""
    settings = context.settings()
    device = known_device(account)
    if device:
        own = limits.digest_to_count("device", device)
        return limits.count_attempt("reset", settings.sign_in_misses, own)
    caller, of_account = limits.caller_digest(), limits.account_digest(account)
    return limits.count_against(
        MissLimit("reset", _both(caller, of_account), settings.sign_in_misses),
        MissLimit("reset_from", caller, settings.address_misses),
    )


def count_code_attempt() -> limits.Attempt:
    """Count an attempt at showing a second factor, before it is checked; closes the request's database session."""
    account = account_name(current_person().email)
    device = known_device(account)
    if device:
        return _count_of_device("second_one", "second_own", device, account)
    most = context.settings().second_factor_misses
    return limits.count_against(
        MissLimit(
            CODES_OF_STRANGERS, limits.account_digest(account), most, most * DAYS_WORTH
        )
    )


def _count_of_device(
    kind: str, kind_of_all: str, device: str, account: str
) -> limits.Attempt:
    """Count a try on a known device: for itself, and with all other known devices of the account."""
    settings = context.settings()
    most = (
        settings.sign_in_misses if kind == "sign_in" else settings.second_factor_misses
    )
    of_all = most * DEVICES
    return limits.count_against(
        MissLimit(kind, limits.digest_to_count("device", device), most),
        MissLimit(
            kind_of_all, limits.account_digest(account), of_all, of_all * DAYS_WORTH
        ),
    )


def _both(caller: str, account: str) -> str:
    return limits.digest_to_count("both", f"{caller} {account}")


def too_many_tries_message() -> str:
    """What to do after too many misses; the wait is the setting `miss_minutes` as it ships."""
    return str(_("Too many tries. Wait ten minutes, then try again."))


def too_many_sign_ins_message() -> str:
    """The same on the sign-in page, with the ways in that need no waiting."""
    return str(
        _(
            "Too many tries. Wait ten minutes, then try again. You need not wait on a device where you signed in "
            "before, or after choosing a new password: press “Forgot your password?”."
        )
    )


def too_busy_message() -> str:
    """What to do while so many sign in at once that one more would make children wait."""
    return str(
        _("Many people are signing in just now. Wait a few seconds, then try again.")
    )
