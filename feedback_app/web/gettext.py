"""gettext through Flask-Babel, from `.po` files read at start; no `.mo` is kept (docs/rules.md, Surveys)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import flask_babel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask

from feedback_app.extensions import babel

NO_TRANSLATIONS = NullTranslations()
FOLDER = Path(__file__).resolve().parents[1] / "translations"


def read_catalogues(folder: Path) -> dict[str, Translations]:
    """Return the translations of staff pages by locale. A string marked fuzzy has no approval and stays in English."""
    translations: dict[str, Translations] = {}
    for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parts[-3])
        compiled = io.BytesIO()
        write_mo(compiled, catalogue, use_fuzzy=False)
        compiled.seek(0)
        translations[path.parts[-3]] = Translations(compiled)
    return translations


class PoDomain(flask_babel.Domain):  # type: ignore[misc]
    """Flask-Babel's message domain, fed from memory."""

    def __init__(self, catalogues: dict[str, Translations]) -> None:
        super().__init__()
        self._catalogues = catalogues

    def get_translations(self) -> Any:
        """Return the catalogue of the request's locale, or an empty one, which leaves the words as they are."""
        locale = flask_babel.get_locale()
        return self._catalogues.get(str(locale), NO_TRANSLATIONS)


def init_app(app: Flask) -> None:
    """Set Flask-Babel up: staff pages are in English so far; the survey's language is the invitation's."""
    babel.init_app(app, default_locale="en_GB", default_timezone="Europe/London")
    babel.domain_instance = PoDomain(read_catalogues(FOLDER))
