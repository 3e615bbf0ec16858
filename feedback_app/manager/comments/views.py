"""What the pages of comments show: which to read next, and those that were read, under their questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from feedback_app.reports.figures.comments import Comment
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import BANDS
from feedback_app.typed_text import clean_line


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
class ReadFilter:
    """What narrows the comments that were read; "" is all. `find`: words that must stand in it."""

    question: str = ""
    band: str = ""
    theme: str = ""
    find: str = ""

    @classmethod
    def of_query(cls, query: Mapping[str, str]) -> ReadFilter:
        """As the address says it."""
        names = ("question", "band", "theme", "find")
        return cls(*(clean_line(query.get(name)) for name in names))

    def is_met_by(self, comment: Comment, words: str) -> bool:
        """Whether the comment is among those wanted."""
        wanted = (
            (self.question, comment.question),
            (self.band, comment.band),
            (self.theme, comment.theme),
        )
        if any(asked and asked != found for asked, found in wanted):
            return False
        return self.find.casefold() in words.casefold()

    def __bool__(self) -> bool:
        return any((self.question, self.band, self.theme, self.find))


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the comments that were read can be narrowed by: pairs of id and words, and the names of themes."""

    questions: Sequence[tuple[str, str]]
    bands: Sequence[str]
    themes: Sequence[str]


@dataclass(frozen=True, slots=True)
class QuestionRead:
    """One question, with the comments to it that were read and their words."""

    question: str
    comments: Sequence[tuple[Comment, str]]


def read_comments(
    catalogue: Catalogue,
    comments: Iterable[Comment],
    words: Mapping[str, str],
    narrowed: ReadFilter,
) -> list[QuestionRead]:
    """The comments that were read under their questions, as far as they are wanted; `words`: entry id -> words."""
    by_question: dict[str, list[tuple[Comment, str]]] = {}
    for comment in comments:
        said = words[comment.entry_id]
        if narrowed.is_met_by(comment, said):
            text = question_text(catalogue, comment)
            by_question.setdefault(text, []).append((comment, said))
    return [QuestionRead(text, found) for text, found in by_question.items()]


def filter_choices(catalogue: Catalogue, comments: Iterable[Comment]) -> FilterChoices:
    """What these comments differ in. Of a question that bands ask in other words, the words of the first stand."""
    questions: dict[str, str] = {}
    bands, themes = set(), set()
    for comment in comments:
        questions.setdefault(comment.question, question_text(catalogue, comment))
        bands.add(comment.band)
        themes.add(comment.theme)
    return FilterChoices(
        list(questions.items()),
        [band for band in BANDS if band in bands],
        sorted(themes - {""}, key=str.casefold),
    )
