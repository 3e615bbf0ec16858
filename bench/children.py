"""Children for a load: invitations made in bulk through the verbs, and what each child sends."""

from __future__ import annotations

import html
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from bench.load import Answer, Visitor, get, post
from bench.support.world import World
from feedback_app import clock
from feedback_app.child import stamp
from feedback_app.invitations import issue as invitations
from feedback_app.invitations import links
from feedback_app.models.invitation import Invitation
from feedback_app.month import Month
from feedback_app.responses import read as sends
from feedback_app.survey.model import LOOK_OF_BAND

BANDS = ("4-7", "8-11", "12-17")
DAYS = 14
WORDS = "My IRO listened to me. I would like my sister to come next time, and a shorter meeting. This is invented."
STAMP = re.compile(r'name="page" value="([^"]+)"')

Fields = list[tuple[str, str]]


def invite(world: World, number: int, *, band: str = "8-11") -> list[str]:
    """Issue that many invitations in one transaction; their tokens."""
    iro = world.iro()
    keys, catalogue = world.parts.keys, world.parts.catalogue
    version = catalogue.find_survey("rate-my-review").version
    tokens = []
    with world.parts.database.short_write() as session:
        for one in range(number):
            asked = invitations.Asked(
                survey="rate-my-review",
                survey_version=version,
                band=band,
                look=LOOK_OF_BAND[band],
                reference=f"INVENTED-{one}",
                how_chosen="next_due",
                pn_code="PN1",
                mode="blended",
                iro_id=iro.id,
                issuer_id=iro.id,
            )
            invitation = invitations.issue_invitation(session, keys, asked, days=DAYS)
            tokens.append(invitations.open_link(keys, invitation).token)
            session.expunge(invitation)
    return tokens


def answers(world: World, *, band: str = "8-11") -> Fields:
    """What a child sends who answers every question: the first choice, and words in every box."""
    probe = Invitation(
        survey="rate-my-review",
        survey_version=world.parts.catalogue.find_survey("rate-my-review").version,
        band=band,
        look=LOOK_OF_BAND[band],
        language="en",
        mode="blended",
        over5=True,
        over16=False,
        over18=False,
    )
    with world.session() as session:
        visit = sends.visit_of(
            session, world.parts.catalogue, probe, Month.containing(clock.today())
        )
    fields = [("helped", "none")]
    for question in sends.questions_of(
        world.parts.catalogue, visit, sends.facts_of(probe)
    ):
        value = WORDS if question.type == "text" else question.options[0].id
        fields.append((f"q-{question.id}", value))
    return [*fields, ("iro_sees", "yes"), ("talk_to", "no"), ("talk_how_text", "")]


def stamps(world: World, tokens: list[str], *, band: str = "8-11") -> list[str]:
    """The stamp of a page loaded now, for each of these links: for sends without a page load."""
    with world.session() as session:
        link = links.find_link(session, world.parts.keys, tokens[0])
        assert link is not None
        visit = sends.visit_of(
            session, world.parts.catalogue, link, Month.containing(clock.today())
        )
    now = clock.now()
    return [stamp.make_stamp(world.parts.keys, token, visit, now) for token in tokens]


def whole_survey(token: str, fields: Fields) -> Visitor:
    """A child's visit: load the page, send what it asks for."""
    page: Answer = yield get(f"/r/{token}")
    found = STAMP.search(text_of(page))
    assert found, f"no survey: {page.status}"
    yield post("/r", [("link", token), ("page", html.unescape(found[1])), *fields])


def send_only(token: str, stamped: str, fields: Fields) -> Visitor:
    """One send, of a page that was loaded before."""
    yield post("/r", [("link", token), ("page", stamped), *fields])


def sends_to_floor(number: int, fields: Fields) -> Iterator[Visitor]:
    """As many sends of the same body to the floor."""
    return (send_only("t" * 43, "s" * 150, fields) for _ in range(number))


def text_of(answer: Answer) -> str:
    """The page's text, unpacked."""
    packed = "content-encoding: gzip" in answer.head.lower()
    return (zlib.decompress(answer.body, wbits=31) if packed else answer.body).decode()


def stored(world: World) -> int:
    """How many responses are in the database."""
    from sqlalchemy import func, select

    from feedback_app.models.response import Response

    with world.session() as session:
        return session.scalar(select(func.count()).select_from(Response)) or 0


def folder_for(place: Path, name: str) -> Path:
    """A folder of one's own below the run's."""
    made = place / name
    made.mkdir()
    return made
