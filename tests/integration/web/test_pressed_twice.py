"""Every staff form is safe to press twice, slowly or at once: it is done once, and the second press leads there too."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from werkzeug.test import TestResponse

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.models.person import ROLES, Person
from feedback_app.models.safeguarding import Concern, ContactRequest
from feedback_app.web.access import find_policy
from feedback_app.web.own_pages import CHILD
from tests.support.addresses import address, calendar_token, one_of_each
from tests.support.asking import confirmed
from tests.support.databases import POSTGRESQL_MOSTLY
from tests.support.reviews import import_review
from tests.support.sheets import as_csv, carried_fields, check_file, review_rows
from tests.support.tables import counts

KEY = re.compile(r'name="form_key" value="([^"]+)"')
PASSED_BY = {"signed_in", "pressed_form", "miss", "challenge", "delivery"}
"""Tables that say nothing of what a form did."""
Fields = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Form:
    """A form that works: where it stands, what is typed, and how many rows of one table it makes."""

    page: str
    fields: Fields
    table: str = ""
    rows: int = 1


ASK: Fields = {
    "pn_code": "PN1",
    "mode": "in_person",
    "band": "8-11",
    "how_chosen": "next_due",
    "language": "en",
    "reference": "CASE-TWICE",
}
GROUP: Fields = {
    "survey": "u-matter",
    "band": "8-11",
    "how_chosen": "every_child",
    "references": "A-1\nA-2\nA-3",
}
DRAW: Fields = {
    "part": "did_not",
    "references": "RF-1\nRF-2\nRF-3",
    "draw": "0123456789abcdef" * 2,
}
ACTION: Fields = {
    "theme": "time",
    "promise": "ask first",
    "state": "promised",
    "due": "2026-11-30",
    "said_by": "7",
    "owner": "<person_id>",
    **{f"said_{b}": f"said at {b}" for b in ("4_7", "8_11", "12_17")},
    **{f"done_{b}": f"done at {b}" for b in ("4_7", "8_11", "12_17")},
}
CODES: Fields = {
    f"code_pn{number}": half
    for number, half in enumerate(
        ("outside", *("took_part",) * 4, *("did_not",) * 3),
    )
}
BLANK_FORM: Fields = {
    "survey": "u-matter",
    "reference": "PAPER-1",
    "band": "8-11",
    "language": "en",
    "iro": "",
    "pn_code": "",
    "how_chosen": "every_child",
}
COHORT: Fields = {
    "kind": "in_care",
    "band": "",
    "number": "280",
    "on_date": "2026-09-30",
    "source": "the case system",
}
CAMPAIGN: Fields = {
    "survey": "u-matter",
    "name": "Summer",
    "begins_on": "2027-06-01",
    "last_day": "2027-06-30",
    "reminders": "",
}
FORMS = {
    "campaigns.begin_campaign": Form("/manager/campaigns", CAMPAIGN, "campaign"),
    "campaigns.let_it_last": Form(
        "/manager/campaigns/<campaign_id>", {"last_day": "2027-03-31"}, "audit_entry"
    ),
    "cohorts.add_cohort": Form("/manager/cohorts", COHORT, "cohort"),
    "iro_asking.invite_now": Form("/iro/ask", ASK, "invitation"),
    "asking.ask_now": Form("/manager/ask", GROUP, "invitation", 3),
    "paper.begin_now": Form("/paper/begin", BLANK_FORM, "invitation"),
    "iro_asking.issue_again": Form("/iro/links/<invitation_id>", {}, "link"),
    "iro_asking.said_no": Form(
        "/iro/links/<invitation_id>", {"way": "link"}, "audit_entry"
    ),
    "iro_asking.not_reached": Form(
        "/iro/links/<invitation_id>", {"way": "link"}, "audit_entry"
    ),
    "iro_asking.not_safe": Form(
        "/iro/links/<invitation_id>", {"way": "link"}, "audit_entry"
    ),
    "iro_picking.draw_now": Form("/iro/pick", DRAW, "draw"),
    "iro_picking.draw_from_reviews": Form(
        "/iro/pick", {"part": "did_not", "draw": "fedcba9876543210" * 2}, "draw"
    ),
    "links.erase_reviews": Form(
        "/safeguarding/links/reviews/<review_id>",
        {"reason": "they asked", "sure": "yes"},
        "audit_entry",
    ),
    "iro_asking.end_link": Form("/iro/links/<invitation_id>", {}, "audit_entry"),
    "iro_asking.correct_now": Form(
        "/iro/links/<invitation_id>/correct",
        {"pn_code": "PN5", "mode": "remote", "band": "12-17"},
        "audit_entry",
    ),
    "answered.correct_answered_now": Form(
        "/manager/answered/<answered_id>",
        {
            "pn_code": "PN5",
            "mode": "remote",
            "reason": "the wrong line was chosen",
            "version": "1",
        },
        "audit_entry",
    ),
    "iro_asking.note_before": Form(
        "/iro/links/<invitation_id>",
        {"fact": "spoke_before", "done": "yes"},
        "audit_entry",
    ),
    "iro_asking.send_now": Form(
        "/iro/links/<invitation_id>/send",
        {"sent_by": "sms", "sent_to": "carer", "sent_to_address": "07700 900123"},
        "sending",
    ),
    "group_links.send_now": Form(
        "/manager/ask",
        {"sent_by": "email", "sent_to": "child", "sent_to_address": "a@example.org"},
        "sending",
    ),
    "iro_asking.take_back": Form("/iro/links/<invitation_id>", {}),
    "iro_asking.take_back_again": Form("/iro/links/<invitation_id>", {"issue": "2"}),
    "group_links.end_link": Form("/manager/ask", {}, "audit_entry"),
    "group_links.issue_again": Form("/manager/ask", {}, "link"),
    "group_links.correct_now": Form("/manager/ask", {"band": "12-17"}, "audit_entry"),
    "admin.invite_now": Form(
        "/admin/invite",
        {"name": "New Nettle", "email": "new@staff.example", "roles": ["iro"]},
        "person",
    ),
    "admin.invite_list_now": Form(
        "/admin/invite-list",
        {"people": "New Nettle, nettle@staff.example, IRO"},
        "person",
    ),
    "imports.store_file": Form(
        "/manager/imports", {"kind": "reviews"}, "imported_review", 2
    ),
    "people_file.invite_all": Form("/admin/people/file", {"kind": "people"}, "person"),
    "admin.change_roles": Form(
        "/admin/people/<person_id>", {"roles": ["iro", "deputy"]}, "audit_entry"
    ),
    "admin.switch_off": Form(
        "/admin/people/<person_id>", {"links_to": "end"}, "outbox_message"
    ),
    "admin.access_reviewed": Form("/admin/access-review", {}, "audit_entry"),
    "cases.concern_seen": Form(
        "/safeguarding/concerns/<concern_id>", {"note": "I ring"}, "case_note"
    ),
    "cases.concern_note": Form(
        "/safeguarding/concerns/<concern_id>", {"note": "I ring"}, "case_note"
    ),
    "cases.concern_about": Form(
        "/safeguarding/concerns/<concern_id>", {"about": ""}, "audit_entry"
    ),
    "cases.concern_envelope": Form(
        "/safeguarding/concerns/<concern_id>", {"reason": "to find"}, "outbox_message"
    ),
    "cases.request_seen": Form(
        "/safeguarding/requests/<request_id>", {"note": "I ring"}, "case_note"
    ),
    "cases.request_note": Form(
        "/safeguarding/requests/<request_id>", {"note": "I ring"}, "case_note"
    ),
    "cases.request_envelope": Form(
        "/safeguarding/requests/<request_id>", {"reason": "to find"}, "audit_entry"
    ),
    "cases.request_done": Form(
        "/safeguarding/requests/<request_id>",
        {"note": "talked", "outcome": "talked"},
        "case_note",
    ),
    "complaints.complaint_read": Form(
        "/safeguarding/complaints/<complaint_id>",
        {"found": "nothing_to_do"},
        "read_mark",
    ),
    "complaints.complaint_note": Form(
        "/safeguarding/complaints/<complaint_id>", {"note": "I ring"}, "case_note"
    ),
    "complaints.complaint_owner": Form(
        "/safeguarding/complaints/<complaint_id>", {"owner": "<person_id>"}
    ),
    "safeguarding.text_read": Form(
        "/safeguarding/texts/<entry_id>", {"outcome": "concern"}, "read_mark"
    ),
    "comments.comment_read": Form(
        "/manager/<month>/comments/<entry_id>",
        {"outcome": "nothing_to_do"},
        "read_mark",
    ),
    "comments.comment_theme": Form(
        "/manager/<month>/comments/<entry_id>", {"theme": "Breaks"}, "theme_text"
    ),
    "comments.cover_words_now": Form(
        "/manager/<month>/comments/<entry_id>/cover",
        {"place": "0-1:word"},
        "redaction",
    ),
    "said.add_action": Form("/manager/said-and-done/new", ACTION, "action"),
    "settings.add_word": Form(
        "/manager/settings/word",
        {"term": "Carer", "words": "Looks after a child.", "reason": "asked"},
        "setting_change",
    ),
    "settings.set_codes": Form(
        "/manager/settings/pn_codes",
        CODES | {"month": "2026-11", "reason": "agreed"},
        "setting_change",
    ),
    "settings.set_number": Form(
        "/manager/settings/amber_percent",
        {"number": "80", "month": "2026-11", "reason": "agreed"},
        "setting_change",
    ),
    "settings.set_term": Form(
        "/manager/settings/envelope_days",
        {"number": "21", "sure": "21", "reason": "agreed"},
        "setting_change",
    ),
    "settings.set_time": Form(
        "/manager/settings/talk_days",
        {"number": "3", "reason": "agreed"},
        "setting_change",
    ),
    "settings.switch_language": Form(
        "/manager/settings/language-rate-my-review-pl",
        {"offered": "off", "reason": "agreed"},
        "setting_change",
    ),
    "settings.write_word": Form(
        "/manager/settings/word-iro",
        {"words": "Leads reviews.", "reason": "asked"},
        "setting_change",
    ),
    "spotlight.choose_question": Form("/manager/spotlight/<month>", {}),
    "team.add_leave": Form(
        "/manager/team/<person_id>/leave",
        {"first": "2026-11-02", "last": "2026-11-20"},
        "work_change",
    ),
    "team.note_leaving": Form(
        "/manager/team/<person_id>/leaving",
        {"last": "2026-10-14", "links_to": "end"},
        "work_change",
    ),
    "team.set_member_days": Form(
        "/manager/team/<person_id>/days", {"last": "2027-10-14"}, "work_change"
    ),
    "team.set_member_target": Form(
        "/manager/team/<person_id>/target",
        {
            "month": "2026-12",
            "how_long": "on",
            "which": "own",
            "took_part": "1",
            "did_not": "0",
        },
        "work_change",
    ),
    "team.set_service_target": Form(
        "/manager/team/service",
        {"month": "2026-12", "children": "20", "took_part": "1", "did_not": "1"},
        "work_change",
    ),
    "team.take_leave_back": Form(
        "/manager/team/<person_id>/leave/<change_number>/back", {}, "work_change"
    ),
    "service_details.save_details": Form("/admin/numbers", {}),
    "calendar.end_address": Form("/me/calendar", {}, "audit_entry"),
}
"""Forms with what makes them work. Every other staff POST is pressed as it is, or stands in `NOT_PRESSED`."""
IN_EVERY_RUN = (
    "iro_asking.invite_now",
    "asking.ask_now",
    "admin.invite_now",
    "cases.concern_seen",
    "cases.concern_envelope",
    "safeguarding.text_read",
)
NOT_PRESSED = {
    "accounts.sign_out": "ends the session that would press again",
    "iro_asking.hand_phone_over": "the same",
    "accounts.sign_in_now": "signing in twice is two sessions of the same person",
    "second.second_step_now": "a code works once (promise 14)",
    "second.confirm_now": "the same",
    "passkeys.passkey_challenge": "asked by a script, makes a challenge that ends by itself",
    "passkeys.ask_me": "the same",
    "passkeys.sign_in_now": "a passkey's answer works once",
    "tokens.invited_now": "a staff link works once (tests/integration/accounts)",
    "tokens.reset_now": "the same",
    "tokens.forgot_now": "asked twice is one link (tests/integration/accounts)",
    "own.set_up_app": "shows a new code to scan; nothing holds until its number is typed",
    "own.new_recovery_codes": "shows new codes; the last ones count",
    "calendar.make_address": "shows a new address; the last one counts",
    "links.download_record": "each download is handed out, and noted as such",
    "verbal.record_now": "the same content again is the same thank-you (tests/integration/iro)",
    "paper.record_now": "the same (tests/integration/paper)",
    "paper.find_now": "looks, and makes nothing",
    "imports.check_file": "the same",
    "people_file.check_file": "the same",
    "iro_asking.ask_drawn_child": "shows the form, and makes nothing",
    "iro_letters.make_letter": "makes a file, and writes nothing",
    "links.find_now": "looks, and notes each look",
    "comments.search_comments": "looks, and keeps nothing of what was looked for",
}


def staff_posts(world: World) -> dict[str, str]:
    """Endpoint -> rule of every staff POST."""
    return {
        rule.endpoint: rule.rule
        for rule in world.app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and not rule.endpoint.startswith(f"{CHILD}.")
        and find_policy(world.app, rule.endpoint)
    }


def everybody(world: World) -> Person:
    """Somebody with every role."""
    return world.person("Everybody Elm", *ROLES)


def pressed(
    world: World, endpoint: str, ids: dict[str, str], client: CheckedClient
) -> Callable[[], TestResponse]:
    """A press of the form of that endpoint: each call sends the very same."""
    form = FORMS.get(endpoint, Form("/admin/invite", {}))
    page = client.http.get(address(form.page, ids)).text
    key = KEY.search(page) or KEY.search(client.get("/admin/invite").text)
    assert key
    path = address(staff_posts(world)[endpoint], ids)
    fields = {**form.fields, "csrf_token": client.guard("/me"), "form_key": key[1]}
    if endpoint in ("asking.ask_now", "admin.invite_list_now"):
        look = client.http.post(path, data=fields | {"form_key": ""})
        fields = confirmed(look, fields)
    if endpoint in ("imports.store_file", "people_file.invite_all"):
        fields |= carried_fields(checked_file(world, client, fields["kind"]))
    if "owner" in fields:
        fields["owner"] = ids["person_id"]
    if endpoint.endswith("_envelope") or endpoint.startswith("iro_picking."):
        del fields["form_key"]  # its own form has none
    referer = {"Referer": f"http://localhost{address(form.page, ids)}"}

    def press() -> TestResponse:
        own = CheckedClient(world.app)
        own.http._cookies = client.http._cookies.copy()  # type: ignore[union-attr]
        return own.http.post(path, data=fields, headers=referer)

    return press


def checked_file(world: World, client: CheckedClient, kind: object) -> TestResponse:
    """The page that shows what a file of that kind would do."""
    if kind == "reviews":
        return check_file(client, as_csv(review_rows(2, everybody(world).email)))
    people = b"Name,E-mail,Roles\nNew Newt,newt@staff.example,IRO\n"
    return check_file(client, people, kind="people", path="/admin/people/file")


def made(world: World, before: dict[str, int]) -> dict[str, int]:
    """How many rows more each table has."""
    now = counts(world.parts.database.engine)
    return {
        name: now[name] - before[name]
        for name in now
        if name not in PASSED_BY and now[name] != before[name]
    }


def prepared(world: World) -> tuple[dict[str, str], CheckedClient]:
    """Something to see behind every address, and the browser of somebody with every role."""
    person = everybody(world)
    ids = one_of_each(world)
    ids["invitation_id"] = world.invitation(person, reference="CASE-OWN").id
    ids["month"] = "2026-10"
    calendar_token(world, person)
    world.change_settings(
        notify_key=SecretStr("set"), notify_link_sms="s", notify_link_email="e"
    )
    for number in range(3):
        import_review(world, person, pn_code="PN6", reference=f"RF-{number}")
    with world.session() as session:
        for name, case, over in (
            ("concern_id", Concern, "closed"),
            ("request_id", ContactRequest, "done"),
        ):
            ids[name] = str(session.scalar(select(case.id).where(case.state != over)))
    return ids, world.sign_in(person)


def own_group_link(world: World, endpoint: str) -> dict[str, str]:
    """For a form about a link of a group: such a link."""
    if not endpoint.startswith("group_links."):
        return {}
    made = world.invitation(everybody(world), survey="u-matter", reference="GROUP-1")
    return {"group_link_id": made.id}


def test_every_staff_form_is_pressed_here_or_says_why_not(lite: World) -> None:
    every = set(staff_posts(lite))
    assert set(FORMS) <= every
    assert set(NOT_PRESSED) <= every
    assert not set(FORMS) & set(NOT_PRESSED)


@pytest.mark.full
def test_pressed_twice_slowly_every_form_is_done_once(world: World) -> None:
    for endpoint in sorted(set(staff_posts(world)) - set(NOT_PRESSED)):
        ids, client = prepared(world)
        ids |= own_group_link(world, endpoint)
        press = pressed(world, endpoint, ids, client)
        before = counts(world.parts.database.engine)
        first = press()
        done = made(world, before)
        form = FORMS.get(endpoint)
        if form and form.table:
            assert done.get(form.table) == form.rows, (endpoint, first.status_code)
        second = press()
        assert made(world, before) == done, endpoint
        assert second.status_code == first.status_code or done, endpoint
        assert second.status_code < 500, endpoint
        if first.status_code == 303:
            assert (second.status_code, second.location) == (303, first.location)


@POSTGRESQL_MOSTLY
@pytest.mark.parametrize(
    "endpoint",
    [
        pytest.param(name, marks=() if name in IN_EVERY_RUN else pytest.mark.full)
        for name in FORMS
        if FORMS[name].table
    ],
)
def test_pressed_twice_at_once_it_is_done_once_and_both_are_led_there(
    world: World, endpoint: str
) -> None:
    ids, client = prepared(world)
    ids |= own_group_link(world, endpoint)
    press = pressed(world, endpoint, ids, client)
    before = counts(world.parts.database.engine)
    together = threading.Barrier(2)

    def one(_number: int) -> TestResponse:
        together.wait(10)
        return press()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(one, range(2))
    done = made(world, before)
    assert done.get(FORMS[endpoint].table) == FORMS[endpoint].rows
    assert done.get("case_note", 1) == 1, "noted once"
    assert first.status_code == second.status_code
    assert first.status_code in (200, 303)
    assert first.location == second.location


@POSTGRESQL_MOSTLY
@pytest.mark.parametrize("reader", ["lead", "manager"])
def test_two_readers_who_mark_one_text_at_once_both_have_marked_it(
    world: World, reader: str
) -> None:
    ids = one_of_each(world)
    ids["month"] = "2026-10"
    endpoint = "safeguarding.text_read" if reader == "lead" else "comments.comment_read"
    presses = [
        pressed(world, endpoint, ids, world.sign_in(world.person(name, reader)))
        for name in ("Reader Rowan", "Reader Rose")
    ]
    together = threading.Barrier(2)

    def one(press: Callable[[], TestResponse]) -> int:
        together.wait(10)
        return press().status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(one, presses)) == [303, 303]


def test_another_content_is_another_form(lite: World) -> None:
    client = lite.sign_in(lite.iro())
    key = KEY.search(client.get("/iro/ask").text)
    assert key
    guard = client.guard("/iro/ask")
    places = []
    for reference in ("CASE-1", "CASE-2", "CASE-1"):
        form = {**ASK, "reference": reference, "form_key": key[1], "csrf_token": guard}
        places.append(client.post("/iro/ask", form, expect=303).location)
    assert places[0] == places[2] != places[1]


def test_what_was_refused_can_be_pressed_again(lite: World) -> None:
    client = lite.sign_in(lite.iro())
    key = KEY.search(client.get("/iro/ask").text)
    assert key
    form = {**ASK, "form_key": key[1], "csrf_token": client.guard("/iro/ask")}
    client.post("/iro/ask", form | {"reference": ""}, expect=400)
    client.post("/iro/ask", form, expect=303)
