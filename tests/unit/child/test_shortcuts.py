"""Where a visit leaves the usual layers, it gives what the usual way gives (docs/decisions/0006)."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from feedback_app.child.form import read_fields, sent_form
from feedback_app.child.packed import Pieces

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
NAMES = st.from_regex(r"\A[a-z][a-z0-9_-]{0,20}\Z")
FORMS = st.dictionaries(NAMES, st.lists(WORDS, min_size=1, max_size=3), max_size=6)


def request_of(data: dict[str, list[str]]) -> Request:
    """A request as a client that knows the standard writes it."""
    return Request(EnvironBuilder(method="POST", data=data, content_type="multipart/form-data").get_environ())


def as_a_browser_writes(data: dict[str, list[str]], edge: str) -> bytes:
    """The body as browsers write a form of plain fields (HTML standard, multipart/form-data encoding algorithm)."""
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, values in data.items()
        for value in values
    ]
    return ("".join(parts) + f"--{edge}--\r\n").encode()


@settings(max_examples=200, deadline=None)
@given(FORMS)
def test_p27_a_browsers_form_is_read_as_the_general_reader_reads_it(data: dict[str, list[str]]) -> None:
    edge = "----WebKitFormBoundaryAbCdEf"
    body = as_a_browser_writes(data, edge)
    usual = Request(
        EnvironBuilder(
            method="POST", input_stream=None, data=body, content_type=f"multipart/form-data; boundary={edge}"
        ).get_environ()
    )
    found = read_fields(body, edge.encode())
    assert found == usual.form.to_dict(flat=False) == data


@settings(max_examples=60, deadline=None)
@given(FORMS)
def test_whatever_a_client_writes_is_read_one_way_or_the_other(data: dict[str, list[str]]) -> None:
    with Flask(__name__).app_context():
        assert sent_form(request_of(data)) == request_of(data).form.to_dict(flat=False)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    found = read_fields(body, b"edge")
    assert found is None or isinstance(found, dict)


def test_a_file_among_the_fields_goes_to_the_general_reader() -> None:
    body = b'--e\r\nContent-Disposition: form-data; name="a"; filename="x.txt"\r\n\r\nwords\r\n--e--\r\n'
    assert read_fields(body, b"e") is None


def test_p29_the_requests_own_limit_holds() -> None:
    request = request_of({"q-better": ["x" * 5000]})
    request.max_content_length = 1000
    with pytest.raises(RequestEntityTooLarge):
        sent_form(request)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=2000), st.text(max_size=400), st.text(max_size=2000))
def test_a_packed_page_unpacks_to_exactly_the_plain_one(before: str, between: str, after: str) -> None:
    page = "".join(piece.replace("T", "t").encode("utf-8", "ignore").decode() for piece in (before,))
    page += "TOKEN" + between.replace("T", "t").encode("utf-8", "ignore").decode()
    page += "TSTAMP" + after.replace("T", "t").encode("utf-8", "ignore").decode()
    pieces = Pieces.split_page(page, "TOKEN", "TSTAMP")
    assert gzip.decompress(pieces.as_gzip("a-token", "a.stamp")) == pieces.as_plain("a-token", "a.stamp")
    assert pieces.as_plain("a-token", "a.stamp").decode() == page.replace("TOKEN", "a-token").replace(
        "TSTAMP", "a.stamp"
    )
