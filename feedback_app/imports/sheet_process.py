"""Reads one spreadsheet (xlsx, xls, ods) in a process of its own, so that a broken or hostile file harms no worker.

`python -m feedback_app.imports.sheet_process` takes the file on standard input and prints a JSON object: `{"rows":
[[cell, ...], ...]}` with the first row of the sheet first, or `{"problem": "..."}`, one of PROBLEMS. The system ends it
when it takes more memory or time than LIMITS; then it prints nothing. Formulas are never evaluated: of a cell with one
the value is taken that the last program stored.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import resource
import sys
from typing import Any

MEMORY_BYTES = 768 * 1024 * 1024
PROCESSOR_SECONDS = 10
MOST_ROWS = 5001
"""One row of headings and 5,000 others. More are only counted as more."""
MOST_COLUMNS = 100
MOST_CHARACTERS = 400
PROBLEMS = ("encrypted", "broken", "empty", "columns")


def limit_process() -> None:
    """Have the system end this process rather than let it take the machine."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_workbook(content: bytes) -> dict[str, Any]:
    """The rows of the first sheet in sight that holds anything, as the module says."""
    import python_calamine as calamine  # noqa: PLC0415 (only this process loads it)

    try:
        book = calamine.load_workbook(io.BytesIO(content))
        for sheet in book.sheets_metadata:
            if sheet.visible != calamine.SheetVisibleEnum.Visible:
                continue
            if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            found = book.get_sheet_by_name(sheet.name)
            if found.total_width > MOST_COLUMNS * 4:
                return {"problem": "columns"}
            rows = found.to_python(skip_empty_area=False, nrows=4 * MOST_ROWS)
            if any(cell != "" for row in rows for cell in row):
                return {"rows": [[cell_text(cell) for cell in row] for row in rows]}
    except calamine.PasswordError:
        return {"problem": "encrypted"}
    except Exception as error:  # noqa: BLE001 (whatever a broken file makes of the reader)
        locked = "password" in f"{error}".lower() or "encrypt" in f"{error}".lower()
        return {"problem": "encrypted" if locked else "broken"}
    return {"problem": "empty"}


def cell_text(cell: object) -> str:
    """A cell as text: a day as 2026-11-14, whole numbers without a point; cut one character after the limit."""
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "minutes")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)[: MOST_CHARACTERS + 1]


def print_sheet() -> None:
    """Read standard input, print what was found."""
    limit_process()
    found = read_workbook(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    print_sheet()
