"""A line that breaks anywhere in a send loses and doubles nothing: the same send again is one response (promise 51)."""

from __future__ import annotations

import http.client
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.faults import places
from bench.faults.phones import WORDS, Phones, Send, prepared
from bench.faults.tally import tally
from bench.load import post
from bench.support.world import World
from feedback_app.models.text import SealedText
from feedback_app.responses.texts import open_text
from tests.support.databases import POSTGRESQL_MOSTLY


def cut_off(port: int, send: Send, at: float) -> int:
    """The send up to that share of its body, then nothing more: the status that half a send gets, 0 for none.

    At 1 the whole of it, and nobody hears the answer.
    """
    request = post("/r", send.fields)
    body = request.index(b"\r\n\r\n") + 4
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(request[: body + round(at * (len(request) - body))])
        line.shutdown(socket.SHUT_WR)
        if at == 1:
            return 0
        reply = http.client.HTTPResponse(line)
        with suppress(http.client.HTTPException, OSError):
            reply.begin()
            return reply.status
    return 0


@POSTGRESQL_MOSTLY
@pytest.mark.parametrize("cuts", [5, pytest.param(20, marks=pytest.mark.full)])
def test_p51_a_line_cut_at_any_place_and_the_send_again_are_one_whole_response(
    database_url: str, tmp_path: Path, cuts: int
) -> None:
    world = World.make(database_url, tmp_path)
    sends = prepared(world, cuts)
    with places.site(world, tmp_path, workers=1) as site:
        phones = Phones(site.port)
        for number, send in enumerate(sends, 1):
            assert cut_off(site.port, send, number / cuts) != 200, (
                "half a send is never thanked for"
            )
        half = tally(world, [])
        for send in sends:
            assert phones.once(send) is None
            assert phones.once(send) is None
    assert half.stored <= 1, "only the whole send may be stored"
    assert (
        str(tally(world, set(phones.acked)))
        == f"acked {cuts}, stored {cuts}, missing 0, doubled 0, outbox == stored"
    )
    with world.session() as session:
        texts = {
            open_text(world.parts.keys.text, row)
            for row in session.scalars(select(SealedText))
        }
    assert texts == {WORDS}
    world.close()
