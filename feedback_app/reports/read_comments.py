"""A month's comments that have been read, as a file of the manager's own: no report, and not handed over."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app import clock
from feedback_app.config import Settings
from feedback_app.labels import covered_labels
from feedback_app.month import Month
from feedback_app.privacy.covered import cover_words
from feedback_app.privacy.keys import KeyRing
from feedback_app.reports.figures.comments import (
    Comment,
    list_comments,
    unseal_words,
)
from feedback_app.reports.figures_in_words import band_name
from feedback_app.reports.tables import (
    Column,
    ReportSection,
    Table,
    TableReport,
    TableRow,
)
from feedback_app.responses.comment_marks import covered_places, month_quotes
from feedback_app.survey.model import Survey


@dataclass(frozen=True, slots=True)
class ListedComment:
    """One comment as it leaves: the question that the child saw, the age band, and the words less those covered."""

    question: str
    band: str
    words: str
    is_quote: bool


@dataclass(frozen=True, slots=True)
class ReadComments:
    """A month's comments that a manager has read, those chosen as quotes first, else in no order.

    `not_listed`: how many texts are left out, because they are unread or a concern was found in them.
    """

    month: Month
    comments: tuple[ListedComment, ...]
    not_listed: int
    survey: Survey
    service_name: str
    created_on: dt.date


def gather_comments(
    session: Session, ring: KeyRing, settings: Settings, surveys: Sequence[Survey], month: Month, *,
    person_id: str, roles: Collection[str],
) -> ReadComments:  # fmt: skip
    """Gather the month. It opens the texts that have been read: the caller writes the audit entry first."""
    survey = max(surveys, key=lambda version: version.version)
    texts = list_comments(session, survey.key, month, person_id=person_id, roles=roles)
    listed = [text for text in texts if text.read and not text.concern]
    return ReadComments(
        month,
        tuple(_listed_comments(session, ring, surveys, month, listed)),
        len(texts) - len(listed),
        survey,
        settings.service_name,
        clock.today(),
    )


def comment_report(found: ReadComments) -> TableReport:
    """Question, age band and words of each comment, then how to read them."""
    rows = [
        TableRow((one.question, one.band, one.words, _("yes") if one.is_quote else ""))
        for one in found.comments
    ]
    if not rows:
        nothing = _("No comment of this month has been read yet, or there is none.")
        rows = [TableRow(("", "", nothing, ""))]
    columns = (
        Column(_("Question"), width=34),
        Column(_("Age"), width=12),
        Column(_("Words"), width=90),
        Column(_("Quote"), width=8),
    )
    notes = Table(
        "",
        (Column(_("How to read this"), width=120),),
        tuple(TableRow((note,)) for note in _notes(found)),
    )
    return TableReport(
        f"{found.service_name}: {found.month.name}",
        found.service_name,
        (
            ReportSection(_("Comments"), (Table("", columns, tuple(rows)),)),
            ReportSection(_("Notes"), (notes,)),
        ),
    )


def _notes(found: ReadComments) -> list[str]:
    return [
        _("%(service)s: comments of %(month)s, for the manager’s own work. What is handed over is the report.",
          service=found.service_name, month=found.month.name),
        _("Created on %(day)s from the survey “%(title)s”, version %(version)s.",
          day=f"{found.created_on:%d/%m/%Y}", title=found.survey.title, version=found.survey.version),
        _("Comments stand by question, those chosen as quotes first, else in no order, with the child’s age band only. "
          "Words in square brackets were covered by hand. Only those that have been read are listed. Not listed, "
          "because they are still to be read or a concern was found: %(n)s. Please do not guess who wrote them.",
          n=found.not_listed),
    ]  # fmt: skip


def _listed_comments(
    session: Session,
    ring: KeyRing,
    surveys: Sequence[Survey],
    month: Month,
    listed: Sequence[Comment],
) -> list[ListedComment]:
    covered = covered_places(session, [text.text_id for text in listed])
    quotes = set(month_quotes(session, str(month)))
    versions = {survey.version: survey for survey in surveys}
    comments = []
    for text in listed:
        question = versions[text.survey_version].find_question(text.band, text.question)
        comments.append(
            ListedComment(
                question.text if question else text.question,
                band_name(text.band),
                cover_words(
                    unseal_words(session, ring, text.text_id),
                    covered.get(text.text_id, ()),
                    covered_labels(),
                ),
                text.text_id in quotes,
            )
        )
    random.SystemRandom().shuffle(
        comments
    )  # the order of time would tell who wrote what
    return sorted(comments, key=lambda one: (not one.is_quote, one.question))
