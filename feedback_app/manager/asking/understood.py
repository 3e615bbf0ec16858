"""What is shown of a pasted list before links are made: how many, of which column, who is asked already."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from feedback_app.invitations.campaigns import asked_long_ago
from feedback_app.invitations.references import already_asked
from feedback_app.manager.asking.forms import MOST_AT_ONCE, AskManyForm
from feedback_app.manager.asking.pasted import EVERY_CELL, Double, PastedList
from feedback_app.models.campaign import Campaign
from feedback_app.privacy.keys import Keys
from feedback_app.typed_text import REFERENCE_LIMIT, reference_key


@dataclass(frozen=True, slots=True)
class Understood:
    """The list as it is read. `references` become links; `shown` tells the next press that this was seen.

    `columns`: (choice, its first cells) where there is more than one; `heading`: the first line, when it looks like
    one or is left out; `waiting` and `answered`: who has a link of this survey already; `asked`: who was asked in the
    campaign that runs, so long ago that no more is known of it.
    """

    column: str
    columns: tuple[tuple[str, str], ...]
    heading: str
    references: tuple[str, ...]
    doubles: tuple[Double, ...]
    waiting: tuple[str, ...]
    answered: tuple[str, ...]
    asked: tuple[str, ...]
    problem: str
    shown: str


def understand_list(
    session: Session, keys: Keys, form: AskManyForm, campaign: Campaign | None
) -> Understood:
    """Read the list of a form that holds, with what was chosen on the page before, if it was shown before.

    `campaign`: the one of its survey that runs.
    """
    pasted = form.pasted_list
    shown_before = bool(form.seen.data)
    column = form.column.data or pasted.guess_column()
    if form.column_seen.data != column:  # chosen only now, so its heading is looked for
        form.heading.data = pasted.looks_like_heading(column)
    heading = bool(form.heading.data)
    found = [cell for _line, cell in pasted.choose_references(column, heading=heading)]
    few = len(found) <= MOST_AT_ONCE
    known = already_asked(session, keys, form.survey.data, found) if few else {}
    before: set[str] = set()
    if few and campaign is not None:
        before = asked_long_ago(session, keys, campaign, found) - known.keys()
    waiting = [one for one in found if known.get(reference_key(one)) == "waiting"]
    answered = [one for one in found if known.get(reference_key(one)) == "answered"]
    asked = [one for one in found if reference_key(one) in before]
    left_out = set() if form.again.data else {*waiting, *answered, *asked}
    references = tuple(one for one in found if one not in left_out)
    state = (form.references.data, column, heading, bool(form.again.data), references)
    return Understood(
        column=column,
        columns=_columns(pasted),
        heading=pasted.first_cell(column),
        references=references,
        doubles=tuple(pasted.find_doubles(column, heading=heading)),
        waiting=tuple(waiting),
        answered=tuple(answered),
        asked=tuple(asked),
        problem=_problem(
            pasted, column, heading=heading, number=len(references), shown=shown_before
        ),
        shown=hashlib.sha256(repr(state).encode()).hexdigest()[:32],
    )


def _columns(pasted: PastedList) -> tuple[tuple[str, str], ...]:
    if pasted.column_count < 2:
        return ()
    return (
        *(
            (str(number), ", ".join(pasted.sample_cells(number)))
            for number in range(pasted.column_count)
            if pasted.sample_cells(number)
        ),
        (EVERY_CELL, _("Each of them is a reference of its own")),
    )


def _problem(
    pasted: PastedList, column: str, *, heading: bool, number: int, shown: bool
) -> str:
    if not column:
        return str(_("Choose where the references are.")) if shown else ""
    long = pasted.too_long(column, heading=heading)
    if long:
        return str(
            _(
                "The reference on line %(n)s has more than %(most)s characters.",
                n=long[0],
                most=REFERENCE_LIMIT,
            )
        )
    if number > MOST_AT_ONCE:
        return str(
            _(
                "That is %(n)s references. Make at most %(most)s links at once.",
                n=number,
                most=MOST_AT_ONCE,
            )
        )
    if not number and shown:
        return str(_("There is nobody left in the list to make a link for."))
    return ""
