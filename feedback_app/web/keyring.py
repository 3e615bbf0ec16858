"""Keeps each process's keys up to date with the key files, without reading the disk on most requests (promise 35)."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from flask import Flask, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from feedback_app.operations.key_checks import find_misfits
from feedback_app.privacy.keys import BadKeys, FileMarks, key_file_marks, load_keys
from feedback_app.web import context
from feedback_app.web.app_part import AppPart
from feedback_app.web.context import Instance, instance
from feedback_app.web.service_details import ENDPOINTS_WITHOUT_DETAILS

EVERY_SECONDS = 15.0


@dataclass(slots=True)
class _KeyFileWatch:
    """The files as this process saw them last, and when it looks again (monotonic seconds)."""

    seen: FileMarks | None = None
    look_at: float = 0.0


KEY_FILES: AppPart[_KeyFileWatch] = AppPart("key_files")


def refresh_keys(app: Flask, *, at_once: bool = False) -> Instance:
    """Return this application's parts, with keys at most 15 seconds older than their files.

    Where a file cannot be worked with, or the digest key is not the one it was, the keys in use stay, and the log
    says so once: under another digest key no link that was given out would be found again.
    """
    watch = KEY_FILES.get(app)
    now = monotonic()
    parts = instance(app)
    if now < watch.look_at and not at_once:
        return parts
    watch.look_at = now + EVERY_SECONDS
    folder = parts.settings.keys_dir
    before, watch.seen = watch.seen, key_file_marks(folder)
    if watch.seen == before:
        return parts
    try:
        keys = load_keys(folder)
    except (BadKeys, OSError) as problem:
        app.logger.error(
            "the key files cannot be worked with; the keys in use stay",
            exc_info=problem,
        )
        return parts
    if keys.digest != parts.keys.digest:
        app.logger.error("the digest key is another one; the keys in use stay")
        return parts
    if keys != parts.keys:
        try:
            with parts.database.new_session(reading=True) as session:
                misfits = find_misfits(session, keys)
        except SQLAlchemyError:
            # The database is away: looked at again with the next request.
            watch.seen = before
            return parts
        if misfits:
            app.logger.error("the keys in use stay: %s", " ".join(misfits))
            return parts
        app.config["SECRET_KEY"] = keys.session.newest_key
        parts = context.replace_parts(app, keys=keys)
    return parts


def init_app(app: Flask) -> None:
    """Look at the key files before a request, where it is time to."""
    KEY_FILES.set(app, _KeyFileWatch())
    app.before_request(_before_request)


def _before_request() -> None:
    if request.endpoint not in ENDPOINTS_WITHOUT_DETAILS:
        refresh_keys(current_app._get_current_object())  # type: ignore[attr-defined]
