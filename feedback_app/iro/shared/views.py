"""The answers that children chose to show their IRO: without month, day or invitation (rule V1).

What a child let their IRO see may be shown from the day on which the report of the month is due in which it came in,
all of one month at once: so nobody can tell from what appears today whose link was answered today. The newest stand
first, those of one day in an order that tells nothing. What the IRO wrote down themselves, or heard because they were
there, is apart, and shown at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.models.invitation import Invitation
from feedback_app.models.response import Response
from feedback_app.models.scope import responses_for
from feedback_app.models.text import SealedText
from feedback_app.month import Month, due_date, london_day
from feedback_app.privacy.keys import Keys
from feedback_app.reports.answers_in_words import AnswerInWords, answers_in_words
from feedback_app.responses.texts import open_text
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import BANDS


@dataclass(frozen=True, slots=True)
class Shown:
    """One child's answers, as far as their IRO may see them; `words` are its free texts by question.

    `was_heard`: the IRO wrote them down, or was there.
    """

    id: str
    band: str
    was_heard: bool
    answers: tuple[AnswerInWords, ...]
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class ShownFilter:
    """What narrows the answers; "" is all."""

    band: str = ""
    survey: str = ""

    @classmethod
    def of_query(
        cls, query: Mapping[str, str], surveys: Collection[str]
    ) -> ShownFilter:
        """As the address says it; an age, or a key of a survey, that there is not is none."""
        band, survey = query.get("band", ""), query.get("survey", "")
        return cls(band if band in BANDS else "", survey if survey in surveys else "")

    def lets_through(self, response: Response) -> bool:
        """Whether the answers are among those wanted."""
        wanted = ((self.band, response.band), (self.survey, response.survey))
        return all(not asked or asked == found for asked, found in wanted)

    def __bool__(self) -> bool:
        return bool(self.band or self.survey)


def count_shown(session: Session, iro_id: str) -> int:
    """How many children let this IRO see what they said, of what may be shown by now."""
    return sum(not _was_heard(one) for one in _readable(session, iro_id))


def shown_to(
    session: Session, keys: Keys, catalogue: Catalogue, iro_id: str, only: ShownFilter
) -> tuple[Shown, ...]:
    """Every response that this IRO may read by now, the newest first by the day from which it may be shown."""
    responses = [one for one in _readable(session, iro_id) if only.lets_through(one)]
    words = _words_of(session, keys, [one.sent_id for one in responses])
    answers = answers_in_words(session, catalogue, responses)
    return tuple(
        Shown(
            one.sent_id,
            one.band,
            _was_heard(one),
            answers[one.id],
            words[one.sent_id],
        )
        for one in responses
    )


def _readable(session: Session, iro_id: str) -> list[Response]:
    """The responses that may be shown today, in the order in which they are."""
    statement = responses_for(iro_id, ("iro",)).outerjoin(
        Invitation, Invitation.id == Response.invitation_id
    )
    rows = session.execute(statement.add_columns(Invitation.outcome_at))
    today = clock.today()
    dated = [
        (_shown_from(response, answered_at), response) for response, answered_at in rows
    ]
    dated = [(day, response) for day, response in dated if day <= today]
    dated.sort(key=lambda one: one[1].sent_id)
    dated.sort(key=lambda one: one[0], reverse=True)
    return [response for _day, response in dated]


def _shown_from(response: Response, answered_at: datetime | None) -> date:
    """The day from which it may be shown: of a paper form by when it was keyed in, not by when it was filled in."""
    if _was_heard(response):
        return response.day
    came_on = max(
        response.day, london_day(answered_at) if answered_at else response.day
    )
    return due_date(Month.containing(came_on))


def _was_heard(response: Response) -> bool:
    return response.iro_may_see == "heard"


def _words_of(
    session: Session, keys: Keys, sent_ids: Sequence[str]
) -> dict[str, dict[str, str]]:
    """The free texts of these responses, by question."""
    words: dict[str, dict[str, str]] = {one: {} for one in sent_ids}
    query = select(SealedText).where(
        SealedText.owner == "answer", SealedText.row_id.in_(sent_ids)
    )
    for text in session.scalars(query):
        words[text.row_id][text.column_name] = open_text(keys.text, text)
    return words
