"""A file's rows between two pages: sealed inside the form itself, for half an hour, for one person and one kind.

Nothing is kept on the server, so nothing has to be deleted there, and no backup holds it (docs/decisions/0027).
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from datetime import datetime, timedelta

from flask_babel import gettext as _

from feedback_app import clock
from feedback_app.imports.sheets import BadFile, CouncilSheet, SheetRow
from feedback_app.privacy.cipher import UnsealError, seal_text, unseal_text
from feedback_app.privacy.keys import Keys

KEPT = timedelta(minutes=30)
MOST_CHARACTERS = 4 * 1024 * 1024
"""Of what a page carries; a file of 5,000 rows with ten columns takes about a tenth."""
MOST_BYTES = 64 * 1024 * 1024
TABLE, COLUMN = "import", "rows"


def seal_sheet(keys: Keys, sheet: CouncilSheet, *, kind: str, person_id: str) -> str:
    """The sheet as letters, digits, - and _, that only this service opens. Raises BadFile where it is too much."""
    content = {
        "at": clock.now().isoformat(),
        "kind": kind,
        "headings": sheet.headings,
        "rows": [[row.number, *row.cells] for row in sheet.rows],
    }
    packed = zlib.compress(json.dumps(content, ensure_ascii=False).encode(), 6)
    sealed = seal_text(
        keys.envelope,
        base64.b64encode(packed).decode(),
        table=TABLE,
        column=COLUMN,
        row=person_id,
    )
    carried = base64.urlsafe_b64encode(sealed).decode()
    if len(carried) > MOST_CHARACTERS:
        raise BadFile(
            _("There is too much in the file. Delete the columns that are not needed.")
        )
    return carried


def open_sheet(keys: Keys, carried: str, *, kind: str, person_id: str) -> CouncilSheet:
    """What `seal_sheet` sealed for that person and kind. Raises BadFile where it is too old, or nothing of ours."""
    try:
        sealed = base64.urlsafe_b64decode(carried.encode("ascii", "replace"))
        text = unseal_text(
            keys.envelope, sealed, table=TABLE, column=COLUMN, row=person_id
        )
        unpacked = zlib.decompressobj().decompress(base64.b64decode(text), MOST_BYTES)
        content = json.loads(unpacked)
    except (UnsealError, binascii.Error, zlib.error, ValueError) as error:
        raise _choose_again() from error
    age = clock.now() - datetime.fromisoformat(content["at"])
    if age > KEPT or content["kind"] != kind:
        raise _choose_again()
    return CouncilSheet(
        tuple(content["headings"]),
        tuple(SheetRow(row[0], tuple(row[1:])) for row in content["rows"]),
    )


def _choose_again() -> BadFile:
    return BadFile(
        _(
            "The page was open for more than half an hour, so the file was let go. Nothing is stored. Choose it again."
        )
    )
