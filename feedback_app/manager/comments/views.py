"""What the pages of comments show: what narrows them, the words under their questions, and which to read next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from feedback_app.month import Month
from feedback_app.privacy.covered import Span
from feedback_app.reports.figures.comments import Comment, CommentFilter
from feedback_app.survey.catalogue import Catalogue
from feedback_app.typed_text import clean_line

YEAR = "year-"
"""How a period of twelve months begins in an address; the last of them follows."""
NAMES = ("period", "survey", "question", "band", "part", "channel", "theme", "read")


def question_text(catalogue: Catalogue, comment: Comment) -> str:
    """The question that the text answers, in the words that this child saw."""
    survey = catalogue.find_survey(comment.survey, comment.survey_version)
    question = survey.find_question(comment.band, comment.question)
    return question.text if question else comment.question


def next_unread(comments: Sequence[Comment], entry_id: str) -> Comment | None:
    """The first text that is not read yet, other than this one; None when all have been read."""
    unread = (
        comment
        for comment in comments
        if not comment.read and comment.entry_id != entry_id
    )
    return next(unread, None)


@dataclass(frozen=True, slots=True)
class PageFilter:
    """What narrows the page, as its address says it; "" is all. `period`: a month, or twelve to it ("year-2026-10")."""

    period: str
    survey: str = ""
    question: str = ""
    band: str = ""
    part: str = ""
    channel: str = ""
    theme: str = ""
    read: str = ""

    @classmethod
    def of_query(cls, query: Mapping[str, str], month: Month) -> PageFilter:
        """As the address or the form says it; `month` where it names no period. Raises ValueError for what is none."""
        found = {name: clean_line(query.get(name)) for name in NAMES}
        found["period"] = found["period"] or str(month)
        Month.parse(found["period"].removeprefix(YEAR))
        return cls(**found)

    @property
    def last_month(self) -> Month:
        """The month, or the last of the twelve."""
        return Month.parse(self.period.removeprefix(YEAR))

    def as_query(self, **more: str) -> dict[str, str]:
        """What an address needs to say the same again."""
        return {
            name: value for name, value in {**asdict(self), **more}.items() if value
        }

    def is_narrowed(self) -> bool:
        """Whether anything but the period is chosen."""
        return any(getattr(self, name) for name in NAMES[1:])

    def wanted_comments(self, surveys: Iterable[str]) -> CommentFilter:
        """What to select; `surveys`: the keys of those that there are."""
        month = self.last_month
        return CommentFilter(
            tuple(key for key in surveys if self.survey in ("", key)),
            month.year_to_here if self.period.startswith(YEAR) else (month,),
            self.question,
            self.band,
            self.part,
            self.channel,
            self.theme,
            self.read,
        )


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment with its words in parts (words, whether they are covered) and what was made of it."""

    comment: Comment
    question: str
    parts: Sequence[tuple[str, bool]]
    themes: Sequence[str]
    is_quote: bool


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """One question with comments to it; `place` is its id on the page."""

    place: str
    question: str
    read: bool
    comments: Sequence[ShownComment]


def covered_parts(words: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """The words in parts, each with whether it is covered. Joined they are the words again."""
    parts, here = [], 0
    for span in spans:
        parts += [
            (words[here : span.start], False),
            (words[span.start : span.end], True),
        ]
        here = span.end
    return [part for part in (*parts, (words[here:], False)) if part[0]]


def group_comments(shown: Iterable[ShownComment]) -> list[QuestionGroup]:
    """Under their questions, those still to be read before those that were."""
    groups: dict[tuple[bool, str, str], list[ShownComment]] = {}
    for one in shown:
        key = (one.comment.read, one.comment.survey, one.comment.question)
        groups.setdefault(key, []).append(one)
    return [
        QuestionGroup(f"q{number}", found[0].question, read, found)
        for number, ((read, _survey, _question), found) in enumerate(groups.items())
    ]
