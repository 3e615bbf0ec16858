"""What a reader did stands in the audit trail: what they opened, noted, named and took away (promise 37)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app import audit
from feedback_app.models.person import Person
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import QueueEntry


def open_text(_world: World, reader: CheckedClient, ids: dict[str, str]) -> str:
    reader.get(f"/safeguarding/texts/{ids['entry']}")
    return ids["entry"]


def take_openings(_world: World, reader: CheckedClient, _ids: dict[str, str]) -> str:
    assert reader.http.get("/safeguarding/openings.csv").status_code == 200
    return ""


def note_concern(_world: World, reader: CheckedClient, ids: dict[str, str]) -> str:
    page = f"/safeguarding/concerns/{ids['concern']}"
    reader.submit(page, {"note": "I ring the school"}, to=f"{page}/seen")
    return ids["concern"]


def name_person(world: World, reader: CheckedClient, ids: dict[str, str]) -> str:
    page = f"/safeguarding/concerns/{ids['concern']}"
    reader.submit(page, {"about": world.manager().id}, to=f"{page}/about")
    return ids["concern"]


Deed = Callable[[World, CheckedClient, dict[str, str]], str]


@pytest.mark.parametrize(
    ("what", "deed"),
    [
        ("text_opened", open_text),
        ("exported", take_openings),
        ("concern_seen", note_concern),
        ("concern_about", name_person),
    ],
)
def test_p37_each_deed_of_a_reader_has_its_entry(
    lite: World, what: str, deed: Deed
) -> None:
    lead: Person = lite.lead()
    lite.manager()
    lite.receive(
        lite.form(lite.invitation(), {}, {"better": "words"}, talk_to="not_safe")
    )
    with lite.session() as session:
        ids = {
            "entry": session.scalars(select(QueueEntry.id)).first() or "",
            "concern": session.scalars(select(Concern.id)).first() or "",
        }
    reader = lite.sign_in(lead)
    before = found(lite, what)
    about = deed(lite, reader, ids)
    entries = found(lite, what)[len(before) :]
    assert [entry.person_id for entry in entries] == [lead.id]
    assert about in entries[0].about or not about


def found(world: World, what: str) -> list[AuditEntry]:
    """The entries of that kind, the oldest first."""
    with world.session() as session:
        rows = select(AuditEntry).where(AuditEntry.what == what)
        return list(session.scalars(rows.order_by(AuditEntry.number)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", "another reason"),
        ("about", "another"),
        ("what", "signed_out"),
        ("person_id", None),
        ("key_id", "0000"),
        ("mac", "0" * 64),
    ],
)
def test_p37_whatever_of_an_entry_is_altered_is_found(
    lite: World, field: str, value: str | None
) -> None:
    with lite.parts.database.short_write() as session:
        for about in ("first", "second", "third"):
            audit.write_entry(
                session,
                lite.parts.keys.audit,
                "signed_in",
                person_id="1" * 32,
                about=about,
                reason="to sign in",
            )
        last, _mac = audit.last_entry(session)
        assert audit.first_bad_entry(session, lite.parts.keys.audit) is None
        session.execute(text("DROP TRIGGER audit_entry_is_frozen"))
        setattr(session.get_one(AuditEntry, last - 1), field, value)
        session.flush()
        assert audit.first_bad_entry(session, lite.parts.keys.audit) == last - 1
