"""Two managers store the same file at the same moment: it is stored once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from werkzeug.test import TestResponse

from bench.support.client import CheckedClient
from bench.support.world import World
from tests.support.sheets import as_csv, carried_fields, check_file, review_rows
from tests.support.tables import counts


def test_the_same_file_stored_twice_at_once_is_stored_once(world: World) -> None:
    content = as_csv(review_rows(60, world.iro().email))
    ready = threading.Barrier(2)
    sends: list[tuple[CheckedClient, dict[str, str]]] = []
    for name in ("Manager Maple", "Manager Myrtle"):
        client = world.sign_in(world.manager(name))
        fields = carried_fields(check_file(client, content))
        sends.append((client, fields | {"csrf_token": client.guard("/manager/imports")}))  # fmt: skip

    def store(send: tuple[CheckedClient, dict[str, str]]) -> TestResponse:
        ready.wait()
        return send[0].http.post(
            "/manager/imports/store", data=send[1], content_type="multipart/form-data"
        )

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(store, sends))
    assert sorted(one.status_code for one in answers) == [200, 303]
    late = next(one for one in answers if one.status_code == 200)
    assert "All of it is here already" in late.text
    rows = counts(world.parts.database.engine)
    assert (rows["imported_review"], rows["review_reference"]) == (60, 60)


def test_one_form_pressed_twice_at_once_is_stored_once(world: World) -> None:
    client = world.sign_in(world.manager())
    page = check_file(client, as_csv(review_rows(20, world.iro().email)))
    fields = carried_fields(page) | {"form_key": "pressed twice"}
    fields["csrf_token"] = client.guard("/manager/imports")
    ready = threading.Barrier(2)

    def store(_press: int) -> TestResponse:
        own = CheckedClient(world.app)
        own.http._cookies = client.http._cookies.copy()  # type: ignore[union-attr]
        ready.wait()
        return own.http.post(
            "/manager/imports/store", data=fields, content_type="multipart/form-data"
        )

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(store, range(2)))
    assert {(one.status_code, one.location) for one in answers} == {
        (303, "/manager/imports")
    }
    assert counts(world.parts.database.engine)["imported_review"] == 20
