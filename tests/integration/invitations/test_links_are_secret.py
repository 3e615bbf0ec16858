"""A link cannot be guessed, and nothing that is stored opens a survey (promises 1, 2)."""

from __future__ import annotations

import ast
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import load
from bench.support import live, quick
from bench.support.world import World
from feedback_app.config import ROOT
from feedback_app.documents.qr import qr_svg
from feedback_app.invitations import tokens
from tests.support.tables import every_byte

ISSUED = 10_000


def test_p01_ten_thousand_links_are_all_distinct_in_token_and_words() -> None:
    key = secrets.token_bytes(32)
    made = [
        tokens.derive_secret(key, secrets.token_hex(16), issue)
        for issue in (1, 2)
        for _ in range(ISSUED // 2)
    ]
    assert len({tokens.token_of(secret) for secret in made}) == ISSUED
    assert len({tokens.code_words(secret) for secret in made}) == ISSUED


def test_p01_a_link_has_256_bits_and_four_words_have_40() -> None:
    secret = tokens.derive_secret(b"k" * 32, "an invitation", 1)
    assert len(secret) * 8 == 256
    assert len(tokens.token_of(secret)) == tokens.TOKEN_LENGTH
    assert len(set(tokens.word_list())) ** tokens.WORDS_IN_CODE >= 2**40
    assert tokens.code_words(secret).split()[0] in tokens.word_list()


def test_p01_each_issue_of_an_invitation_is_another_link_and_another_key_other_links() -> (
    None
):
    first, second = (
        tokens.derive_secret(b"k" * 32, "an invitation", issue) for issue in (1, 2)
    )
    assert (
        len({first, second, tokens.derive_secret(b"j" * 32, "an invitation", 1)}) == 3
    )


def test_p01_nothing_that_can_be_predicted_is_used_to_make_links() -> None:
    tree = ast.parse((ROOT / "feedback_app" / "invitations" / "tokens.py").read_text())
    used = {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }
    used |= {
        node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    }
    assert not used & {"random", "uuid", "time", "datetime"}


def test_p02_no_table_holds_what_opens_a_survey(world: World) -> None:
    invitation = world.invitation(reference="CASE-77")
    client = world.client()
    client.get(f"/r/{world.token(invitation)}")
    world.sign_in(world.iro()).get(f"/iro/links/{invitation.id}")
    client.post(
        "/r", world.form(invitation, {"know_iro": ["yes"]}, {"better": "more biscuits"})
    )
    stored = every_byte(world.parts.database.engine)
    for secret in (
        world.token(invitation),
        world.words(invitation),
        "CASE-77",
        "more biscuits",
    ):
        assert secret.encode() not in stored


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[World, live.Gunicorn]]:
    """A real server that logs as in production, and a World on its database, both at the true time."""
    url = f"sqlite:///{tmp_path / 'test.db'}"
    quick.migrated(url)
    world = World.make(url, tmp_path)
    with live.gunicorn(
        {"mode": "test", "database_url": url, "keys_dir": tmp_path / "keys"},
        tmp_path,
        workers=1,
    ) as site:
        yield world, site
    world.close()


@pytest.mark.full  # test_sentinels searches all files and logs in `make test` too
def test_p02_no_file_and_no_log_holds_what_opens_a_survey(
    running: tuple[World, live.Gunicorn], tmp_path: Path
) -> None:
    world, site = running
    invitation = world.invitation()
    token, words = world.token(invitation), world.words(invitation)
    form = [
        (name, value)
        for name, values in world.form(invitation).items()
        for value in values
    ]
    asked = [
        load.get(f"/r/{token}"),
        load.get(f"/r/{token}x"),
        load.get(f"/help?from={token}"),
    ]
    asked += [
        load.post("/r", form),
        load.get(f"/r/{token}"),
        load.get(f"/said-and-done/{token}"),
    ]
    assert len(
        load.run(site.port, [visit(one) for one in asked], clients=1).visits
    ) == len(asked)
    picture = qr_svg(f"{site.url}/r/{token}", "link").split(' d="')[-1].split('"', 1)[0]
    files = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and path.parent.name != "keys"
    ]
    assert {path.name for path in files} >= {"test.db", "gunicorn.log"}
    for path in files:
        held = path.read_bytes()
        for secret in (token, words, words.replace(" ", "-"), picture):
            assert secret.encode() not in held, path.name
    assert b'"endpoint": "child.receive_answers"' in site.log.read_bytes()


def visit(request: bytes) -> load.Visitor:
    """A visitor of one request."""
    yield request
