"""The surveys as they are shipped, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.files.load import load_catalogue

SURVEYS = Path(__file__).parents[2] / "surveys"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(SURVEYS)
