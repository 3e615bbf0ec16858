"""`flask reseal` without the surveys and the pages, so that a run which kills it often waits less for its start.

python -m bench.faults.resealing DATABASE_URL KEYS_DIR BATCH
"""

from __future__ import annotations

import sys
from pathlib import Path

from feedback_app.database.sessions import Database
from feedback_app.operations.reseal import reseal_ring
from feedback_app.privacy.keys import load_keys


def main(url: str, folder: str, batch: str) -> int:
    database = Database()
    database.open(url)
    done = reseal_ring(database, load_keys(Path(folder)), "text", batch=int(batch))
    return 1 if done.unopened or done.left else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
