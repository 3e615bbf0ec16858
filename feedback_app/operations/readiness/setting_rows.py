"""What the settings and the machine must have: the site, its hosts, days, folders, keys, the list of erasures."""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from feedback_app.config import ROOT, Settings, misplaced_folders, unsafe_settings
from feedback_app.operations.key_checks import find_misfits
from feedback_app.operations.readiness.check_row import CheckRow
from feedback_app.privacy.keys import NAMES, BadKeys, load_keys
from feedback_app.records import erasure_ledger
from feedback_app.records.erasure import was_erased_before


def problem_rows(
    problems: str, environ: Mapping[str, str] | None = None
) -> list[CheckRow]:
    """A row for each line of what keeps settings from being read, named by its setting.

    One that `environ` does not give is missing, any other is wrong.
    """
    rows = []
    for line in problems.splitlines():
        name, colon, words = line.partition(": ")
        if environ is not None and not environ.get(name, "").strip():
            step = _(
                "Write it into the settings file: deploy/settings.example says how."
            )
            rows.append(CheckRow(name, "missing", words, step))
            continue
        step = _("Correct it in the settings file, and start again.")
        rows.append(
            CheckRow(
                name if colon else _("Settings"),
                "wrong",
                words if colon else line,
                step,
            )
        )
    return rows


def setting_rows(settings: Settings) -> list[CheckRow]:
    """The site's address, its hosts, and the days that children are told."""
    found = [*misplaced_folders(settings), *unsafe_settings(settings)]
    if found:
        return problem_rows("\n".join(found))
    days = _(
        "Links work for %(link)s days. Envelopes are kept for %(envelope)s days, answers for %(years)s years.",
        link=settings.link_days,
        envelope=settings.envelope_days,
        years=settings.answer_years,
    )
    return [
        CheckRow(
            _("Address"), "ok", _("Links begin with %(url)s.", url=settings.public_url)
        ),
        CheckRow(
            _("Hosts"),
            "ok",
            _("The site answers to %(hosts)s.", hosts=", ".join(settings.hosts))
            if settings.hosts
            else _("The site answers to any name: this is no real service."),
        ),
        CheckRow(_("Days"), "ok", days),
    ]


def folder_rows(settings: Settings) -> list[CheckRow]:
    """The folders that the settings name: there, the service's own, and open to it for writing."""
    named = [
        ("FEEDBACK_KEYS_DIR", settings.keys_dir, False),
        ("FEEDBACK_ERASED_FILE", settings.erased_file.parent, True),
    ]
    if settings.mode == "production":
        named.append(("FEEDBACK_BACKUP_DIR", settings.backup_dir, False))
    url = make_url(settings.database_url)
    if url.drivername.startswith("sqlite") and url.database:
        named.append(("FEEDBACK_DATABASE_URL", (ROOT / url.database).parent, True))
    return [_folder_row(name, folder, writes) for name, folder, writes in named]


def key_row(settings: Settings, session: Session | None = None) -> CheckRow:
    """The key files: there, readable by the service alone, none weak, and those of the database where it answers."""
    name = _("Keys")
    folder = settings.keys_dir
    if not any((folder / one).exists() for one in NAMES):
        return CheckRow(
            name,
            "missing",
            _("There is no key in %(folder)s.", folder=folder),
            _(
                "A new service: run 'flask --app wsgi keys make' once. Otherwise put back the keys that you kept."
            ),
        )
    try:
        keys = load_keys(folder)
        if session is not None and (misfits := find_misfits(session, keys)):
            raise BadKeys("\n".join(misfits))
    except (BadKeys, OSError) as problem:
        return CheckRow(
            name,
            "wrong",
            str(problem).replace("\n", " "),
            _("Put back the keys that you kept, for the service alone (mode 0600)."),
        )
    return CheckRow(
        name,
        "ok",
        _("%(number)s key files in %(folder)s.", number=len(NAMES), folder=folder),
    )


def ledger_row(settings: Settings, session: Session) -> CheckRow:
    """The list of what was erased: there, readable, written by this service."""
    name, file = _("List of erasures"), settings.erased_file
    step = _("See docs/settings.md, The list of erasures.")
    try:
        found = erasure_ledger.read_lines(file, load_keys(settings.keys_dir).audit)
    except FileNotFoundError:
        if was_erased_before(session):
            words = _("%(file)s is gone, and something was erased before.", file=file)
            return CheckRow(
                name, "wrong", words, _("Put the list back. %(step)s", step=step)
            )
        if settings.mode != "production":
            return CheckRow(name, "ok", _("Nothing was erased yet."))
        return CheckRow(
            name,
            "missing",
            _("There is no %(file)s yet.", file=file),
            _("Run: flask --app wsgi migrate"),
        )
    except BadKeys:
        return CheckRow(
            name,
            "missing",
            _("It can be read when the keys are right."),
            _("See to the keys first."),
        )
    except erasure_ledger.LedgerError as problem:
        return CheckRow(name, "wrong", str(problem), step)
    if found.bad:
        words = _("This service did not write %(n)s of its lines.", n=len(found.bad))
        return CheckRow(name, "wrong", words, step)
    if not os.access(file, os.W_OK):
        words = _("%(file)s cannot be written: nothing can be erased.", file=file)
        return CheckRow(name, "wrong", words, _own_it(file))
    words = _(
        "%(file)s lists %(number)s erasures.", file=file, number=len(found.erased)
    )
    return CheckRow(name, "ok", words)


def _folder_row(setting: str, folder: Path, writes: bool) -> CheckRow:
    """`writes`: the pages write into it; a folder of backups is written by the backup alone."""
    name = _("Folder of %(setting)s", setting=setting)
    if not folder.is_dir():
        return CheckRow(
            name,
            "missing",
            _("There is no folder %(folder)s.", folder=folder),
            _(
                "Make it the service's own: install -d -m 700 -o %(user)s %(folder)s",
                user=_user_name(os.geteuid()),
                folder=folder,
            ),
        )
    stat = folder.stat()
    if stat.st_uid != os.geteuid():
        return CheckRow(
            name,
            "wrong",
            _(
                "%(folder)s belongs to %(owner)s, and this runs as %(user)s.",
                folder=folder,
                owner=_user_name(stat.st_uid),
                user=_user_name(os.geteuid()),
            ),
            _(
                "Run this as the user that the service runs as; if you did, make the folder that user's with chown."
            ),
        )
    if not stat.st_mode & 0o200 or (writes and not os.access(folder, os.W_OK)):
        words = _("The service cannot write into %(folder)s.", folder=folder)
        return CheckRow(name, "wrong", words, _own_it(folder))
    return CheckRow(name, "ok", f"{folder}")


def _own_it(path: Path) -> str:
    return str(
        _(
            "Make %(path)s the service's own, and open to it: chown and chmod u+rw.",
            path=path,
        )
    )


def _user_name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
