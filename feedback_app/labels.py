"""Every stored id in words, once: for pages, forms, messages and the file of what is held.

`label(kind, id)` gives the words; templates have it as a global. Names of surveys are in the survey files
(`short_title`), and what children read is in `surveys/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

Words = Mapping[str, LazyString]

LABELS: Mapping[str, Words] = {
    # People
    "role": {
        "lead": _l("the safeguarding lead"),
        "deputy": _l("the safeguarding deputy"),
        "manager": _l("the IRO manager"),
        "iro": _l("an IRO"),
        "administrator": _l("an administrator"),
    },
    "role_title": {
        "iro": _l("IRO"),
        "manager": _l("IRO manager"),
        "lead": _l("Safeguarding lead"),
        "deputy": _l("Deputy safeguarding lead"),
        "administrator": _l("Administrator"),
    },
    "recipient": {
        "duty": _l("the duty team"),
        "team": _l("the service’s own channel"),
        "trail": _l("whoever keeps the audit trail"),
    },
    # Invitations and responses
    "pn_code": {
        "PN0": _l("PN0: under 4 at the review"),
        "PN1": _l("PN1: came and spoke"),
        "PN2": _l("PN2: came, another person spoke for them"),
        "PN3": _l("PN3: came, had a say without words"),
        "PN4": _l("PN4: came, had no say"),
        "PN5": _l("PN5: did not come, told someone what to say"),
        "PN6": _l("PN6: did not come, sent their views"),
        "PN7": _l("PN7: did not come, no views sent"),
    },
    "age_mark": {
        "over5": _l("over 5"),
        "16+": _l("16 or over"),
        "16-17": _l("16 or 17"),
        "18+": _l("18 or over"),
    },
    "mode": {
        "in_person": _l("in person"),
        "remote": _l("remote (screen or phone)"),
        "blended": _l("blended (some of each)"),
    },
    "mode_title": {
        "in_person": _l("In person"),
        "remote": _l("Remote (screen or phone)"),
        "blended": _l("Blended (some of each)"),
    },
    "band": {
        "4-7": _l("4\N{EN DASH}7"),
        "8-11": _l("8\N{EN DASH}11"),
        "12-17": _l("12\N{EN DASH}17"),
        "16-25": _l("16\N{EN DASH}25"),
    },
    "how_chosen": {
        "next_due": _l("the next review in the IRO’s diary"),
        "every_child": _l("every child is asked"),
        "random": _l("drawn at random"),
        "manager_chose": _l("the manager chose"),
        "child_asked": _l("the child asked to"),
        "officer_chose": _l("the IRO chose"),
        "imported": _l("imported"),
    },
    "how_i_chose": {
        "next_due": _l("The next review in my diary"),
        "every_child": _l("I ask every child"),
        "random": _l("Drawn at random"),
        "manager_chose": _l("My manager chose"),
        "child_asked": _l("The child asked to"),
        "officer_chose": _l("I chose"),
    },
    "how_we_chose": {
        "every_child": _l("Every child is asked"),
        "random": _l("Drawn at random"),
        "manager_chose": _l("I chose"),
    },
    "invitation_outcome": {
        "waiting": _l("waiting for an answer"),
        "answered": _l("answered"),
        "ended": _l("ended without an answer"),
        "declined": _l("the child was asked and said no"),
        "not_for_me": _l("it was not for this child"),
    },
    "channel": {
        "self": _l("on a phone, alone"),
        "helped": _l("on a phone, with a helper"),
        "verbal": _l("said aloud, written down by the IRO"),
        "paper": _l("on paper"),
        "import": _l("imported"),
        "set_aside": _l("a later submission, held for review"),
    },
    # Concerns, contact requests, reading
    "concern_source": {
        "child": _l("A child says: I am not safe, or someone I know is not"),
        "answer": _l("An answer raised it: no safe adult"),
        "ranking": _l("Words ranked as urgent"),
        "reader": _l("Found by a reader"),
        "set_aside": _l("A later submission of the same link"),
    },
    "case_state": {
        "new": _l("nobody has seen it"),
        "seen": _l("being dealt with"),
        "closed": _l("closed"),
        "done": _l("done"),
    },
    "concern_outcome": {
        "safe": _l("the child is safe"),
        "talked": _l("somebody talked with the child"),
        "social_worker": _l("passed on to the social worker"),
        "police": _l("passed on to the police or an emergency service"),
        "other_service": _l("passed on to another service"),
        "not_found": _l("the child could not be found"),
    },
    "contact_wanted": {
        "iro": _l("With their IRO"),
        "other": _l("With someone, not their IRO"),
        "advocate": _l("With an advocate"),
    },
    "request_outcome": {
        "talked": _l("somebody talked with the child"),
        "passed_on": _l("passed on to the person the child chose"),
        "not_wanted": _l("the child no longer wanted it"),
        "not_found": _l("the child could not be found"),
    },
    "note_kind": {"seen": _l("seen"), "note": _l("note"), "closed": _l("closed")},
    "read_outcome": {
        "nothing_to_do": _l("nothing to do"),
        "theme": _l("a theme worth keeping"),
        "concern": _l("a concern"),
    },
    "urgency": {"urgent": _l("urgent"), "ordinary": _l("ordinary")},
    # Messages to staff
    # What is done about what children said
    "action_state": {
        "promised": _l("Promised"),
        "doing": _l("Being done"),
        "done": _l("Done"),
        "cannot": _l("It cannot be done: say why in the words below"),
    },
    # The audit trail
    "audit_entry": {
        "invitation_issued": _l("The link was made"),
        "invitation_reissued": _l("A new link was made"),
        "invitation_ended": _l("The link was ended"),
        "invitation_declined": _l("It was noted that the child said no"),
        "verbal_recorded": _l("What the child said aloud was written down"),
        "paper_recorded": _l("A paper form was keyed in"),
        "text_opened": _l("A text was opened"),
        "text_read": _l("A text was marked as read"),
        "concern_seen": _l("A concern was seen"),
        "concern_noted": _l("A note was added to a concern"),
        "concern_about": _l(
            "It was noted whether a concern is about somebody who works here"
        ),
        "concern_closed": _l("A concern was closed"),
        "request_seen": _l("A wish to talk was seen"),
        "request_noted": _l("A note was added to a wish to talk"),
        "request_done": _l("A wish to talk was ended"),
        "envelope_opened": _l("The sealed envelope was opened"),
        "envelope_destroyed": _l("The sealed envelope was destroyed"),
        "envelope_searched": _l("The link was looked for and found"),
        "access_exported": _l("What is held was put into a file"),
        "erased": _l("What was held was erased"),
    },
}


def label(kind: str, value: str) -> str:
    """The words of a stored id. Raises KeyError for a kind or an id that has none: an empty cell would hide it."""
    return str(LABELS[kind][value])


def label_choices(
    kind: str, values: Iterable[str] | None = None
) -> list[tuple[str, LazyString]]:
    """Pairs of id and words for a form's choices: those of `values`, in their order, or all of the kind."""
    words = LABELS[kind]
    return [(value, words[value]) for value in (words if values is None else values)]


def role_label(role: str | None) -> str:
    """A role in a sentence; None or "" for somebody who has none any more."""
    return label("role", role) if role else str(_("somebody who worked here"))


def audit_label(what: str) -> str:
    """What an entry of the audit trail says; entries about staff are shown by their id."""
    return (
        label("audit_entry", what)
        if what in LABELS["audit_entry"]
        else what.replace("_", " ")
    )


def ranking_label(urgency: str, reasons: str | None) -> str:
    """How soon a text was to be read, and for what."""
    word = label("urgency", urgency)
    return f"{word}: {reasons}" if reasons else word


def as_sentence(words: str) -> str:
    """The words with a capital first letter, for a choice or a heading."""
    text = str(words)
    return text[:1].upper() + text[1:]
