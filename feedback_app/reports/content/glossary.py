"""The words of reports: what a term means, in the product's words or in the manager's; printed in each appendix.

A version that was handed over keeps the words with which it left: it is kept byte for byte (rule M12).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flask_babel

from feedback_app.reports.tables import Column, Table, TableRow
from feedback_app.rulebook.setting_changes import ChangeBook

_: Callable[..., str] = flask_babel.gettext

WORD_KEY = "word "
OWN_TERM = "+"
"""What a term of the manager's own begins with, behind WORD_KEY: those of the product have ids."""
TERM_LIMIT = 60
MOST_OWN_TERMS = 30


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """One term and what it means. `is_own`: the manager wrote the explanation."""

    id: str
    term: str
    words: str
    is_own: bool = False

    @property
    def setting_key(self) -> str:
        """How its explanation is kept."""
        return f"{WORD_KEY}{self.id}"


def usual_terms() -> tuple[GlossaryTerm, ...]:
    """The product's terms in its own words, by the alphabet."""
    terms = (
        GlossaryTerm("base", _("Base"), _("How many children answered the question that a share is taken of.")),
        GlossaryTerm("channel", _("Channel"), _("How an answer came: the child on their own, with help, aloud to an "
                                                "IRO who wrote it down, or on paper.")),
        GlossaryTerm("code", _("Participation code"), _("The national code, PN0 to PN7, by which an officer notes how "
                                                        "a child took part in their review.")),
        GlossaryTerm("cohort", _("Cohort"), _("All children of a kind on one day, such as those in care. The council "
                                              "enters how many there are.")),
        GlossaryTerm("concern", _("Concern"), _("Something a child said, or a reader found, that may mean that a child "
                                                "is not safe. It is looked into at once, not through this report.")),
        GlossaryTerm("did_not", _("Did not take part"), _("The child was not heard at the review itself, as the "
                                                          "officer noted it. Which codes count as this stands under "
                                                          "Method.")),
        GlossaryTerm("interval", _("95% interval"), _("The range in which the share of all children lies, as far as so "
                                                      "few answers can tell. It is wide where few answered.")),
        GlossaryTerm("invitation", _("Asked"), _("A child was given a link, or asked aloud or on paper. The child may "
                                                 "say no.")),
        GlossaryTerm("iro", _("IRO"), _("Independent Reviewing Officer: leads a child’s reviews, and sees to it that "
                                        "the child is heard and the plan is kept.")),
        GlossaryTerm("measure", _("Measure"), _("A share of children that the plan sets a target for, such as those "
                                                "who know their IRO.")),
        GlossaryTerm("plan_row", _("Plan row"), _("The row of the IRO service’s action plan that a figure answers.")),
        GlossaryTerm("review", _("Review"), _("The regular meeting at which the plan of a child in care is looked at, "
                                              "with the child.")),
        GlossaryTerm("spotlight", _("Spotlight"), _("One extra question of a month, beside the usual ones.")),
        GlossaryTerm("theme", _("Theme"), _("What several comments are about, as the manager put them together.")),
        GlossaryTerm("took_part", _("Took part"), _("The child was at the review and was heard there, as the officer "
                                                    "noted it. Which codes count as this stands under Method.")),
        GlossaryTerm("unsure", _("Not certain"), _("The interval spans the target: the answers do not say on which "
                                                   "side of it all children are.")),
        GlossaryTerm("you_said", _("You said, we did"), _("What was done about what children said, or why it could "
                                                          "not be, told to them.")),
    )  # fmt: skip
    return tuple(sorted(terms, key=_by_alphabet))


def glossary_terms(book: ChangeBook) -> tuple[GlossaryTerm, ...]:
    """The terms as reports print them now: the manager's explanations in the place of ours, and terms of their own."""
    found = []
    for one in usual_terms():
        own = book.value_now(one.setting_key)
        found.append(
            one if own is None else GlossaryTerm(one.id, one.term, own, is_own=True)
        )
    for key in book.keys_with(f"{WORD_KEY}{OWN_TERM}"):
        words = book.value_now(key)
        if words is not None:
            id_ = key.removeprefix(WORD_KEY)
            term = id_.removeprefix(OWN_TERM)
            found.append(GlossaryTerm(id_, term, words, is_own=True))
    return tuple(sorted(found, key=_by_alphabet))


def glossary_table(terms: tuple[GlossaryTerm, ...]) -> Table:
    """The same as a table of a report's appendix."""
    columns = (Column(_("Word"), width=24), Column(_("What it means"), width=90))
    rows = tuple(TableRow((one.term, one.words)) for one in terms)
    return Table("", columns, rows)


def _by_alphabet(one: GlossaryTerm) -> tuple[bool, str]:
    """Numbers last."""
    return not one.term[:1].isalpha(), one.term.casefold()
