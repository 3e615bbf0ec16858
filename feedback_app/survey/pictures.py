"""Which drawing stands with which question, answer and text in easy read: read from `surveys/pictures.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from feedback_app.survey.model import Option, Question

FACES = ("good", "ok", "bad")
DRAWN = (
    *FACES, "meeting", "iro", "talk", "ears", "door", "helper", "next", "wish", "home", "star",
    "worker", "people", "advocate", "screen", "phone", "letter", "school", "plan", "story", "health", "money", "ball",
    "safe", "alert", "clock", "again", "quiet", "hand", "yes", "no", "ask", "other",
    "bars0", "bars1", "bars2", "bars3",
)  # fmt: skip
"""Every drawing there is, in templates/child: at most 40 symbols with "who reads this" (decision 0011)."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Names of drawings by id: of questions, fixed texts, options anywhere, and one question's options (`answers`).

    A fixed text that asks something (`talk_to`) counts as a question in `answers`. `openings`: by a survey's key
    and the look.
    """

    questions: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    openings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of_question(self, question: Question) -> str:
        """The drawing above it, or ""."""
        return self.questions.get(question.id) or question.picture

    def of_opening(self, survey_key: str, look: str) -> str:
        """The drawing on a survey's first screen, or ""."""
        return self.openings.get(survey_key, {}).get(look, "")

    def of_text(self, text_id: str) -> str:
        """The drawing on that text's screen, or ""."""
        return self.texts.get(text_id, "")

    def of_option(self, asked: str, option: Option) -> str:
        """The drawing beside that answer, or "": the question's own, else its face or amount, else the usual one."""
        own = self.answers.get(asked, {}).get(option.id)
        scale = option.face or (
            f"bars{option.dots}" if option.dots is not None else None
        )
        return own or scale or self.options.get(option.id, "")
