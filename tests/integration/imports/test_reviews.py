"""A month of reviews from the case system: every fault named by row, all or nothing, and twice without doubling."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bench.support.client import CheckedClient
from bench.support.world import World
from feedback_app.imports.imported_reviews import review_digest
from feedback_app.invitations.references import reference_digest
from feedback_app.models.review import ColumnMap, ImportedReview, ReviewReference
from feedback_app.models.running import AuditEntry
from feedback_app.privacy.cipher import unseal_text
from tests.support.sheets import (
    SSD,
    TODAY,
    Row,
    as_csv,
    as_other,
    as_xlsx,
    check_file,
    review_rows,
    send_on,
    store_file,
)
from tests.support.tables import contents, counts, every_byte

COLUMN = {name: at for at, name in enumerate(SSD)}
FAULTS: dict[int, tuple[str, str | date, str]] = {
    12: ("clar_cla_review_id", "", "Write the number of the review"),
    31: ("clar_cla_review_id", "700001", "Row 2 has the same review"),
    44: ("IRO", "", "Write the IRO’s e-mail"),
    57: ("IRO", "Officer Nobody", "Nobody here is called “Officer Nobody”"),
    60: ("IRO", "Officer Gone", "Officer Gone has left"),
    61: ("IRO", "Manager Maple", "Manager Maple is not an IRO here"),
    62: ("IRO", "Officer Twin", "2 IROs are called “Officer Twin”"),
    88: ("clar_cla_review_date", "10/14/2026", "“10/14/2026” is not a date"),
    102: ("clar_cla_review_date", TODAY + timedelta(days=1), "still to come"),
    119: ("clar_cla_review_date", date(2021, 9, 30), "too long ago"),
    140: ("clar_cla_review_due_date", "soon", "“soon” is not a date"),
    177: ("clar_cla_review_participation", "PN8", "“PN8” is no participation code"),
    203: ("clar_cla_review_participation", "", "Write the participation code"),
    250: ("clar_cla_review_last_iro_contact_date", TODAY, "This is after the review"),
    301: ("Reference", "Amber Ash", "This looks like a name"),
    333: ("Reference", "943 476 5919", "looks like a NHS number"),
    334: ("Reference", "AB123456C", "looks like a National Insurance number"),
    335: ("Reference", "H801200001001", "looks like a UPN"),
    401: ("Reference", "9" * 61, "at most 60 characters"),
    402: ("Age", "14/03/2015", "Never a date of birth"),
    500: ("Age", "x" * 401, "Shorten it to 400 characters"),
}
"""Row of the spreadsheet -> heading, what is planted there, what is said of it."""


def officers(world: World) -> str:
    """Those whom the faults name; the e-mail of the one who is right."""
    world.manager()
    gone = world.iro("Officer Gone")
    world.iro("Officer Twin")
    twin = world.person("Officer Twim", "iro")
    with world.parts.database.short_write() as session:
        session.merge(gone).active = False
        session.merge(twin).name = "Officer Twin"
    return world.iro("Officer Oak").email


def planted(rows: list[Row]) -> list[Row]:
    """The same rows with a fault in each of those named."""
    wrong = [list(row) for row in rows]
    for number, (heading, cell, _said) in FAULTS.items():
        wrong[number - 1][COLUMN[heading]] = cell
    return wrong


def said_by_row(page: str) -> dict[int, tuple[str, str]]:
    """Row -> heading and words, of the table of what is wrong."""
    found = re.findall(
        r'<th scope="row">Row (\d+)</th><td[^>]*><bdi>(.*?)</bdi></td><td[^>]*><span[^>]*>(.*?)</span>',
        page,
    )
    return {int(row): (html.unescape(h), html.unescape(w)) for row, h, w in found}


def stored(world: World) -> list[ImportedReview]:
    with world.session() as session:
        return list(session.scalars(select(ImportedReview)))


def manager(world: World) -> CheckedClient:
    return world.sign_in(world.manager())


def test_every_planted_fault_is_named_by_row_and_nothing_is_stored(
    world: World,
) -> None:
    rows = review_rows(500, officers(world))
    client = manager(world)
    client.get("/manager/imports")
    before = counts(world.parts.database.engine)
    page = check_file(client, as_csv(planted(rows)), expect=400)
    said = said_by_row(page.text)
    assert sorted(said) == sorted(FAULTS)
    for number, (heading, _cell, words) in FAULTS.items():
        assert said[number][0] == heading
        assert words in said[number][1], (number, said[number])
    assert "Store all of it" not in page.text
    send_on(client, page, expect=400)
    assert counts(world.parts.database.engine) == before
    corrected = store_file(client, as_csv(rows))
    assert "500 reviews: 500 new." in corrected
    assert len(stored(world)) == 500


def test_the_same_file_twice_doubles_nothing_and_what_changed_changes(
    world: World,
) -> None:
    rows = review_rows(40, officers(world))
    client = manager(world)
    store_file(client, as_csv(rows))
    tables = ("imported_review", "review_reference", "column_map")
    before = contents(world.parts.database.engine, tables)
    again = check_file(client, as_csv(rows))
    assert "All of it is here already" in again.text
    send_on(client, again, expect=200)
    assert contents(world.parts.database.engine, tables) == before

    changed = [list(row) for row in rows]
    changed[1][COLUMN["clar_cla_review_participation"]] = "pn 7"
    changed[2][COLUMN["Reference"]] = "RF-90001"
    changed[3][COLUMN["Reference"]] = ""  # keeps the one that stands
    changed.append([*review_rows(41, "officer oak")[41]])
    assert "3 reviews: 1 new, 2 changed." in store_file(client, as_csv(changed))
    with world.session() as session:
        rows_now = {row.case_digest: row for row in session.scalars(select(ImportedReview))}  # fmt: skip
        assert len(rows_now) == 41
        keys = world.parts.keys
        assert rows_now[review_digest(keys, "700001")].pn_code == "PN7"
        references = select(ReviewReference.reference_digest)
        found = set(session.scalars(references))
        assert len(found) == 41
        assert reference_digest(keys, "RF-90001") in found
        assert reference_digest(keys, "RF-00002") not in found
        entries = select(AuditEntry.reason).where(AuditEntry.what == "imported")
        assert list(session.scalars(entries)) == [
            "reviews: 40 new, 0 changed, 0 as they were",
            "reviews: 1 new, 2 changed, 38 as they were",
        ]


def test_a_reference_is_sealed_and_no_number_of_the_case_system_is_kept(
    world: World, tmp_path: Path
) -> None:
    rows = review_rows(3, officers(world))
    rows[1][COLUMN["Reference"]] = "SENTINEL-471"
    rows[1][0] = "88442266"
    store_file(manager(world), as_csv(rows))
    every = every_byte(world.parts.database.engine)
    for secret in (b"SENTINEL-471", b"88442266"):
        assert secret not in every
        for file in tmp_path.rglob("*"):
            assert not file.is_file() or secret not in file.read_bytes()
    with world.session() as session:
        sealed = session.scalars(select(ReviewReference)).all()
        opened = {
            unseal_text(
                world.parts.keys.envelope,
                one.value,
                table="review_reference",
                column="value",
                row=one.review_id,
            )
            for one in sealed
        }
    assert opened == {"SENTINEL-471", "RF-00002", "RF-00003"}


def test_a_reference_whose_clock_ran_out_is_never_stored_nor_revived(
    world: World,
) -> None:
    rows = review_rows(2, officers(world))
    old = date(
        2026, 8, 31
    )  # the envelope's 28 days after August are over on 28 September
    rows[1][COLUMN["clar_cla_review_date"]] = old
    rows[1][COLUMN["clar_cla_review_due_date"]] = old
    rows[1][COLUMN["clar_cla_review_last_iro_contact_date"]] = ""
    client = manager(world)
    page = check_file(client, as_csv(rows))
    assert "1 references are not kept" in page.text
    send_on(client, page)
    with world.session() as session:
        assert len(session.scalars(select(ReviewReference)).all()) == 1
    assert "All of it is here already" in check_file(client, as_csv(rows)).text


def test_csv_in_every_writing_and_a_spreadsheet_are_read_the_same(
    world: World,
) -> None:
    rows = review_rows(12, "Officer Oak")
    officers(world)
    client = manager(world)
    store_file(client, as_xlsx(rows))
    before = contents(world.parts.database.engine, ("imported_review",))
    for content in (
        as_csv(rows),
        as_csv(rows, delimiter=";", encoding="cp1252"),
        as_csv(rows, delimiter="\t", encoding="utf-16"),
        as_csv([["Reviews of October"], [], *rows], encoding="utf-8"),
    ):
        assert "All of it is here already" in check_file(client, content).text
    assert contents(world.parts.database.engine, ("imported_review",)) == before


@pytest.mark.full
@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_what_another_program_saves_is_read_the_same(
    world: World, tmp_path: Path, kind: str
) -> None:
    rows = review_rows(12, officers(world))
    client = manager(world)
    store_file(client, as_csv(rows))
    content = as_other(as_xlsx(rows), kind, tmp_path)
    assert "All of it is here already" in check_file(client, content).text


def test_columns_of_other_names_are_chosen_once_and_remembered(world: World) -> None:
    rows = review_rows(4, officers(world))
    rows[0] = ["Nr", "Episode", "Termin", "War am", "PN", "Zuletzt", "Wer", "Akte", "Jahre"]  # fmt: skip
    client = manager(world)
    page = check_file(client, as_csv(rows), expect=400)
    assert "Choose the column that holds this" in page.text
    chosen = {
        "column_review_id": "0",
        "column_iro": "6",
        "column_due_on": "2",
        "column_held_on": "3",
        "column_pn_code": "4",
        "column_reference": "7",
    }
    seen = send_on(client, page, chosen, to="/manager/imports", expect=200)
    send_on(client, seen)
    with world.session() as session:
        kept = session.scalars(select(ColumnMap)).all()
        assert ("iro", "Wer") in {(one.field, one.heading) for one in kept}
    assert "All of it is here already" in check_file(client, as_csv(rows)).text


def test_a_column_chosen_twice_is_said_and_a_childs_name_is_never_offered(
    world: World,
) -> None:
    rows = review_rows(2, officers(world))
    rows[0][0] = "Nr"
    for at, heading in enumerate(
        ("Date of birth", "NHS number", "Child's name", "UPN", "Surname")
    ):
        rows[0].insert(at, heading)
        for row in rows[1:]:
            row.insert(at, "x")
    client = manager(world)
    page = check_file(client, as_csv(rows), expect=400)
    offered = set(re.findall(r"<option[^>]*>(.*?)</option>", page.text))
    assert offered == {"Not in this file", "Nr", *SSD[1:]}
    twice = {"column_review_id": "6", "column_due_on": "6"}
    page = send_on(client, page, twice, to="/manager/imports", expect=400)
    assert "chosen for something else too" in page.text
    # A column that is not offered is not taken either.
    page = send_on(client, page, {"column_review_id": "0"}, to="/manager/imports", expect=400)  # fmt: skip
    assert "Choose the column that holds this" in page.text


def test_what_a_file_lacks_keeps_what_stands(world: World) -> None:
    rows = review_rows(2, officers(world))
    client = manager(world)
    store_file(client, as_csv(rows))
    fewer = [[row[0], row[6], row[3], row[4]] for row in rows]
    fewer[1][3] = "PN6"
    assert "1 review: 1 changed." in store_file(client, as_csv(fewer))
    first = next(one for one in stored(world) if one.pn_code == "PN6")
    assert (first.band, first.due_on) == ("8-11", rows[1][2])


def test_nobody_else_opens_what_a_page_carries_and_not_after_half_an_hour(
    world: World,
) -> None:
    page = check_file(manager(world), as_csv(review_rows(1, officers(world))))
    other = world.sign_in(world.manager("Manager Myrtle"))
    answer = send_on(other, page, expect=400)
    assert "Choose it again" in answer.text
    assert stored(world) == []
