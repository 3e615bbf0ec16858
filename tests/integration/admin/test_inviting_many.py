"""People come by link: the first administrator by a command, others from a list; an invitation is no person."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import func, select, update

from bench.support.world import NOON, World
from feedback_app import clock
from feedback_app.admin.people.pasted_people import read_people
from feedback_app.messages.recipients import recipients_of
from feedback_app.models.person import Person, StaffToken
from feedback_app.models.running import AuditEntry, OutboxMessage
from feedback_app.people.listed import read_roles
from tests.support.asking import SEEN

PATH = "/admin/invite-list"
CHOSEN = {
    "password": "another long and quiet password",
    "again": "another long and quiet password",
}


def emails(world: World) -> set[str]:
    with world.session() as session:
        return set(session.scalars(select(Person.email)))


def test_a_list_is_read_as_people_paste_it() -> None:
    found = read_people(
        "Name\tE-mail\tRole\r\n"
        "Lead Larch\tLarch@Council.invalid\tSafeguarding lead\r\n"
        "\r\n"
        '"Oak, Officer" <oak@council.invalid>; IRO\r\n'
        "ash@council.invalid, Ash Alder, iro, manager\r\n"
        'Fir Fern,fern@council.invalid,"Deputy safeguarding lead and Administrator"\r\n'
    )
    assert found.heading == "Name, E-mail, Role"
    assert found.problems == ()
    assert [(one.line, one.name, one.email, one.roles) for one in found.people] == [
        (2, "Lead Larch", "larch@council.invalid", ("lead",)),
        (4, "Oak, Officer", "oak@council.invalid", ("iro",)),
        (5, "Ash Alder", "ash@council.invalid", ("iro", "manager")),
        (6, "Fir Fern", "fern@council.invalid", ("deputy", "administrator")),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Oak, oak at council, IRO", "There is no e-mail"),
        ("Oak, oak@council, IRO", "No mail can be sent to oak@council"),
        ("Oak, о@council.invalid, IRO", "No mail can be sent"),
        ("Oak, oak@council.invalid", "There is no role"),
        ("Oak, oak@council.invalid, boss", "“boss” is no role"),
        ("Oak, oak@council.invalid, IRO and boss", "“IRO and boss” is no role"),
        ("oak@council.invalid, IRO", "There is no name"),
        ("\u200b, oak@council.invalid, IRO", "There is no name"),
        ("Oak, oak@council.invalid, ash@council.invalid, IRO", "two e-mails"),
        (f"{'o' * 121}, oak@council.invalid, IRO", "more than 120 characters"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_by_its_number(
    line: str, said: str
) -> None:
    found = read_people(f"Ash, ash@council.invalid, IRO\n\n{line}")
    [problem] = found.problems
    assert problem.line == 3
    assert said in problem.words


def test_roles_have_the_names_that_people_use() -> None:
    for typed, roles in (
        ("IRO", ("iro",)),
        ("independent reviewing officer", ("iro",)),
        ("lead/manager", ("manager", "lead")),
        ("Deputy Safeguarding Lead", ("deputy",)),
        ("Admin + IRO manager", ("manager", "administrator")),
        ("", ()),
        ("everything", ()),
    ):
        assert read_roles(typed) == roles


def test_one_person_twice_is_one_invitation_and_two_stories_are_a_problem() -> None:
    same = read_people("Oak, o@c.invalid, IRO\nOAK, a@c.invalid, IRO\nOak, O@c.invalid, iro")  # fmt: skip
    assert [lines for _one, lines in same.doubles] == [(1, 3)]
    assert (len(same.people), same.problems) == (2, ())
    other = read_people("Oak, o@c.invalid, IRO\nOak, o@c.invalid, lead")
    assert [problem.line for problem in other.problems] == [2]
    assert "line 1 too" in other.problems[0].words


def test_a_pasted_list_is_shown_before_anybody_is_invited(lite: World) -> None:
    lite.lead()
    me = lite.administrator()
    client, before = lite.sign_in(me), emails(lite)
    pasted = (
        "name, e-mail, roles\nNew Nettle, nettle@council.invalid, IRO\n"
        "New Nettle, nettle@council.invalid, IRO\n"
        f"Fir Fern, fern@council.invalid, deputy\nMyself, {me.email}, lead"
    )
    page = client.submit(PATH, {"people": pasted}, expect=200)
    for said in (
        "Nobody is invited yet",
        "lines 2, 3, one invitation",
        "Left out as a heading",
        "nobody changes their own roles",
        "Send 2 invitations",
        "Leads, deputies and managers are told",
    ):
        assert said in page.text
    assert emails(lite) == before
    seen = SEEN.search(page.text)
    assert seen
    fields = {"people": pasted, "seen": seen[1]}
    changed = client.submit(
        PATH, fields | {"people": f"{pasted}\nAsh, ash@c.invalid, iro"}, expect=200
    )
    assert "Send 3 invitations" in changed.text, "shown again first"
    client.submit(PATH, fields)
    assert emails(lite) - before == {"nettle@council.invalid", "fern@council.invalid"}
    with lite.session() as session:
        assert session.get_one(Person, me.id).roles == {"administrator"}
        assert session.scalar(select(func.count()).select_from(StaffToken)) == 2
        [told] = session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "reader_added")
        )
        assert recipients_of(session, told)
        invited = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.what == "person_invited")
            .order_by(AuditEntry.number)
        )
        assert [entry.person_id for entry in invited] == [me.id, me.id]
    listed = client.get("/admin/").text
    assert "invited, not yet here, link ends 21 October 2026" in listed


def test_a_list_with_a_wrong_line_invites_nobody_and_keeps_what_was_typed(
    lite: World,
) -> None:
    client, before = lite.sign_in(lite.administrator()), emails(lite)
    pasted = "Ash, ash@c.invalid, IRO\nOak & Elm, oak at council, IRO"
    page = client.submit(PATH, {"people": pasted}, expect=400)
    assert "Line 2:" in page.text
    assert "Oak &amp; Elm, oak at council, IRO" in page.text
    seen = SEEN.search(page.text)
    assert seen
    client.submit(PATH, {"people": pasted, "seen": seen[1]}, expect=400)
    many = "\n".join(f"Person {n}, p{n}@c.invalid, IRO" for n in range(101))
    page = client.submit(PATH, {"people": many}, expect=400)
    assert "Invite at most 100 at once" in page.text
    client.submit(PATH, {"people": " \n\u200b"}, expect=400)
    assert emails(lite) == before


def test_an_invited_persons_link_that_ended_is_said(lite: World) -> None:
    client = lite.sign_in(lite.administrator())
    client.submit("/admin/invite", {"name": "Fir", "email": "fir@c.invalid", "roles": ["iro"]})  # fmt: skip
    with lite.parts.database.short_write() as session:
        session.execute(update(StaffToken).values(ends_at=NOON - timedelta(days=2)))
    for page in ("/admin/", "/admin/access-review"):
        assert "not yet here, link ended 12 October 2026" in client.get(page).text


def test_the_first_administrator_comes_by_a_link_and_is_led_on(
    database_url: str,
    tmp_path: Path,
    still_clock: None,
) -> None:
    world = World.make(database_url, tmp_path, second_factor="required")
    runner = world.app.test_cli_runner()
    ask = ["people", "invite", "Ada Acer", "Ada@Council.invalid", "--role", "administrator"]  # fmt: skip
    first = runner.invoke(args=ask)
    assert first.exit_code == 0
    said = first.output.splitlines()
    assert said[0].startswith("Ada Acer <ada@council.invalid> has an account: Administrator.")  # fmt: skip
    assert "until 21 October 2026, 12:00" in said[1]
    again = runner.invoke(args=ask).output.splitlines()[-1]
    client = world.client()
    old, path = (
        one.removeprefix(world.parts.settings.public_url) for one in (said[-1], again)
    )
    client.get(old, expect=404)
    answer = client.submit(path, CHOSEN)
    assert answer.location == "/sign-in/second"
    client.get("/admin/", expect=303)
    page = client.get("/me/second-factor")
    assert "Ada Acer" in page.text

    shown = client.post("/me/second-factor/app", {"csrf_token": client.guard("/me/second-factor")})  # fmt: skip
    setup = re.search(r'name="setup" value="([^"]+)"', shown.text)
    seed = re.search(r"<code[^>]*>([A-Z2-7 ]{16,})</code>", shown.text)
    assert setup, shown.text
    assert seed, shown.text
    code = pyotp.TOTP(seed[1].replace(" ", "")).at(clock.now())
    fields = {"setup": setup[1], "code": code, "csrf_token": client.guard("/me/second-factor")}  # fmt: skip
    client.post("/me/second-factor/app", fields)
    client.get("/admin/")
    assert (
        "Administrator</dt><dd><bdi>Ada Acer: here" in client.get("/admin/ready").text
    )
    refused = runner.invoke(args=ask)
    assert refused.exit_code == 1
    assert "has chosen a password already" in refused.output
    world.close()


def test_the_command_refuses_in_words(lite: World) -> None:
    runner = lite.app.test_cli_runner()
    lite.iro()
    for words, said in (
        (["Ada", "ada at council", "--role", "lead"], "no mail can be sent"),
        (["\u200b", "ada@c.invalid", "--role", "lead"], "a name is needed"),
        (["Ada", "ada@c.invalid", "--role", "boss"], "is not one of"),
        (["Ada", "ada@c.invalid"], "Missing option '--role'"),
        (["Oak", lite.iro().email, "--role", "lead"], "has other roles"),
    ):
        ran = runner.invoke(args=["people", "invite", *words])
        assert ran.exit_code != 0
        assert said in ran.output
        assert "Traceback" not in ran.output


def test_the_page_says_what_is_still_to_do(lite: World) -> None:
    page = lite.sign_in(lite.administrator()).get("/admin/ready").text
    assert "Not yet." in page
    assert "Safeguarding lead: missing" in page
    assert "Nobody has this role." in page
    assert "flask --app wsgi service check" in page
    lite.sign_in(lite.lead()).get("/admin/ready", expect=404)
