"""Stored ids in words, for the file of what is held."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

Words = dict[str, Callable[[], str]]

ROLES: Words = {
    "lead": lambda: _("the safeguarding lead"),
    "deputy": lambda: _("the safeguarding deputy"),
    "manager": lambda: _("the IRO manager"),
    "iro": lambda: _("an IRO"),
    "administrator": lambda: _("an administrator"),
    "": lambda: _("somebody who worked here"),
}
ROLE_TITLES: Words = {
    "iro": lambda: _("IRO"),
    "manager": lambda: _("IRO manager"),
    "lead": lambda: _("Safeguarding lead"),
    "deputy": lambda: _("Deputy safeguarding lead"),
    "administrator": lambda: _("Administrator"),
}
"""Roles as titles: on the administrator's pages."""
OTHERS: dict[str, Callable[[str], str]] = {
    "duty": lambda _who: _("the duty team"),
    "team": lambda _who: _("the service’s own channel"),
    "trail": lambda _who: _("whoever keeps the audit trail"),
}
PN: Words = {
    "PN0": lambda: _("PN0: under 4 at the review"),
    "PN1": lambda: _("PN1: came and spoke"),
    "PN2": lambda: _("PN2: came, another person spoke for them"),
    "PN3": lambda: _("PN3: came, had a say without words"),
    "PN4": lambda: _("PN4: came, had no say"),
    "PN5": lambda: _("PN5: did not come, told someone what to say"),
    "PN6": lambda: _("PN6: did not come, sent their views"),
    "PN7": lambda: _("PN7: did not come, no views sent"),
}
MARKS: Words = {
    "over5": lambda: _("over 5"),
    "16+": lambda: _("16 or over"),
    "18+": lambda: _("18 or over"),
}
MODES: Words = {
    "in_person": lambda: _("in person"),
    "remote": lambda: _("remote (screen or phone)"),
    "blended": lambda: _("blended (some of each)"),
}
CHOSEN: Words = {
    "next_due": lambda: _("the next review in the IRO’s diary"),
    "every_child": lambda: _("every child is asked"),
    "random": lambda: _("drawn at random"),
    "manager_chose": lambda: _("the manager chose"),
    "child_asked": lambda: _("the child asked to"),
    "officer_chose": lambda: _("the IRO chose"),
    "imported": lambda: _("imported"),
}
OUTCOMES: Words = {
    "waiting": lambda: _("waiting for an answer"),
    "answered": lambda: _("answered"),
    "ended": lambda: _("ended without an answer"),
    "declined": lambda: _("the child was asked and said no"),
    "not_for_me": lambda: _("it was not for this child"),
}
SOURCES: Words = {
    "child": lambda: _("the child: I am not safe, or someone I know is not"),
    "answer": lambda: _("an answer: no safe adult"),
    "ranking": lambda: _("words that were ranked as urgent"),
    "reader": lambda: _("somebody who read the words"),
    "set_aside": lambda: _("a later send of the same link"),
}
CONCERN_OUTCOMES: Words = {
    "safe": lambda: _("the child is safe"),
    "talked": lambda: _("somebody talked with the child"),
    "social_worker": lambda: _("passed on to the social worker"),
    "police": lambda: _("passed on to the police or an emergency service"),
    "other_service": lambda: _("passed on to another service"),
    "not_found": lambda: _("the child could not be found"),
}
REQUEST_OUTCOMES: Words = {
    "talked": lambda: _("somebody talked with the child"),
    "passed_on": lambda: _("passed on to the person the child chose"),
    "not_wanted": lambda: _("the child no longer wanted it"),
    "not_found": lambda: _("the child could not be found"),
}
FOUND: Words = {
    "nothing_to_do": lambda: _("nothing to do"),
    "theme": lambda: _("a theme worth keeping"),
    "concern": lambda: _("a concern"),
}
_DONE: Words = {
    "invitation_issued": lambda: _("The link was made"),
    "invitation_reissued": lambda: _("A new link was made"),
    "invitation_ended": lambda: _("The link was ended"),
    "invitation_declined": lambda: _("It was noted that the child said no"),
    "verbal_recorded": lambda: _("What the child said aloud was written down"),
    "paper_recorded": lambda: _("A paper form was keyed in"),
    "text_opened": lambda: _("A text was opened"),
    "text_read": lambda: _("A text was marked as read"),
    "concern_seen": lambda: _("A concern was seen"),
    "concern_noted": lambda: _("A note was added to a concern"),
    "concern_about": lambda: _("It was noted whether a concern is about somebody who works here"),
    "concern_closed": lambda: _("A concern was closed"),
    "request_seen": lambda: _("A wish to talk was seen"),
    "request_noted": lambda: _("A note was added to a wish to talk"),
    "request_done": lambda: _("A wish to talk was ended"),
    "envelope_opened": lambda: _("The sealed envelope was opened"),
    "envelope_destroyed": lambda: _("The sealed envelope was destroyed"),
    "envelope_searched": lambda: _("The link was looked for and found"),
    "access_exported": lambda: _("What is held was put into a file"),
    "erased": lambda: _("What was held was erased"),
}


def audit_words(what: str) -> str:
    """What an entry of the audit trail says."""
    return _DONE[what]() if what in _DONE else what.replace("_", " ")


def ranking_words(urgency: str, reasons: str | None) -> str:
    """How soon it was to be read, and for what."""
    word = _("urgent") if urgency == "urgent" else _("ordinary")
    return f"{word}: {reasons}" if reasons else word
