"""The second voice on language: py3langid, which knows 138 languages by pieces of words.

Its model takes a second to load and 100 MB of memory, so it is loaded by the first text that needs it: in the worker,
never in the web process.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISHES = frozenset(("pcm",))
"""Left out of the choice: Nigerian Pidgin is what it takes "i wud like mor time" for."""


def sounds_english(text: str) -> bool:
    """Whether English is the likeliest language of a text. Whatever py3langid raises is raised."""
    language: str = load_voice().classify(text.casefold())[0]
    return language == "en"


@cache
def load_voice() -> LanguageIdentifier:
    """The library with its model, loaded once. ImportError or OSError where it is not there."""
    from py3langid import langid  # noqa: PLC0415 - see the head of this file

    voice = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    voice.set_languages([name for name in voice.labels if name not in ENGLISHES])
    return voice
