"""Keys are changed while the service runs: nothing becomes unreadable, nothing stays under the old key (promise 35)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import delete, select, update

from bench.faults import rotation as run_of
from bench.support import live
from bench.support.world import World
from feedback_app import audit, clock
from feedback_app.accounts.second_step import codes as factors
from feedback_app.app import create_app
from feedback_app.models import Base
from feedback_app.models.invitation import Envelope
from feedback_app.models.person import Person
from feedback_app.models.running import AuditEntry
from feedback_app.models.safeguarding import Concern
from feedback_app.models.text import SealedText
from feedback_app.operations import key_rotation as rotation
from feedback_app.operations import reseal
from feedback_app.operations import sealed_columns as sealed
from feedback_app.privacy.cipher import sealed_under, unseal_text
from feedback_app.privacy.keys import format_line, key_file_marks, load_keys, new_key
from feedback_app.web import keyring
from feedback_app.web.context import instance
from tests.support.databases import ON_POSTGRESQL, POSTGRESQL_MOSTLY
from tests.support.finished_case import end_concern
from tests.support.reviews import import_review

SEED = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def true_world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """A World at the true time, which the re-sealing processes share."""
    made = World.make(database_url, tmp_path)
    yield made
    made.close()


def flask(world: World, *arguments: str) -> Result:
    return world.app.test_cli_runner().invoke(args=list(arguments))


def seal_everywhere(world: World) -> None:
    """A value in every place that holds one."""
    import_review(world, reference="LC-2041")
    invitation = world.invitation(reference="CASE-7")
    world.receive(
        world.form(
            invitation,
            {},
            {"better": "first words"},
            talk_to="not_safe",
            talk_how_text="at school",
        )
    )
    world.receive(world.form(invitation, {}, {"better": "other words"}))
    lead = world.lead()
    keys = world.parts.keys
    with world.parts.database.short_write() as session:
        concern = session.scalars(select(Concern)).first()
        assert concern
        end_concern(session, keys, concern, note="a note", person_id=lead.id)
        person = session.get_one(Person, lead.id)
        person.totp_seed, person.totp_key_id = (
            factors._seal_seed(keys.text, person, SEED),
            keys.text.current,
        )


def opened(world: World) -> list[tuple[str, str]]:
    """Everything sealed, opened with the keys as they stand in their files, and the key of each."""
    keys = load_keys(world.parts.settings.keys_dir)
    found = []
    with world.session() as session:
        for place in sealed.SEALED_COLUMNS:
            ring = keys.find_ring(place.ring)
            rows = session.execute(
                select(place.key_id, *place.column_list).where(place.value.is_not(None))
            )
            for key_id, *row in rows:
                assert sealed_under(row[1]) == key_id
                found.append((key_id, unseal_text(ring, row[1], **place.place_of(row))))
    return sorted(found, key=lambda one: one[1])


def audited(world: World) -> list[tuple[str, str, str]]:
    with world.session() as session:
        assert (
            audit.first_bad_entry(
                session, load_keys(world.parts.settings.keys_dir).audit
            )
            is None
        )
        wanted = ("key_added", "key_used", "key_dropped", "text_resealed")
        rows = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.what.in_(wanted))
            .order_by(AuditEntry.number)
        )
        return [(row.what, row.about, row.reason) for row in rows]


def test_p35_every_column_that_names_a_key_is_sealed_again_or_keeps_its_key_for_a_reason() -> (
    None
):
    """A new table with sealed values needs its place in operations/sealed_columns.py, or its rows lose their key."""
    kept = {
        ("invitation", "link_key_id"),
        ("link", "link_key_id"),
        ("audit_entry", "key_id"),
        ("key_proof", "key_id"),
    }
    named = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("key_id")
    }
    assert named == kept | {
        (place.table, place.key_id.key) for place in sealed.SEALED_COLUMNS
    }


def test_p35_one_command_renews_a_key_and_every_value_opens_as_before(
    world: World,
) -> None:
    seal_everywhere(world)
    before = opened(world)
    old = {
        name: getattr(world.parts.keys, name).current for name in ("text", "envelope")
    }
    for name in ("text", "envelope"):
        done = flask(world, "keys", "rotate", name, "--wait", "0")
        assert done.exit_code == 0, done.output
    after = opened(world)
    assert [words for _, words in after] == [words for _, words in before]
    assert {"first words", "LC-2041"} <= {words for _, words in after}
    assert not {key_id for key_id, _ in after} & set(old.values())
    for name, key_id in old.items():
        assert flask(world, "keys", "drop", name, key_id).exit_code == 0
    assert [words for _, words in opened(world)] == [words for _, words in before]
    whats = [what for what, _, _ in audited(world)]
    assert (
        whats.count("key_added")
        == whats.count("key_used")
        == whats.count("key_dropped")
        == 2
    )
    assert {about for what, about, _ in audited(world) if what == "text_resealed"} == {
        f"{name}:{load_keys(world.parts.settings.keys_dir).find_ring(name).current}"
        for name in old
    }


def test_p35_a_running_process_takes_new_keys_within_a_quarter_of_a_minute_and_needs_no_restart(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = create_app(world.parts.settings)
    ticks, looks = [1000.0], []
    monkeypatch.setattr("feedback_app.web.keyring.monotonic", lambda: ticks[0])
    monkeypatch.setattr(
        "feedback_app.web.keyring.key_file_marks",
        lambda folder: looks.append(folder) or key_file_marks(folder),
    )
    for _ in range(5):
        other.test_client().get("/help")
    assert len(looks) == 1
    assert flask(world, "keys", "add", "text").exit_code == 0
    new = rotation.use_key(world.parts.database, world.parts.settings.keys_dir, "text")
    ticks[0] += 14
    other.test_client().get("/help")
    assert instance(other).keys.text.current != new
    ticks[0] += 1
    other.test_client().get("/help")
    assert instance(other).keys.text.current == new
    instance(other).database.engine.dispose()


def test_p35_what_another_process_sealed_under_a_key_not_read_yet_is_read_at_once(
    world: World,
) -> None:
    folder = world.parts.settings.keys_dir
    here = world.sign_in(world.lead())
    rotation.add_key(world.parts.database, folder, "text")
    rotation.use_key(world.parts.database, folder, "text")
    invitation = world.invitation()
    other = World(app := create_app(world.parts.settings), instance(app))
    other.receive(other.form(invitation, {}, {"better": "sealed elsewhere"}))
    assert instance(world.app).keys.text.current != instance(app).keys.text.current
    [entry] = run_of.entries(world)
    assert "sealed elsewhere" in here.get(f"/safeguarding/texts/{entry}").text
    other.close()


@pytest.mark.parametrize("spoilt", ["text", "digest"])
def test_p35_a_bad_key_file_leaves_the_keys_in_use_and_is_logged(
    lite: World, spoilt: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = lite.parts.settings.keys_dir
    before = keyring.refresh_keys(lite.app, at_once=True).keys
    if spoilt == "text":
        (folder / "text").write_text("half a li")
    else:
        (folder / "digest").write_text(format_line(new_key()))
    for _ in range(2):
        assert keyring.refresh_keys(lite.app, at_once=True).keys is before
    assert caplog.text.count("the keys in use stay") == 1
    lite.client().get("/help")


def test_p35_a_key_is_not_dropped_while_anything_is_sealed_under_it(
    world: World,
) -> None:
    seal_everywhere(world)
    old = world.parts.keys.text.current
    rotation.add_key(world.parts.database, world.parts.settings.keys_dir, "text")
    rotation.use_key(world.parts.database, world.parts.settings.keys_dir, "text")
    refused = flask(world, "keys", "drop", "text", old)
    assert refused.exit_code == 1
    assert "values are sealed under the text key" in refused.output
    assert opened(world)


def test_p35_a_key_is_not_dropped_while_somebody_is_setting_up_their_app(
    world: World,
) -> None:
    """The seed waits under the old key for a quarter of an hour; then the key may go."""
    database, folder, old = (
        world.parts.database,
        world.parts.settings.keys_dir,
        world.parts.keys.text.current,
    )
    with database.short_write() as session:
        factors.begin_app_setup(
            session, world.parts.keys, session.get_one(Person, world.iro().id)
        )
    rotation.add_key(database, folder, "text")
    rotation.use_key(database, folder, "text")
    with pytest.raises(rotation.KeyStillNeeded, match="1 values"):
        rotation.drop_key(database, folder, "text", old)
    with clock.set_clock(
        clock.now() + timedelta(minutes=factors.SETUP_MINUTES), everywhere=True
    ):
        rotation.drop_key(database, folder, "text", old)


def test_p35_a_value_that_does_not_open_is_left_alone_and_named(world: World) -> None:
    seal_everywhere(world)
    with world.parts.database.short_write() as session:
        bad = session.scalars(select(SealedText)).first()
        assert bad
        altered = bad.value[:-1] + bytes([bad.value[-1] ^ 1])
        session.execute(
            update(SealedText).where(SealedText.id == bad.id).values(value=altered)
        )
    done = flask(world, "keys", "rotate", "text", "--wait", "0")
    assert done.exit_code == 1
    assert bad.id in done.output
    assert "1 values do not open" in done.output
    with world.session() as session:
        assert session.get_one(SealedText, bad.id).value == altered
        others = session.scalars(
            select(SealedText).where(SealedText.id != bad.id)
        ).all()
        assert others
        assert world.parts.keys.text.current not in {row.key_id for row in others}
    assert flask(world, "reseal").exit_code == 1


def test_p35_nobody_waits_for_whom_resealing_waits(world: World) -> None:
    """A request holds a row, and wants its turn in the audit trail while re-sealing has that: the row is passed."""
    seal_everywhere(world)
    database, folder = world.parts.database, world.parts.settings.keys_dir
    rotation.add_key(database, folder, "text")
    rotation.use_key(database, folder, "text")
    with world.session(reading=False) as request:
        person = request.get_one(Person, world.lead().id)
        person.active = True
        request.execute(
            update(Person).where(Person.id == person.id).values(name="Lead Larch")
        )
        meanwhile = flask(world, "reseal")
        assert meanwhile.exit_code == 1
        assert ("Run the command again" in meanwhile.output) or (
            "were held by others" in meanwhile.output
        )
        assert "again" in meanwhile.output
        audit.write_entry(
            request, load_keys(folder).audit, "signed_in", person_id=person.id
        )
        request.commit()
    assert flask(world, "reseal").exit_code == 0
    assert {key_id for key_id, _ in opened(world)} >= {load_keys(folder).text.current}
    with world.session() as session:
        assert session.get_one(Person, world.lead().id).name == "Lead Larch"


def test_p35_what_changed_or_went_meanwhile_is_not_overwritten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new seed and a destroyed envelope, between reading and writing again."""
    seal_everywhere(world)
    database, folder, keys = (
        world.parts.database,
        world.parts.settings.keys_dir,
        world.parts.keys,
    )
    for name in ("text", "envelope"):
        rotation.add_key(database, folder, name)
        rotation.use_key(database, folder, name)
    write = reseal._write_batch

    def meanwhile(*arguments: object) -> int:
        with database.short_write() as session:
            person = session.get_one(Person, world.lead().id)
            person.totp_seed = factors._seal_seed(keys.text, person, "NEWSEEDNEWSEED22")
            session.execute(delete(Envelope))
        return write(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(reseal, "_write_batch", meanwhile)
    new = load_keys(folder)
    reseal._reseal_once(
        database, new, sealed.columns_of_ring("text")[-1], reseal.ResealResult(), 100
    )
    reseal.reseal_ring(database, new, "envelope")
    monkeypatch.undo()
    with world.session() as session:
        assert session.scalars(select(Envelope)).all() == []
        person = session.get_one(Person, world.lead().id)
        assert (
            factors._unseal_seed(new.text, person, person.totp_seed or b"")
            == "NEWSEEDNEWSEED22"
        )


def test_p35_keys_are_listed_by_id_and_rows_and_never_shown(world: World) -> None:
    seal_everywhere(world)
    rotation.add_key(world.parts.database, world.parts.settings.keys_dir, "text")
    listed = flask(world, "keys", "list").output
    keys = load_keys(world.parts.settings.keys_dir)
    lines = [line.split() for line in listed.splitlines()]
    assert ["envelope", keys.envelope.current, "seals", "2", "rows"] in lines
    assert [line[2] for line in lines if line[0] == "text"] == ["seals", "waiting"]
    for name in ("text", "envelope", "audit"):
        for line in (world.parts.settings.keys_dir / name).read_text().splitlines():
            assert line.split()[1] not in listed


def test_p35_the_digest_key_is_never_changed(lite: World) -> None:
    for verb in ("add", "use", "rotate"):
        assert flask(lite, "keys", verb, "digest").exit_code == 2


def test_p35_links_and_the_audit_trail_hold_under_new_keys_beside_the_old(
    world: World,
) -> None:
    before = world.invitation()
    token = world.token(before)
    for name in ("link", "audit", "session"):
        assert flask(world, "keys", "add", name).exit_code == 0
        assert flask(world, "keys", "use", name).exit_code == 0
    keyring.refresh_keys(world.app, at_once=True)
    after = World(world.app, instance(world.app), world.people)
    assert after.token(before) == token
    assert after.client().get(f"/r/{token}").status_code == 200
    assert (
        after.client().get(f"/r/{after.token(after.invitation())}").status_code == 200
    )
    assert flask(world, "verify").exit_code == 0
    audited(world)


@POSTGRESQL_MOSTLY
@pytest.mark.full
@pytest.mark.parametrize("kills", [2])
def test_p35_kills_of_resealing_lose_nothing_while_children_send_and_staff_read(
    true_world: World, monkeypatch: pytest.MonkeyPatch, kills: int
) -> None:
    monkeypatch.setattr(keyring, "EVERY_SECONDS", 0.0)
    with live.listening() as listener, live.served(true_world.app, listener) as url:
        came_to = run_of.run(
            true_world,
            int(url.rsplit(":", 1)[1]),
            rows=60 + 60 * kills,
            kills=kills,
            rate=15,
            batch=10,
            wait=0,
            sends=60,
        )
    assert came_to.holds, str(came_to)
    assert came_to.kills == kills
    assert came_to.rows == 61 + 60 * kills + came_to.acked
    assert came_to.acked > 5


@ON_POSTGRESQL
@pytest.mark.full
@pytest.mark.long
def test_p35_five_kills_in_ten_thousand_rows_and_twenty_requests_a_second(
    true_world: World, tmp_path: Path
) -> None:
    settings = {"mode": "test", "log_level": "WARNING", "second_factor": "may_skip"}
    more = {
        "keys_dir": tmp_path / "keys",
        "database_url": true_world.parts.settings.database_url,
    }
    with live.gunicorn(settings | more, tmp_path) as site:
        came_to = run_of.run(true_world, site.port)
    assert came_to.holds, str(came_to)
    assert came_to.kills == 5
    assert came_to.requests > 20 * run_of.LEAST_SECONDS
