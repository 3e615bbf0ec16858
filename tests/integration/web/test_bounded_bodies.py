"""What anybody may send is measured before it is taken apart: a megabyte of fields stalls nobody."""

from __future__ import annotations

import time

from bench.support.world import World
from feedback_app.web.request_bodies import MOST_FIELDS

FIELDS = b"a=1&" * 260_000
URLENCODED = "application/x-www-form-urlencoded"


def test_a_megabyte_of_fields_is_refused_in_no_time_with_at_most_200_on_the_page(
    world: World,
) -> None:
    client = world.app.test_client()
    client.post("/r", data=b"q-better=warm", content_type=URLENCODED)
    began = time.process_time()
    refused = client.post("/r", data=FIELDS, content_type=URLENCODED)
    assert time.process_time() - began < 0.3
    assert refused.status_code == 413
    assert refused.text.count('name="a"') == MOST_FIELDS
    assert len(refused.data) < 30_000


def test_the_words_before_too_many_fields_are_still_on_the_page(world: World) -> None:
    form = world.form(world.invitation(), {}, {"better": "my own words"})
    pairs = [f"{name}={value}" for name, values in form.items() for value in values]
    body = "&".join(pairs).replace(" ", "+").encode() + b"&a=1" * 300
    refused = world.app.test_client().post("/r", data=body, content_type=URLENCODED)
    assert refused.status_code == 413
    assert "my own words" in refused.text


def test_what_is_too_big_is_counted_by_address(world: World) -> None:
    most = world.parts.settings.big_send_misses
    client = world.app.test_client()
    answers = [
        client.post("/r", data=FIELDS, content_type=URLENCODED).status_code
        for _one in range(most + 2)
    ]
    assert answers == [413] * most + [429] * 2
    other = client.post(
        "/r",
        data=FIELDS,
        content_type=URLENCODED,
        environ_base={"REMOTE_ADDR": "192.0.2.9"},
    )
    assert other.status_code == 413
    form = world.form(world.invitation(), {}, {"better": "my own words"})
    assert client.post("/r", data=form).status_code == 200


def test_a_staff_form_of_half_a_million_fields_costs_nothing_either(
    lite: World,
) -> None:
    client = lite.sign_in(lite.administrator())
    body = FIELDS[: 250 * 1024]
    began = time.process_time()
    refused = client.http.post("/admin/invite", data=body, content_type=URLENCODED)
    assert time.process_time() - began < 0.3
    assert refused.status_code == 400


def test_whoever_must_wait_is_told_how_long(world: World) -> None:
    client = world.client()
    for number in range(21):
        answer = client.http.get(f"/r/guess{number}")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"
