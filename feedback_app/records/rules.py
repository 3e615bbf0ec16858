"""The retention rules: what is kept for how long, and counted from when (promise 36). Pure; nightly.py deletes.

The terms that children are told (`envelope_days`, `answer_years`, `complaint_years`) are settings (docs/rules.md,
Data); the others concern no child's words and are constants here. A term that was made longer on the page of settings
is the shorter one for whatever came in before that: nothing is kept for longer than was said (docs/decisions/0040).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeVar

from sqlalchemy.orm import Session

from feedback_app.config import Settings
from feedback_app.month import midnight_after
from feedback_app.rulebook.at_once import EarlierTerm, EarlierTerms, terms_in_force

RuleName = Literal[
    "envelopes",
    "draws",
    "campaigns",
    "review_references",
    "answers",
    "reviews",
    "invitations",
    "complaints",
    "messages",
    "misses",
    "sessions",
    "challenges",
    "staff_links",
    "leavers",
    "work",
    "numbers",
    "reports",
]
Day = TypeVar("Day", date, datetime)

MESSAGE_DAYS = 90
MISS_DAYS = 7
"""Rate limits need an hour; a week lets a person look into an alarm."""
SESSION_DAYS = 7
STAFF_LINK_DAYS = 30
LEAVER_DAYS = 30


def N_(words: str) -> str:  # noqa: N802 - the name by which words are taken into the catalogue
    """Mark a text for translation; the page translates it when it is shown."""
    return words


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `what` is deleted so many `days` or `years` after `since` (both texts for the page).

    `earlier`: terms that held before, for what came in while they did; the shortest counts.
    """

    name: RuleName
    what: str
    since: str
    days: int = 0
    years: int = 0
    earlier: tuple[EarlierTerm, ...] = ()

    @property
    def term_number(self) -> int:
        """How many days or years it is now."""
        return self.years or self.days

    @property
    def shortest_term(self) -> int:
        """The shortest of the terms that hold for anything."""
        return min([self.term_number, *(one.number for one in self.earlier)])

    def ends_at(self, begins: Day, came_in: Day | None = None) -> Day:
        """Return when something expires that began at `begins`. `came_in`: when it came in, where that is earlier."""
        since = begins if came_in is None else came_in
        ends = [self._after(begins, self.term_number)]
        ends += [
            self._after(begins, one.number)
            for one in self.earlier
            if since <= _end_of(one, since)
        ]
        return min(ends)

    def cutoff(self, now: Day) -> Day:
        """Return the latest start that has expired by `now`: whatever began and came in then or earlier is due."""
        cutoffs = [self.own_cutoff(now)]
        cutoffs += [
            min(self.own_cutoff(now, one.number), _end_of(one, now))
            for one in self.earlier
        ]
        return max(cutoffs)

    def own_cutoff(self, now: Day, number: int | None = None) -> Day:
        """The same by one term alone: the present one, or that of `number`."""
        return self._after(now, -(self.term_number if number is None else number))

    def _after(self, at: Day, number: int) -> Day:
        return _years(at, number) if self.years else at + timedelta(days=number)


def rules_in_force(session: Session, settings: Settings) -> tuple[Rule, ...]:
    """All rules as they stand in the database now: what a page changed holds from the next run on."""
    return retention_rules(*terms_in_force(session, settings))


def retention_rules(
    settings: Settings, earlier: EarlierTerms | None = None
) -> tuple[Rule, ...]:
    """Return all rules in the order in which they are carried out. `earlier`: the terms that held before."""
    before = earlier or {}
    envelope_terms = before.get("envelope_days", ())
    answer_terms = before.get("answer_years", ())
    return (
        Rule(
            "envelopes",
            N_("Sealed envelopes: who the child is, and where its link was sent"),
            N_(
                "the last text was read, with nothing open; else the answers; else the link’s end"
            ),
            days=settings.envelope_days,
            earlier=envelope_terms,
        ),
        Rule(
            "draws",
            N_("Draws of whom to ask that were not used: a digest of a reference"),
            N_("the draw"),
            days=settings.envelope_days,
            earlier=envelope_terms,
        ),
        Rule(
            "campaigns",
            N_("Who was asked in a campaign: a digest of a reference"),
            N_("the campaign’s last day"),
            days=settings.envelope_days,
            earlier=envelope_terms,
        ),
        Rule(
            "review_references",
            N_("References of reviews from the case system: who the child is"),
            N_("the last day of the month in which the review was held, or is due"),
            days=settings.envelope_days,
        ),
        Rule(
            "answers",
            N_("Answers, texts, concerns, wishes to talk, notes, and their messages"),
            N_(
                "the day of the answers or of the last send set aside, with nothing open or unread"
            ),
            years=settings.answer_years,
            earlier=answer_terms,
        ),
        Rule(
            "reviews",
            N_("Reviews from the case system, without a reference"),
            N_("the day on which the review was held, or is due"),
            years=settings.answer_years,
            earlier=answer_terms,
        ),
        Rule(
            "invitations",
            N_("Invitations and their links"),
            N_("the link’s end, once nothing else is held for it"),
            years=settings.answer_years,
            earlier=answer_terms,
        ),
        Rule(
            "complaints",
            N_("Complaints, with their words, notes, concerns and messages"),
            N_("they were closed, with nothing open or unread"),
            years=settings.complaint_years,
            earlier=before.get("complaint_years", ()),
        ),
        Rule(
            "messages",
            N_("Messages that were sent"),
            N_("they were sent"),
            days=MESSAGE_DAYS,
        ),
        Rule(
            "misses",
            N_("Counts of wrong links, codes and sign-ins"),
            N_("they were counted"),
            days=MISS_DAYS,
        ),
        Rule("sessions", N_("Sessions of staff"), N_("they ended"), days=SESSION_DAYS),
        Rule(
            "challenges", N_("Half-done sign-ins"), N_("they ended"), days=SESSION_DAYS
        ),
        Rule(
            "staff_links",
            N_("Links for staff: invitations, new passwords"),
            N_("they ended"),
            days=STAFF_LINK_DAYS,
        ),
        Rule(
            "leavers",
            N_("Recovery codes and passkeys of staff who left"),
            N_("they left"),
            days=LEAVER_DAYS,
        ),
        Rule(
            "work",
            N_("Targets, leave and days of work of staff who left"),
            N_("they left, as an administrator noted it"),
            years=settings.answer_years,
        ),
        Rule(
            "numbers",
            N_("Numbers of answers that left with a report, and the sums behind them"),
            N_("they were chosen"),
            years=settings.answer_years + 1,
        ),
        Rule(
            "reports",
            N_(
                "Reports that were handed over, their files, and the manager’s own words in them"
            ),
            N_("they were handed over, or written"),
            years=max(settings.report_years, settings.answer_years + 1),
        ),
    )


def _end_of(term: EarlierTerm, like: Day) -> Day:
    """Until when things came in under a term: its last day, or the last moment of it where `like` is an instant."""
    if isinstance(like, datetime):
        return midnight_after(term.last_day) - timedelta(microseconds=1)
    return term.last_day


def _years(at: Day, years: int) -> Day:
    """Add years. 29 February expires on 1 March, so that no term is shorter than its years."""
    try:
        return at.replace(year=at.year + years)
    except ValueError:
        return (
            at.replace(year=at.year + years, month=3, day=1)
            if years > 0
            else at.replace(year=at.year + years, day=28)
        )
