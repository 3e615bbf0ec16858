"""What is said of a file: what kinds there are, and what was stored."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from feedback_app.imports.file_steps import FileStep
from feedback_app.imports.mapping import KindName


def kind_title(kind: KindName | str) -> str:
    """The kind of a file, for a heading or a choice."""
    titles = {
        "reviews": _("Reviews of the month"),
        "people": _("People to invite"),
        "targets": _("Targets of IROs"),
        "cohorts": _("Numbers of children"),
    }
    return str(titles[kind])


def rows_in_words(kind: KindName | str, number: int) -> str:
    """So many rows of that kind: "212 reviews"."""
    if kind == "reviews":
        return str(ngettext("%(num)s review", "%(num)s reviews", number))
    if kind == "targets":
        return str(ngettext("%(num)s target", "%(num)s targets", number))
    if kind == "people":
        return str(ngettext("%(num)s person", "%(num)s people", number))
    return str(ngettext("%(num)s number", "%(num)s numbers", number))


def stored_words(step: FileStep) -> str:
    """For example "Stored. 212 reviews: 200 new, 12 changed."; what stays as it was is not counted."""
    checked = step.checked
    if checked is None:
        raise ValueError("nothing was checked")
    done = checked.count_of("new") + checked.count_of("changed")
    return str(
        _(
            "Stored. %(rows)s: %(counts)s.",
            rows=rows_in_words(step.kind.name, done),
            counts=checked.counts_in_words(),
        )
    )
