"""Every setting that a page can change: what it is, what it changes, from when, within which bounds, and who may."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import flask_babel

from feedback_app.config import Settings
from feedback_app.labels import label
from feedback_app.privacy.suppress import FEWEST_SHOWN
from feedback_app.reports.content.glossary import (
    OWN_TERM,
    WORD_KEY,
    glossary_terms,
    usual_terms,
)
from feedback_app.reports.figures.shares import FEWEST_FOR_PERCENT
from feedback_app.rulebook import at_once, month_rules
from feedback_app.rulebook.counted_codes import CODES_KEY, USUAL_CODES
from feedback_app.rulebook.setting_changes import ChangeBook
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import Survey
from feedback_app.web.child_languages import ENGLISH, Languages

_: Callable[..., str] = flask_babel.gettext

Kind = Literal["number", "codes", "time", "term", "language", "word"]
"""Which form changes it; `number` and `codes` hold from a month on, the others at once."""
Unit = Literal["percent", "children", "days", "working_days", "minutes", "hours", "years", ""]  # fmt: skip
MAY_CHANGE: dict[Kind, tuple[str, ...]] = {
    "number": ("manager",),
    "codes": ("manager",),
    "time": ("lead",),
    "term": ("lead", "administrator"),
    "language": ("administrator", "manager"),
    "word": ("manager",),
}
"""Roles; each route names the same (tests/integration/manager/test_settings_pages.py holds them together)."""
GROUPS = ("targets", "codes", "thresholds", "times", "terms", "languages", "words")
BY_MONTH: tuple[Kind, ...] = ("number", "codes")


@dataclass(frozen=True, slots=True)
class Changeable:
    """One setting. `usual`: what holds where nothing was changed, as it is kept; None for nothing.

    `effect`: what it changes, in a sentence. `part`: the survey that it is of, which a list names once. `hint`: the row
    of the plan. `least`, `most`: of a number. `may_be_none`: it can be set to no target.
    """

    key: str
    group: str
    kind: Kind
    title: str
    effect: str
    usual: str | None
    unit: Unit = ""
    least: int = 0
    most: int = 0
    may_be_none: bool = False
    part: str = ""
    hint: str = ""

    @property
    def full_title(self) -> str:
        """What it is, with its survey."""
        return f"{self.part}: {self.title}" if self.part else self.title

    @property
    def page_address(self) -> str:
        """How it is named in an address."""
        return address_of(self.key)

    @property
    def by_month(self) -> bool:
        """Whether a change holds from a month on."""
        return self.kind in BY_MONTH

    @property
    def changed_by(self) -> tuple[str, ...]:
        """Who may change it."""
        return MAY_CHANGE[self.kind]


def address_of(key: str) -> str:
    """A key as it stands in an address: "target-rate-my-review-know_iro"."""
    return re.sub(r"[^a-z0-9_+]+", "-", key.casefold()).strip("-")


def all_changeable(
    book: ChangeBook, settings: Settings, catalogue: Catalogue, languages: Languages
) -> tuple[Changeable, ...]:
    """All of them, in the order of the page. `settings`: those of the start, without what pages changed."""
    return (
        *_targets(settings, catalogue),
        _codes(),
        *_thresholds(),
        *_times(settings),
        *_terms(settings),
        *_languages(settings, catalogue, languages),
        *_words(book),
    )


def _targets(settings: Settings, catalogue: Catalogue) -> Iterator[Changeable]:
    newest = catalogue.newest_surveys()
    for survey in newest:
        for measure in survey.measures:
            effect = _(
                "More than so many per cent of children. Measures, answers and reports are measured by it."
            )
            if not measure.above:
                effect = _(
                    "At most so many per cent of children. Measures, answers and reports are measured by it."
                )
            usual = month_rules.NO_TARGET
            if measure.target is not None:
                usual = str(round(100 * measure.target))
            yield Changeable(
                month_rules.target_key(survey.key, measure.id),
                "targets",
                "number",
                measure.title,
                effect,
                usual,
                "percent",
                0,
                100,
                may_be_none=True,
                part=_title_of(survey),
                hint=_("Plan row %(row)s", row=measure.row),
            )
    surveys = {one.key: one for one in newest}
    for key, kind, percent in settings.cohort_targets:
        if key in surveys:
            yield Changeable(
                month_rules.cohort_key(key),
                "targets",
                "number",
                _("Share of %(cohort)s who should answer", cohort=label("cohort_kind", kind)),
                _("The page of cohorts and the longer reports measure by it."),
                str(percent),
                "percent",
                1,
                100,
                part=_title_of(surveys[key]),
                hint=_("Plan row %(row)s", row="11b"),
            )  # fmt: skip


def _title_of(survey: Survey) -> str:
    return survey.short_title or survey.title


def _codes() -> Changeable:
    return Changeable(
        CODES_KEY,
        "codes",
        "codes",
        _("Which participation codes count as took part, and which as did not"),
        _("My month, the board, targets, reminders, the forms that ask a child, comments and reports count by it, each "
          "month by its own rule. What an officer noted of a child stays as it is. “IRO says, child says” goes by what "
          "each code says, and does not change."),
        USUAL_CODES.as_text(),
    )  # fmt: skip


def _thresholds() -> Iterator[Changeable]:
    yield Changeable(
        month_rules.FEWEST_KEY,
        "thresholds",
        "number",
        _("Answers from which on there is a percentage and a verdict"),
        _("Under it a figure says “not enough answers yet” and has no colour: measures, answers, cohorts, reports."),
        str(month_rules.USUAL_FEWEST),
        "children",
        FEWEST_FOR_PERCENT,
        50,
    )  # fmt: skip
    yield Changeable(
        month_rules.AMBER_KEY,
        "thresholds",
        "number",
        _("Share of a target from which on a count of work is amber, not red"),
        _(
            "In reports, of how the service stands: children heard of the children that its target asks for."
        ),
        str(month_rules.USUAL_AMBER),
        "percent",
        50,
        95,
    )
    yield Changeable(
        month_rules.SAID_KEY,
        "thresholds",
        "number",
        _("Children who must have said something before “You said, we did” shows it"),
        _(
            "What is shown already stays. It never goes below 5: fewer could point at a child."
        ),
        str(FEWEST_SHOWN),
        "children",
        FEWEST_SHOWN,
        50,
    )


def _times(settings: Settings) -> Iterator[Changeable]:
    rows: tuple[tuple[str, str, str, Unit, int, int], ...] = (
        ("ordinary_working_days", _("Working days within which every text is read"),
         _("When a text that waits is late, and who is reminded of it. Never more than two."), "working_days", 1, 2),
        ("talk_days", _("Days within which somebody gets in touch with a child who wants to talk"),
         _("When a new wish is due, and what children’s pages say. Wishes that came before keep their day."),
         "days", 2, 7),
        ("remind_minutes", _("Minutes after which an unseen concern reminds the lead"),
         _("Every concern that nobody has seen yet, from now on. Never more than half an hour."), "minutes", 5, 30),
        ("deputy_hours", _("Working hours after which the deputy is told too"),
         _("The same. Never more than two."), "hours", 1, 2),
        ("manager_hours", _("Working hours after which the manager is told too"),
         _("The same. Never more than four, and later than the deputy."), "hours", 2, 4),
    )  # fmt: skip
    for name, title, effect, unit, least, most in rows:
        usual = str(getattr(settings, name))
        yield Changeable(name, "times", "time", title, effect, usual, unit, least, most)


def _terms(settings: Settings) -> Iterator[Changeable]:
    rows: tuple[tuple[str, str, str, Unit, int, int], ...] = (
        ("envelope_days", _("Days that the sealed envelope is kept"),
         _("After the last text was read with nothing open, else after the answers, else after the link’s end. "
           "Children are told it."), "days", 14, 56),
        ("answer_years", _("Years that answers are kept"),
         _("With all that hangs on them, and reviews from the case system. Children are told it. Measures compare "
           "twelve months with the twelve before: they need two."), "years", 2, 6),
        ("complaint_years", _("Years that a complaint is kept after it is closed"),
         _("Whoever complains is told it."), "years", 2, 6),
        ("report_years", _("Years that a report is kept that was handed over"),
         _("With its files and the manager’s own words in it. At least a year longer than answers."), "years", 3, 10),
    )  # fmt: skip
    for name, title, effect, unit, least, most in rows:
        usual = str(getattr(settings, name))
        yield Changeable(name, "terms", "term", title, effect, usual, unit, least, most)


def _languages(
    settings: Settings, catalogue: Catalogue, languages: Languages
) -> Iterator[Changeable]:
    for survey in catalogue.newest_surveys():
        for offer in languages.offers.get(survey.key, ()):
            if offer.code == ENGLISH:
                continue
            yield Changeable(
                at_once.language_key(survey.key, offer.code),
                "languages",
                "language",
                _("%(language)s (draft)", language=offer.name)
                if offer.draft
                else offer.name,
                _(
                    "Whether officers and children are offered it. Whoever answers just now keeps their language."
                ),
                at_once.SWITCHED_OFF
                if f"{survey.key} {offer.code}" in settings.languages_off
                else at_once.SWITCHED_ON,
                part=_title_of(survey),
            )


def _words(book: ChangeBook) -> Iterator[Changeable]:
    effect = _(
        "Printed at the end of each report that is made from now on. Versions handed over stay as they are."
    )
    usual = {one.setting_key: one.words for one in usual_terms()}
    for one in glossary_terms(book):
        yield Changeable(
            one.setting_key,
            "words",
            "word",
            one.term,
            effect,
            usual.get(one.setting_key),
        )
    gone = set(book.keys_with(f"{WORD_KEY}{OWN_TERM}")) - {
        one.setting_key for one in glossary_terms(book)
    }
    for key in sorted(gone):
        term = key.removeprefix(f"{WORD_KEY}{OWN_TERM}")
        yield Changeable(key, "words", "word", term, effect, None)
