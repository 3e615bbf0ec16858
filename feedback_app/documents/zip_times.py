"""Files that are zip archives inside (Word), made the same to the byte whenever they are made."""

from __future__ import annotations

import io
import zipfile

FIRST_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip archive can say."""


def without_times(archive: bytes) -> bytes:
    """The same archive, whose parts no longer say when they were written.

    The clock of the machine is nothing to whoever gets the file, and two files of the same content are the same.
    """
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(archive)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            plain = zipfile.ZipInfo(part.filename, FIRST_TIME)
            plain.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(plain, old.read(part))
    return out.getvalue()
