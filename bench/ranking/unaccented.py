"""`python -m bench.ranking.unaccented`: are Polish, Albanian and Vietnamese typed without accents known as not English?

The texts of unaccented.csv are invented, as a child would type them, many of one word or two. What was missed among
them was looked at before words were added to elsewhere.yaml.
"""

from __future__ import annotations

import csv
from pathlib import Path

from bench.ranking.__main__ import share
from feedback_app.ranking.rank import rank_text

UNACCENTED_FILE = Path(__file__).with_name("unaccented.csv")


def known_as_foreign() -> dict[str, dict[str, bool]]:
    """Language -> text -> whether it is known as not English."""
    found: dict[str, dict[str, bool]] = {}
    with UNACCENTED_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            known = rank_text(row["text"]).language != "en"
            found.setdefault(row["language"], {})[row["text"]] = known
    return found


def main() -> None:
    """Print the share of each language, and what was taken for English."""
    for language, texts in known_as_foreign().items():
        missed = [text for text, known in texts.items() if not known]
        print(f"{language}: {share([*texts.values()])}", *missed, sep="\n    ")


if __name__ == "__main__":
    main()
