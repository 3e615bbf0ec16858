"""What a page of figures shows, as its address says it: which survey, which months, which children."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import flask_babel

from feedback_app import clock
from feedback_app.labels import label
from feedback_app.models.campaign import Campaign
from feedback_app.models.response import CHANNELS
from feedback_app.month import Month, read_month
from feedback_app.reports.figures.periods import (
    BRANCHES,
    MOST_MONTHS,
    PERIOD_KINDS,
    SLICES,
    Period,
    Slice,
    SliceBy,
)
from feedback_app.reports.figures.survey_answers import has_branches
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import BANDS, MODES, Survey

_: Callable[..., str] = flask_babel.gettext

Typed = Mapping[str, str]
CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True)
class FigureChoice:
    """What was chosen. `problems`: the name of a field -> what is wrong with it; then the usual is shown instead.

    `kind`: one of PERIOD_KINDS, or CAMPAIGN. `offered`: what children can be told apart by in this survey -> its
    values. `campaigns`: those of this survey, the latest first.
    """

    surveys: tuple[Survey, ...]
    kind: str
    period: Period
    part: Slice
    beside: SliceBy | None
    typed: Typed
    offered: Mapping[SliceBy, Sequence[str]]
    campaigns: Sequence[Campaign] = ()
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def survey(self) -> Survey:
        """Its newest version."""
        return self.surveys[-1]

    @property
    def chosen_campaign(self) -> Campaign | None:
        """The campaign that is shown, if one is."""
        return next(
            (one for one in self.campaigns if one.id == self.part.campaign), None
        )

    @property
    def step_months(self) -> int:
        """How many months the next period is away; 0 where there is no next one."""
        return {"month": 1, "quarter": 3, "year": 1}.get(self.kind, 0)

    def field_problem(self, name: str) -> str:
        """What is wrong with what was typed into a field; "" where nothing is."""
        return self.problems.get(name, "")

    def field_text(self, name: str) -> str:
        """What stands in the field of a month: as it was typed where it is wrong, else the month's name."""
        if name in self.problems:
            return self.typed.get(name, "")
        if name == "month":
            return self.period.last.name
        return self.period.first.name if self.kind == "own" else ""

    def address_parts(self, **changed: str) -> dict[str, str]:
        """The same choice as parts of an address, with some of them changed."""
        parts: dict[str, str] = {
            "survey": self.survey.key,
            "period": self.kind,
            "month": str(self.period.last),
            "first": str(self.period.first) if self.kind == "own" else "",
            "campaign": self.part.campaign or "",
            "beside": self.beside or "",
        }
        parts |= {name: getattr(self.part, name) or "" for name in SLICES}
        return {name: value for name, value in (parts | changed).items() if value}


def versions_of(catalogue: Catalogue, key: str) -> tuple[Survey, ...]:
    """All versions of that survey, oldest first; of the monthly one where there is none of that key."""
    found = tuple(survey for survey in catalogue.surveys if survey.key == key)
    return found or tuple(catalogue.monthly_versions())


def survey_choices(catalogue: Catalogue) -> list[tuple[str, str]]:
    """Every survey's key and short title, the monthly one first."""
    newest = sorted(
        catalogue.newest_surveys(), key=lambda survey: not survey.monthly_target
    )
    return [(survey.key, survey.short_title) for survey in newest]


def read_choice(
    surveys: tuple[Survey, ...],
    typed: Typed,
    usual_month: Month,
    campaigns: Sequence[Campaign] = (),
) -> FigureChoice:
    """What the address says, put right where it says nothing that can be shown. `campaigns`: those of the survey."""
    problems: dict[str, str] = {}
    campaign = next((one for one in campaigns if one.id == typed.get("campaign")), None)
    usual_kind = "month" if surveys[-1].monthly_target else "year"
    kind = _one_of(typed.get("period", ""), PERIOD_KINDS) or usual_kind
    last = _month(typed, "month", problems) or usual_month
    if campaign is not None:
        kind, period = CAMPAIGN, campaign_months(campaign)
    elif kind == "own":
        first = _month(typed, "first", problems) or last
        try:
            period = Period(first, last)
        except ValueError:
            problems["first"] = _(
                "Type a month that is not after the last one, and at most %(most)s months before it.",
                most=MOST_MONTHS - 1,
            )
            period = Period(last, last)
    else:
        period = Period.of_kind(kind, last)
    offered = _offered(surveys)

    def chosen(name: SliceBy) -> str | None:
        return _one_of(typed.get(name, ""), offered.get(name, ()))

    beside = next((name for name in offered if name == typed.get("beside")), None)
    return FigureChoice(
        surveys=surveys,
        kind=kind,
        period=period,
        part=Slice(
            band=chosen("band"),
            branch=chosen("branch"),
            mode=chosen("mode"),
            channel=chosen("channel"),
            campaign=campaign.id if campaign else None,
        ),
        beside=beside,
        typed=typed,
        offered=offered,
        campaigns=campaigns,
        problems=problems,
    )


def campaign_months(campaign: Campaign) -> Period:
    """The months from its first day to its last one, or to today while it runs."""
    first = Month.containing(campaign.begins_on)
    last = Month.containing(min(campaign.last_day, clock.today()))
    return Period(first, max(first, last))


def slice_value(kind: str, value: str) -> str:
    """One value of a slice in words."""
    kinds = {"branch": "branch", "mode": "mode_title", "channel": "channel"}
    words = label(kinds.get(kind, "band"), value)
    return words[:1].upper() + words[1:]


def slice_name(kind: str) -> str:
    """What children are told apart by."""
    return {
        "band": _("Age"),
        "branch": _("Were they there?"),
        "mode": _("Meeting"),
        "channel": _("How they answered"),
    }[kind]


def _offered(surveys: Sequence[Survey]) -> dict[SliceBy, Sequence[str]]:
    bands = [band for band in BANDS if any(band in survey.bands for survey in surveys)]
    offered: dict[SliceBy, Sequence[str]] = {"band": bands}
    if has_branches(surveys):
        offered["branch"] = BRANCHES
    if any(survey.about_review for survey in surveys):
        offered["mode"] = MODES
    offered["channel"] = CHANNELS
    return offered


def _month(typed: Typed, name: str, problems: dict[str, str]) -> Month | None:
    text = typed.get(name, "").strip()
    if not text:
        return None
    try:
        return read_month(text)
    except ValueError:
        problems[name] = _("Type a month and its year, such as October 2026.")
        return None


def _one_of(value: str, known: Collection[str]) -> str | None:
    return value if value in known else None
