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
        "business_support": _l("business support"),
    },
    "role_title": {
        "iro": _l("IRO"),
        "manager": _l("IRO manager"),
        "lead": _l("Safeguarding lead"),
        "deputy": _l("Deputy safeguarding lead"),
        "administrator": _l("Administrator"),
        "business_support": _l("Business support"),
    },
    "signed_in_how": {
        "password": _l("with a password"),
        "passkey": _l("with a passkey"),
        "sso": _l("with the council’s sign-in"),
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
    "pn_short": {
        "PN1": _l("Spoke"),
        "PN2": _l("Someone spoke for them"),
        "PN3": _l("Showed, without words"),
        "PN4": _l("Came, had no say"),
        "PN5": _l("Not there, told someone"),
        "PN6": _l("Not there, sent views"),
        "PN7": _l("Not there, no views"),
    },
    "half": {
        "took-part": _l("A child who took part"),
        "did-not": _l("A child who did not take part"),
    },
    "age": {
        "4-5": _l("4\N{EN DASH}5"),
        "6-7": _l("6\N{EN DASH}7"),
        "8-11": _l("8\N{EN DASH}11"),
        "12-15": _l("12\N{EN DASH}15"),
        "16-17": _l("16\N{EN DASH}17"),
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
    "mode_short": {
        "in_person": _l("In person"),
        "remote": _l("Remote"),
        "blended": _l("Blended"),
    },
    "band": {
        "4-7": _l("4\N{EN DASH}7"),
        "8-11": _l("8\N{EN DASH}11"),
        "12-17": _l("12\N{EN DASH}17"),
        "16-25": _l("16\N{EN DASH}25"),
    },
    "branch": {
        "there": _l("Was there"),
        "not_there": _l("Was not there"),
    },
    "report_kind": {
        "month": _l("month"),
        "quarter": _l("quarter"),
        "year": _l("year"),
        "own": _l("chosen months"),
    },
    "cohort_kind": {
        "in_care": _l("children in care"),
        "plan_8_over": _l("children of 8 and over with a child protection plan"),
    },
    "how_chosen": {
        "next_due": _l("the next review in the IRO’s diary"),
        "every_child": _l("every child is asked"),
        "random": _l("drawn at random"),
        "manager_chose": _l("the manager chose"),
        "child_asked": _l("the child asked to"),
        "officer_chose": _l("the IRO chose"),
        "imported": _l("imported"),
        "drawn": _l("drawn by the app"),
    },
    "how_i_chose": {
        "next_due": _l("The next review in my diary"),
        "every_child": _l("I ask every child"),
        "random": _l("Drawn at random"),
        "manager_chose": _l("My manager chose"),
        "child_asked": _l("The child asked to"),
        "officer_chose": _l("I chose"),
    },
    "sending_way": {
        "sms": _l("Text message"),
        "email": _l("E-mail"),
    },
    "sending_to": {
        "child": _l("The child"),
        "carer": _l("A carer"),
    },
    "sending_state": {
        "waiting": _l("is about to go"),
        "handed_over": _l("on its way"),
        "delivered": _l("arrived"),
        "failed": _l("could not be delivered"),
        "gone": _l("not sent: the link was over before"),
    },
    "sending_reason": {
        "wrong_address": _l("check the number or the address"),
        "not_delivered": _l(
            "the phone was off or the mailbox full: try again, or another way"
        ),
        "not_now": _l("a fault on the way: try again, or another way"),
        "refused": _l(
            "GOV.UK Notify did not take it: give the link another way, and tell your administrator"
        ),
        "given_up": _l("GOV.UK Notify did not answer for a day: try another way"),
        "restored": _l(
            "the service was restored from a backup: it may have been sent before"
        ),
        "unreadable": _l("its key is gone: type the address again"),
    },
    "how_i_chose_short": {
        "next_due": _l("next in my diary"),
        "every_child": _l("I ask every child"),
        "random": _l("drawn at random"),
        "manager_chose": _l("my manager chose"),
        "child_asked": _l("the child asked to"),
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
        "unreached": _l("the child could not be reached"),
        "unsafe": _l("it was not safe to ask the child"),
        "not_for_me": _l("it was not for this child"),
    },
    "part": {
        "took_part": _l("A child who took part in their review"),
        "did_not": _l("A child who did not take part"),
    },
    "no_answer": {
        "declined": _l("Said no"),
        "unreached": _l("Not reached"),
        "unsafe": _l("Not safe to ask"),
    },
    "channel": {
        "self": _l("on a phone, alone"),
        "helped": _l("on a phone, with a helper"),
        "verbal": _l("said aloud, written down by the IRO"),
        "paper": _l("on paper"),
        "import": _l("imported"),
        "set_aside": _l("sent later or beside the answers, held for review"),
    },
    "present": {
        "child_alone": _l("Just the child and me"),
        "carer": _l("A carer"),
        "family": _l("Mum, dad or family"),
        "social_worker": _l("A social worker"),
        "advocate": _l("An advocate"),
        "teacher": _l("A teacher"),
        "other": _l("Somebody else"),
    },
    "was_present": {
        "child_alone": _l("only the child and the IRO"),
        "carer": _l("a carer"),
        "family": _l("mum, dad or family"),
        "social_worker": _l("a social worker"),
        "advocate": _l("an advocate"),
        "teacher": _l("a teacher"),
        "other": _l("somebody else"),
    },
    # Concerns, contact requests, reading
    "concern_source": {
        "child": _l("A child says: I am not safe, or someone I know is not"),
        "answer": _l("An answer raised it: no safe adult"),
        "ranking": _l("Words ranked as urgent"),
        "reader": _l("Found by a reader"),
        "set_aside": _l("A later submission of the same link"),
    },
    "concern_source_short": {
        "child": _l("The child’s own choice"),
        "answer": _l("An answer"),
        "ranking": _l("Ranked words"),
        "reader": _l("A reader"),
        "set_aside": _l("A later submission"),
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
    "note_kind": {
        "seen": _l("seen"),
        "note": _l("note"),
        "closed": _l("closed"),
        "acknowledged": _l("acknowledged"),
        "reopened": _l("to be seen to again"),
    },
    # Complaints
    "complaint_about": {
        "none": _l("nobody in particular"),
        "manager": _l("the IRO manager"),
        "lead": _l("the safeguarding lead"),
        "other": _l("somebody else"),
    },
    "complaint_state": {
        "waiting": _l("waiting to be acknowledged"),
        "acknowledged": _l("acknowledged, no outcome yet"),
        "closed": _l("closed"),
    },
    "complaint_outcome": {
        "put_right": _l("put right"),
        "explained": _l("explained to the sender"),
        "nothing_wrong": _l("nothing was wrong"),
        "passed_on": _l("passed on to whom it is for"),
        "withdrawn": _l("taken back by the sender"),
    },
    "complaint_part": {
        "what": _l("What is wrong"),
        "how": _l("How the sender can be told"),
        "who": _l("Who the sender is"),
        "reference": _l("Reference"),
    },
    "read_outcome": {
        "nothing_to_do": _l("nothing to do"),
        "theme": _l("a theme worth keeping"),
        "concern": _l("a concern"),
    },
    "covered_kind": {
        "name": _l("[name]"),
        "number": _l("[number]"),
        "school": _l("[school]"),
        "handle": _l("[handle]"),
        "place": _l("[postcode]"),
        "word": _l("[…]"),
    },
    "urgency": {
        "urgent": _l("urgent"),
        "first": _l("read first"),
        "ordinary": _l("ordinary"),
    },
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
        "link_sent": _l("A link was to be sent by text message or e-mail"),
        "invitation_ended": _l("The link was ended"),
        "invitation_declined": _l("It was noted that the child said no"),
        "invitation_unreached": _l("It was noted that the child could not be reached"),
        "invitation_unsafe": _l("It was noted that it was not safe to ask the child"),
        "invitation_taken_back": _l("That it ended was taken back: it waits again"),
        "reissue_taken_back": _l("The former card was made good again"),
        "invitation_corrected": _l("What was noted of the review was put right"),
        "invitation_handed_over": _l("It was handed over to somebody else"),
        "phone_handed_over": _l("The officer handed their phone to the child"),
        "response_corrected": _l("What was noted of the answers was put right"),
        "verbal_recorded": _l("What the child said aloud was written down"),
        "paper_recorded": _l("A paper form was keyed in"),
        "text_opened": _l("A text was opened"),
        "text_read": _l("A text was marked as read"),
        "text_unread": _l("The mark that a text was read was taken back"),
        "comments_shown": _l("The comments of a month that had been read were shown"),
        "theme_added": _l("A text was put under a theme"),
        "theme_removed": _l("A text was taken from a theme"),
        "words_covered": _l("Words of a text were covered for the summary"),
        "quote_chosen": _l("A text was chosen as a quote"),
        "quote_taken_back": _l("A quote was taken back"),
        "concern_opened": _l("A concern was opened, with all that the child wrote"),
        "concern_reopened": _l("A closed concern was opened again"),
        "request_opened": _l("A wish to talk was opened, with what the child wrote"),
        "concern_seen": _l("A concern was seen"),
        "concern_noted": _l("A note was added to a concern"),
        "concern_about": _l(
            "It was noted whether a concern is about somebody who works here"
        ),
        "concern_taken_on": _l("A manager took a concern on"),
        "opening_confirmed": _l("The opening of an envelope was confirmed"),
        "concern_closed": _l("A concern was closed"),
        "request_seen": _l("A wish to talk was seen"),
        "request_noted": _l("A note was added to a wish to talk"),
        "request_done": _l("A wish to talk was ended"),
        "envelope_opened": _l("The sealed envelope was opened"),
        "envelope_destroyed": _l("The sealed envelope was destroyed"),
        "envelope_searched": _l("The link was looked for and found"),
        "access_exported": _l("What is held was put into a file"),
        "erased": _l("What was held was erased"),
        "complaint_opened": _l("A complaint was opened"),
        "complaint_given": _l("A complaint was given to an owner"),
        "complaint_acknowledged": _l("A complaint was acknowledged"),
        "complaint_noted": _l("A note was added to a complaint"),
        "complaint_about": _l("It was noted whom a complaint is about"),
        "complaint_closed": _l("A complaint was closed"),
        "complaint_reopened": _l("A complaint was taken back a step"),
    },
    # Forms that wait for a sign-in: what each does when it is sent, by its endpoint, and what its fields are
    "form": {
        "account.change_password_now": _l("Change your password"),
        "account.end_other_sessions": _l("End all your other sessions"),
        "account.end_session": _l("End one of your sessions"),
        "accounts.sign_in_now": _l("Sign in"),
        "accounts.sign_out": _l("Sign out"),
        "previews.end_preview": _l("Send a preview, of which nothing is kept"),
        "admin.access_reviewed": _l("Say that you have looked at who has access"),
        "admin.change_roles": _l("Change what somebody may do"),
        "admin.invite_again": _l("Send somebody a new link to join"),
        "admin.invite_now": _l("Invite somebody to work here"),
        "admin.invite_list_now": _l("Invite everybody in a list"),
        "admin.mark_as_left": _l("Say that somebody has left the service"),
        "admin.second_step_off": _l("Take away somebody’s second step"),
        "admin.switch_off": _l("Switch off somebody’s account"),
        "admin.switch_on": _l("Switch on somebody’s account"),
        "admin.take_leaving_back": _l("Take back that somebody has left"),
        "admin.unlink_council_account": _l("Take away somebody’s council sign-in"),
        "answered.correct_answered_now": _l(
            "Put right what was noted of a child who has answered"
        ),
        "asking.ask_now": _l("Make links for a group of children"),
        "calendar.end_address": _l("End your calendar’s address"),
        "calendar.make_address": _l("Make a new address for your calendar"),
        "cases.concern_about": _l(
            "Say whether a concern is about somebody who works here"
        ),
        "cases.concern_close": _l("Close a concern"),
        "cases.concern_envelope": _l("Open the sealed envelope of a child"),
        "cases.concern_note": _l("Add a note to a concern"),
        "cases.concern_read": _l("Say that you have read the words of a concern"),
        "cases.concern_reopen": _l("Open a closed concern again"),
        "cases.concern_seen": _l("Say that you have seen a concern"),
        "cases.request_done": _l("End a wish to talk"),
        "cases.request_envelope": _l("Open the sealed envelope of a child"),
        "cases.request_note": _l("Add a note to a wish to talk"),
        "cases.request_seen": _l("Say that you have seen a wish to talk"),
        "campaigns.begin_campaign": _l("Begin a campaign"),
        "campaigns.let_it_last": _l("Let it last longer"),
        "cohorts.add_cohort": _l("Enter how many children there are"),
        "comments.comment_no_quote": _l("Take a quote back"),
        "comments.comment_quote": _l("Choose a comment as a quote"),
        "comments.comment_theme": _l(
            "Put a comment under a theme, or take it from one"
        ),
        "comments.cover_words_now": _l("Cover words of a comment"),
        "comments.search_comments": _l("Look for words in comments"),
        "comments.comment_read": _l("Say that you have read a comment"),
        "comments.comment_unread": _l("Say that you have not read a comment after all"),
        "group_links.correct_now": _l("Put right what was noted of a child of a group"),
        "group_links.end_link": _l("End a child’s link"),
        "group_links.issue_again": _l("Make a new link for a child’s lost card"),
        "group_links.send_now": _l("Send a child’s link"),
        "group_links.take_back": _l("Take back that a link has ended"),
        "group_links.take_back_again": _l("Take back a new link for a lost card"),
        "imports.check_file": _l("Check a file of the council"),
        "imports.store_file": _l("Store a file of the council"),
        "iro_asking.correct_now": _l("Put right what was noted of a child’s review"),
        "complaints.complaint_about": _l("Say whom a complaint is about"),
        "complaints.complaint_acknowledge": _l("Acknowledge a complaint"),
        "complaints.complaint_close": _l("Close a complaint"),
        "complaints.complaint_erase": _l("Erase a complaint"),
        "complaints.complaint_note": _l("Add a note to a complaint"),
        "complaints.complaint_owner": _l("Give a complaint to somebody"),
        "complaints.complaint_read": _l("Say that you have read a complaint"),
        "complaints.complaint_reopen": _l("Take a complaint back a step"),
        "iro_asking.end_link": _l("End a child’s link"),
        "iro_asking.hand_phone_over": _l("Hand this phone to the child"),
        "iro_asking.invite_now": _l("Make a link for a child"),
        "iro_asking.issue_again": _l("Make a new link for a child’s lost card"),
        "iro_asking.ask_drawn_child": _l("Ask the child who was drawn"),
        "iro_asking.not_reached": _l("Note that a child could not be reached"),
        "iro_asking.not_safe": _l("Note that it was not safe to ask a child"),
        "iro_asking.note_before": _l("Note what was done before the child was asked"),
        "iro_asking.send_now": _l("Send a child’s link"),
        "iro_asking.said_no": _l("Note that a child said no"),
        "iro_asking.take_back": _l("Take back that a link has ended"),
        "iro_asking.take_back_again": _l("Take back a new link for a lost card"),
        "iro_letters.make_letter": _l("Make a letter to a child"),
        "iro_picking.draw_now": _l("Draw a child from a list"),
        "iro_picking.draw_from_reviews": _l("Draw a child from one’s own reviews"),
        "links.download_record": _l("Download what we hold about a child"),
        "links.erase_record": _l("Erase what we hold about a child"),
        "links.erase_reviews": _l("Erase a child’s reviews from the case system"),
        "links.find_now": _l("Look for a child’s link"),
        "own.add_passkey": _l("Add a passkey to your account"),
        "own.app_off": _l("Take the app off your account"),
        "own.new_recovery_codes": _l("Make new recovery codes"),
        "own.passkey_off": _l("Take a passkey off your account"),
        "own.set_up_app": _l("Add an app to your account"),
        "paper.find_now": _l("Look for a paper form"),
        "people_file.check_file": _l("Check a file of people"),
        "people_file.invite_all": _l("Invite everybody in a file"),
        "paper.record_now": _l("Key in a paper form"),
        "paper.begin_now": _l("Begin a form without four words"),
        "passkeys.ask_me": _l("Use a passkey"),
        "passkeys.passkey_challenge": _l("Use a passkey"),
        "passkeys.sign_in_now": _l("Sign in with a passkey"),
        "safeguarding.text_read": _l("Say that you have read what a child wrote"),
        "safeguarding.text_unread": _l(
            "Say that you have not read what a child wrote after all"
        ),
        "said.add_action": _l("Write an action"),
        "said.change_action": _l("Change an action"),
        "said.publish_action": _l("Show an action to children"),
        "said.take_back": _l("Stop showing an action to children"),
        "second.confirm_now": _l("Confirm that it is you"),
        "second.second_step_now": _l("Sign in: the second step"),
        "service_details.save_details": _l("Change the service details"),
        "settings.add_word": _l("Explain another word of reports"),
        "settings.set_codes": _l("Change which participation codes count"),
        "settings.set_number": _l("Change a target or a threshold"),
        "settings.set_term": _l("Change how long something is kept"),
        "settings.set_time": _l("Change a time for reading or telling"),
        "settings.switch_language": _l("Switch a language off or on"),
        "settings.write_word": _l("Write what a word of reports means"),
        "spotlight.choose_question": _l("Choose the spotlight question of a month"),
        "sso.link_council_account": _l("Link your council sign-in"),
        "team.add_leave": _l("Enter somebody’s leave"),
        "team.note_leaving": _l("Note that somebody leaves the team"),
        "team.set_member_days": _l("Enter somebody’s first and last day of work"),
        "team.set_member_target": _l("Give somebody a target"),
        "team.set_service_target": _l("Change the targets of everybody"),
        "team.take_leave_back": _l("Take somebody’s leave back"),
        "team.take_leaving_back": _l("Take back that somebody leaves the team"),
        "tokens.forgot_now": _l("Ask for a link to choose a password"),
        "tokens.invited_now": _l("Choose your password"),
        "tokens.reset_now": _l("Choose a new password"),
        "waiting.take_on": _l("Say that you have taken a concern on"),
        "waiting.confirm_opening": _l("Confirm the opening of a sealed envelope"),
        "verbal.record_now": _l("Write down what a child said"),
        "reports.hand_over": _l("Hand over a report"),
        "reports.write_sentences": _l("Put sentences of a report in your own words"),
    },
    "form_field": {
        "kind": _l("Which children"),
        "on_date": _l("On which day"),
        "number": _l("How many children"),
        "source": _l("Where the number is from"),
        "draw": _l("The draw"),
        "sent_by": _l("How it is sent"),
        "sent_to": _l("To whom"),
        "sent_to_address": _l("Mobile number or e-mail"),
        "rows": _l("The rows of the file"),
        "review": _l("The review"),
        "name": _l("Name"),
        "email": _l("E-mail"),
        "roles": _l("Roles"),
        "reason": _l("Reason"),
        "note": _l("Note"),
        "outcome": _l("What became of it"),
        "found": _l("What was found"),
        "told_on": _l("On which day"),
        "about": _l("Is it about somebody who works here?"),
        "shown": _l("The texts that were on the page"),
        "by": _l("Looked for by"),
        "what": _l("What is looked for"),
        "words": _l("Four words"),
        "way": _l("How they said no"),
        "sure": _l("Sure"),
        "version": _l("Version"),
        "day": _l("Day"),
        "links_to": _l("Who takes the links"),
        "question": _l("Question"),
        "theme": _l("Theme"),
        "promise": _l("What will be done"),
        "owner": _l("Owner"),
        "state": _l("State"),
        "count": _l("How many children"),
        "survey": _l("Survey"),
        "band": _l("Age"),
        "easy": _l("Easy read"),
        "how_chosen": _l("How chosen"),
        "references": _l("References"),
        "people": _l("People"),
        "reference": _l("Reference"),
        "part": _l("Took part, or did not"),
        "age": _l("Age"),
        "spoke_before": _l("I spoke with the child before the review"),
        "letter_sent": _l("Letter sent"),
        "pn_code": _l("PN code"),
        "mode": _l("How the meeting was held"),
        "language": _l("Language"),
        "not_safe": _l("Not safe, or someone they know is not"),
        "talk_to": _l("Who the child would like to talk with"),
        "talk_how_text": _l("How to reach the child"),
        "iro_sees": _l("May the IRO see it?"),
        "declined": _l("Does not want to say"),
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


def action_label(endpoint: str) -> str:
    """What a form does when it is sent; `endpoint` is of the page that takes it."""
    words = LABELS["form"].get(endpoint)
    return str(words or _("Send this form"))


def field_label(name: str) -> str:
    """What a form's field is; of a field without words its own name, as of a child's question."""
    words = LABELS["form_field"].get(name)
    return str(words) if words else as_sentence(name.replace("_", " "))


FORM_VALUES = {
    "how_chosen": ("how_chosen",),
    "roles": ("role_title",),
    "pn_code": ("pn_code",),
    "mode": ("mode_title",),
    "band": ("band",),
    "age": ("age",),
    "part": ("part", "half"),
    "sent_by": ("sending_way",),
    "sent_to": ("sending_to",),
    "found": ("read_outcome",),
    "outcome": (
        "concern_outcome",
        "request_outcome",
        "read_outcome",
        "complaint_outcome",
    ),
}
"""The kinds of label that the values of a form's field have."""


def field_value(name: str, value: str) -> str:
    """A value of a form's field in words; what somebody typed is as they typed it."""
    kinds = [kind for kind in FORM_VALUES.get(name, ()) if value in LABELS[kind]]
    return label(kinds[0], value) if kinds else value


def audit_label(what: str) -> str:
    """What an entry of the audit trail says; entries about staff are shown by their id."""
    return (
        label("audit_entry", what)
        if what in LABELS["audit_entry"]
        else what.replace("_", " ")
    )


def covered_labels() -> dict[str, str]:
    """Kind of a covered place -> what stands there instead of the words."""
    return {kind: str(words) for kind, words in LABELS["covered_kind"].items()}


def ranking_label(urgency: str, reasons: str | None) -> str:
    """How soon a text was to be read, and for what."""
    word = label("urgency", urgency)
    return f"{word}: {reasons}" if reasons else word


def as_sentence(words: str) -> str:
    """The words with a capital first letter, for a choice or a heading."""
    text = str(words)
    return text[:1].upper() + text[1:]
