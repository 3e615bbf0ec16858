"""What staff type is kept, found and refused by one rule each: references, reasons, notes, names, addresses, codes."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from bench.support.world import World
from feedback_app.invitations import references
from feedback_app.models.invitation import Envelope
from feedback_app.models.person import Person
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import CaseNote, Concern
from feedback_app.privacy.cipher import keyed_digest
from tests.support.addresses import one_of_each

BLANKS = ("\u200b", "\ufeff", "\u00ad", "\u3164", "\u00a0\u2800")
SEARCH = {"by": "reference", "reason": "asked to see it"}
LOOKS_THE_SAME = (
    ("RF 1001 A", "RF\u00a01001\u2003A"),
    ("RF-1004\u200b", "rf\u20131004"),
    ("\ufeffRF-1005", "RF-\u0661\u0660\u0660\u0665"),
    ("Ze\u0301-1009", "Z\u00e9-1009"),
)


@pytest.mark.parametrize(("issued", "looked_for"), LOOKS_THE_SAME)
def test_a_reference_that_looks_the_same_is_found_both_ways(
    world: World, issued: str, looked_for: str
) -> None:
    for one, other in ((issued, looked_for), (looked_for, issued)):
        world.invitation(reference=one)
        lead = world.sign_in(world.lead())
        found = lead.http.get("/safeguarding/links/")
        assert found.status_code == 200
        page = lead.post(
            "/safeguarding/links/",
            SEARCH | {"what": other, "csrf_token": lead.guard("/safeguarding/links/")},
            expect=303 if one == issued else 200,
        )
        assert page.status_code in (200, 303)


@pytest.mark.parametrize(
    "blank",
    [BLANKS[0], *(pytest.param(one, marks=pytest.mark.full) for one in BLANKS[1:])],
)
def test_a_blank_is_no_reference_no_reason_no_note_and_no_name(
    lite: World, blank: str
) -> None:
    ids = one_of_each(lite)
    iro, lead = lite.sign_in(lite.iro()), lite.sign_in(lite.lead())
    ask = {"pn_code": "PN1", "mode": "in_person", "band": "8-11", "language": "en"}
    ask |= {"how_chosen": "next_due", "reference": blank}
    page = iro.submit("/iro/ask", ask, expect=400)
    assert "Type a reference" in page.text
    concern = f"/safeguarding/concerns/{ids['concern_id']}"
    for path, form in (
        ("seen", {"note": blank}),
        ("note", {"note": blank}),
        ("envelope", {"reason": blank}),
    ):
        lead.submit(concern, form, to=f"{concern}/{path}", expect=400)
    lead.submit(
        "/safeguarding/links/", SEARCH | {"what": "x", "reason": blank}, expect=400
    )
    lead.submit("/safeguarding/links/", SEARCH | {"what": blank}, expect=400)
    administrator = lite.sign_in(lite.administrator())
    invited = {"name": blank, "email": "new@staff.example", "roles": "iro"}
    administrator.submit("/admin/invite", invited, expect=400)
    with lite.session() as session:
        assert session.scalar(select(func.count()).select_from(CaseNote)) == 0
        assert session.get_one(Concern, ids["concern_id"]).state == "new"
        reasons = session.scalars(select(AuditEntry.what)).all()
    assert "envelope_opened" not in reasons


def test_a_long_reason_is_never_cut(lite: World) -> None:
    ids = one_of_each(lite)
    lead = lite.sign_in(lite.lead())
    concern = f"/safeguarding/concerns/{ids['concern_id']}"
    page = lead.submit(
        concern, {"reason": "why " * 120}, to=f"{concern}/envelope", expect=400
    )
    assert "at most 400 characters" in page.text
    assert "why " * 119 in page.text
    whole = ("why " * 100).strip()
    lead.submit(concern, {"reason": whole}, to=f"{concern}/envelope", expect=200)
    with lite.session() as session:
        kept = session.scalars(
            select(AuditEntry.reason).where(AuditEntry.what == "envelope_opened")
        ).all()
    assert kept == [whole]
    search = SEARCH | {"what": "x", "reason": "why " * 120}
    page = lead.submit("/safeguarding/links/", search, expect=400)
    assert "at most 400 characters" in page.text


def test_a_note_is_counted_as_it_is_kept(lite: World) -> None:
    ids = one_of_each(lite)
    lead = lite.sign_in(lite.lead())
    concern = f"/safeguarding/concerns/{ids['concern_id']}"
    note = "five!\r\n" * 666
    lead.submit(concern, {"note": note}, to=f"{concern}/note")
    lead.submit(concern, {"note": note + "x\r\ny"}, to=f"{concern}/note", expect=303)
    lead.submit(concern, {"note": "x" * 4001}, to=f"{concern}/note", expect=400)


def test_staff_text_is_kept_without_control_characters(lite: World) -> None:
    administrator = lite.sign_in(lite.administrator())
    administrator.submit(
        "/admin/invite",
        {
            "name": "New\x1b[31m \x07Ne\u0301ttle\x85",
            "email": " New@Staff.Example\u200b",
            "roles": "iro",
        },
    )
    with lite.session() as session:
        person = session.scalars(
            select(Person).where(Person.email == "new@staff.example")
        ).one()
    assert person.name == "New[31m N\u00e9ttle"


@pytest.mark.parametrize(
    "address",
    [
        "\u0430dmin@\u0435xample.invalid",
        "mailto:new@staff.example",
        "new@staff.example.",
        "new@@staff.example",
    ],
)
def test_an_address_that_cannot_be_reached_is_refused_at_the_form(
    lite: World, address: str
) -> None:
    administrator = lite.sign_in(lite.administrator())
    form = {"name": "New Nettle", "email": address, "roles": "iro"}
    page = administrator.submit("/admin/invite", form, expect=400)
    assert "No mail can be sent to this" in page.text
    details = administrator.get("/admin/numbers").text
    assert "duty_email" in details
    page = administrator.submit("/admin/numbers", {"duty_email": address}, expect=400)
    assert "No mail can be sent to this" in page.text


def test_digests_of_before_are_made_anew_while_the_service_runs(world: World) -> None:
    before = "RF\u00a01001\u2013A"
    one, other = world.invitation(reference="x"), world.invitation(reference="y")
    keys = world.parts.keys
    with world.parts.database.short_write() as session:
        for invitation in (one, other):
            envelope = session.get_one(Envelope, invitation.id)
            old = keyed_digest(keys.digest.newest_key, "reference", before.casefold())
            session.execute(
                update(Envelope)
                .where(Envelope.invitation_id == envelope.invitation_id)
                .values(reference_digest=old)
            )
    assert references.renew_digests(world.parts.database, keys) == 2
    assert references.renew_digests(world.parts.database, keys) == 0
    with world.session() as session:
        kept = set(session.scalars(select(Envelope.reference_digest)))
    assert kept == {references.reference_digest(keys, one) for one in ("X", " y ")}
