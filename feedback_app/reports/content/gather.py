"""Everything that one report says, gathered from the database once. Nothing here is put into words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.labels import covered_labels
from feedback_app.models.action import Action
from feedback_app.models.person import Person
from feedback_app.month import Month
from feedback_app.privacy.covered import cover_words
from feedback_app.privacy.keys import KeyRing
from feedback_app.reports.content.glossary import GlossaryTerm, glossary_terms
from feedback_app.reports.figures.asked import AskedCounts, count_asked
from feedback_app.reports.figures.behind_figures import BehindFigures, count_behind
from feedback_app.reports.figures.board import Board, month_boards
from feedback_app.reports.figures.cohort_shares import CohortAnswers, count_cohort
from feedback_app.reports.figures.comments import (
    CommentFilter,
    list_comments,
    select_comments,
    unseal_words,
)
from feedback_app.reports.figures.concern_counts import (
    CountsByMonth,
    count_concerns,
    count_requests,
)
from feedback_app.reports.figures.counted import first_month
from feedback_app.reports.figures.iro_says import compare_units
from feedback_app.reports.figures.other_languages import OtherTexts, count_other_texts
from feedback_app.reports.figures.periods import Period
from feedback_app.reports.figures.question_changes import (
    SurveyChanges,
    question_changes,
)
from feedback_app.reports.figures.questions import asked_questions
from feedback_app.reports.figures.reviews_held import (
    ReviewMonth,
    ReviewTimes,
    count_review_times,
    count_reviews,
)
from feedback_app.reports.figures.said_to_told import days_to_told, median_days_to_told
from feedback_app.reports.figures.sliced_tally import tally_slice
from feedback_app.reports.publishing.both_accounts import (
    PrintedAgreement,
    publish_accounts,
    quarters_needed,
)
from feedback_app.reports.publishing.by_mode import Pair, publish_modes
from feedback_app.reports.publishing.in_turn import Unit
from feedback_app.reports.publishing.published import Published
from feedback_app.reports.publishing.stored import ReadyNumbers
from feedback_app.responses.comment_marks import (
    covered_places,
    month_quotes,
    themes_of,
)
from feedback_app.rulebook.counted_codes import CodeBook
from feedback_app.rulebook.month_rules import MonthRules, read_rules
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import Measure, Survey

ReportKind = Literal["month", "quarter", "year", "own"]
MOST_QUOTES = 4
MOST_TEXTS = 10_000
"""Of one month, that are looked at for their themes."""
MODE_MEASURES = ("meeting_ok", "said", "listened")


@dataclass(frozen=True, slots=True)
class QuotedWords:
    """A child's words that were chosen for the report, less those covered, with the band."""

    words: str
    band: str


@dataclass(frozen=True, slots=True)
class ReportedAction:
    """One "You said, we did" as a report lists it, for staff. `days`: from said to told, or until today."""

    theme: str
    promise: str
    owner: str
    due_on: dt.date
    state: str
    said_by: int
    is_told: bool
    is_overdue: bool
    days: int | None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What `build_report` makes a document of.

    `boards`: one a month of the period. `years`: the numbers of each quarter's end that left within a year, then
    those that leave now; empty while the last month runs. `accounts`, `modes`: empty then too. `theme_comments`:
    theme -> month -> how many comments stand under it. `cohorts`: the surveys that are asked of a cohort. `reviews`:
    one a month, from the case system. `other_texts`: texts in other languages. `question_changes`: of each survey
    that was answered; empty for a month. `rules`: those of the period's last month. `glossary`: the report's words.
    """

    kind: ReportKind
    period: Period
    service_name: str
    survey: Survey
    made_on: dt.date
    ready: ReadyNumbers | None
    boards: tuple[Board, ...]
    years: tuple[Published, ...]
    behind: BehindFigures
    accounts: Mapping[str, PrintedAgreement]
    modes: Mapping[tuple[str, str], Pair]
    mode_measures: tuple[Measure, ...]
    quotes: tuple[QuotedWords, ...]
    actions: tuple[ReportedAction, ...]
    median_days: float | None
    concerns: CountsByMonth
    requests: CountsByMonth
    theme_comments: Mapping[str, Mapping[Month, int]]
    cohorts: tuple[CohortAnswers, ...]
    reviews: tuple[ReviewMonth, ...]
    review_times: ReviewTimes
    other_texts: OtherTexts
    question_changes: tuple[SurveyChanges, ...]
    settings: Settings
    rules: MonthRules
    glossary: tuple[GlossaryTerm, ...]

    @property
    def published(self) -> Published | None:
        """The numbers of answers that may leave."""
        return self.ready.published if self.ready else None

    @property
    def total_asked(self) -> AskedCounts:
        """Children asked in the period."""
        return sum((board.total_asked for board in self.boards), AskedCounts())

    @property
    def last(self) -> Month:
        """The last month of the period."""
        return self.period.last


def gather_report(
    session: Session, ring: KeyRing, settings: Settings, catalogue: Catalogue, period: Period, *,
    kind: ReportKind, ready: ReadyNumbers | None, person_id: str, roles: Collection[str],
) -> Gathered:  # fmt: skip
    """Gather a report. It opens the texts chosen as quotes: the caller writes the audit entry first.

    `ready`: the numbers of answers of the period's last month, as `find_numbers` found them; None while it runs.
    """
    rules = read_rules(session, period.last)
    surveys = rules.with_targets(catalogue.monthly_versions())
    survey = surveys[-1]
    calendar = _months_counted(period)
    is_long = kind != "month"
    measures = _mode_measures(surveys) if is_long else ()
    quarters = (
        _quarters(session, survey.key, ready.published, settings.answer_years)
        if ready
        else ()
    )
    actions = _reported_actions(session, period)
    codes = CodeBook(rules.book)
    asked = count_asked(session, survey.key, calendar)
    reviews = count_reviews(session, period.months, codes)
    return Gathered(
        kind=kind,
        period=period,
        service_name=settings.service_name,
        survey=survey,
        made_on=clock.today(),
        ready=ready,
        boards=month_boards(
            session,
            survey.key,
            {month: asked[month] for month in period.months},
            settings,
            codes,
        ),
        years=ready.years if ready else (),
        behind=count_behind(session, survey.key, asked),
        accounts=_accounts(session, survey.key, quarters) if quarters else {},
        modes=_modes(session, survey.key, quarters, measures)
        if quarters and is_long
        else {},
        mode_measures=measures,
        quotes=_quotes(session, ring, survey.key, period, person_id, roles),
        actions=tuple(_reported(action, name) for action, name in actions),
        median_days=median_days_to_told(
            (action for action, _name in actions), clock.today()
        ),
        concerns=count_concerns(session, settings, calendar, person_id),
        requests=count_requests(session, calendar, person_id),
        theme_comments=_themes(session, survey.key, calendar, person_id, roles)
        if is_long
        else {},
        cohorts=tuple(
            _cohorts(session, catalogue, rules.cohort_targets(settings), period)
        )
        if is_long
        else (),
        reviews=tuple(reviews[month] for month in period.months),
        review_times=count_review_times(session, period.months)
        if any(reviews.values())
        else ReviewTimes(),
        other_texts=count_other_texts(session, survey.key, calendar, period.months),
        question_changes=question_changes(session, catalogue, period.months)
        if is_long
        else (),
        settings=settings,
        rules=rules,
        glossary=glossary_terms(rules.book),
    )


def _months_counted(period: Period) -> tuple[Month, ...]:
    """From January of each of its years on: small numbers are hidden beside those of the year's earlier months."""
    return Period(Month(period.first.year, 1), period.last).months


def _mode_measures(surveys: Sequence[Survey]) -> tuple[Measure, ...]:
    return tuple(
        measure
        for question in asked_questions(surveys)
        for measure in question.measures
        if measure.id in MODE_MEASURES
    )


def _quarters(
    session: Session, survey: str, published: Published, years: int
) -> tuple[Unit, ...]:
    """Those whose answers are still held, and of some months more: `years` is how long answers are kept."""
    end = published.year_end
    first = first_month(session, survey) or end
    return quarters_needed(max(first, end.add_months(-12 * (years + 1))), end)


def _accounts(
    session: Session, survey: str, quarters: Sequence[Unit]
) -> Mapping[str, PrintedAgreement]:
    return publish_accounts(compare_units(session, survey, quarters))


def _modes(
    session: Session, survey: str, quarters: Sequence[Unit], measures: Sequence[Measure]
) -> Mapping[tuple[str, str], Pair]:
    tally = tally_slice(
        session,
        survey,
        [month for quarter in quarters for month in quarter],
        beside="mode",
        questions={measure.question for measure in measures},
    )
    return publish_modes(
        {quarter: tally.of_months(quarter) for quarter in quarters}, measures
    )


def _quotes(
    session: Session,
    ring: KeyRing,
    survey: str,
    period: Period,
    person_id: str,
    roles: Collection[str],
) -> tuple[QuotedWords, ...]:
    """Up to four: of a longer period the newest. Only what was read, and in which no concern was found."""
    found: list[QuotedWords] = []
    for month in reversed(period.months):
        chosen = month_quotes(session, str(month))
        if not chosen:
            continue
        texts = {
            text.text_id: text
            for text in list_comments(
                session, survey, month, person_id=person_id, roles=roles
            )
            if text.read and not text.concern
        }
        covered = covered_places(session, chosen)
        for text_id in chosen:
            if text_id in texts and len(found) < MOST_QUOTES:
                words = cover_words(
                    unseal_words(session, ring, text_id),
                    covered.get(text_id, ()),
                    covered_labels(),
                )
                found.append(QuotedWords(words, texts[text_id].band))
    return tuple(found)


def _reported_actions(session: Session, period: Period) -> list[tuple[Action, str]]:
    """Those begun by the end of the period that are open, or came to their end within it; the oldest first."""
    begin, end = period.first.utc_bounds()[0], period.last.utc_bounds()[1]
    rows = session.execute(
        select(Action, Person.name)
        .join(Person, Person.id == Action.owner_id)
        .where(Action.created_at < end)
        .where(Action.state.in_(("promised", "doing")) | (Action.changed_at >= begin))
        .order_by(Action.created_at, Action.id)
    )
    return [(action, name) for action, name in rows]


def _reported(action: Action, owner: str) -> ReportedAction:
    today = clock.today()
    why = ""
    if action.state == "cannot":
        # What the oldest children are told is why it cannot be.
        why = next((one.done for one in action.words if one.band == "12-17"), "")
    return ReportedAction(
        theme=action.theme,
        promise=action.promise,
        owner=owner,
        due_on=action.due_on,
        state=action.state,
        said_by=action.said_by,
        is_told=action.is_shown,
        is_overdue=action.state in ("promised", "doing") and action.due_on < today,
        days=days_to_told(action, today),
        why_not=why,
    )


def _themes(
    session: Session,
    survey: str,
    months: Sequence[Month],
    person_id: str,
    roles: Collection[str],
) -> Mapping[str, Mapping[Month, int]]:
    """Theme -> month -> comments under it, of read comments alone."""
    found: dict[str, dict[Month, int]] = {}
    for month in months:
        wanted = CommentFilter((survey,), (month,), read="yes")
        texts = select_comments(
            session, wanted, person_id=person_id, roles=roles, start=0, limit=MOST_TEXTS
        )
        names = themes_of(session, [text.text_id for text in texts])
        for text in texts:
            for name in names.get(text.text_id, ()):
                by_month = found.setdefault(name, {})
                by_month[month] = by_month.get(month, 0) + 1
    return found


def _cohorts(
    session: Session,
    catalogue: Catalogue,
    targets: Sequence[tuple[str, str, int]],
    period: Period,
) -> list[CohortAnswers]:
    """Each survey that is asked of a cohort, over the twelve months to the period's end."""
    found = []
    for key, kind, percent in targets:
        surveys = [survey for survey in catalogue.surveys if survey.key == key]
        if surveys:
            year = period.year_to_end
            found.append(count_cohort(session, surveys, kind, percent / 100, year))
    return found
