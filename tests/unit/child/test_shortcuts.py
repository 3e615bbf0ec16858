"""Where a visit leaves the usual layers, it gives what the usual way gives (docs/decisions/0006)."""

from __future__ import annotations

import gzip

from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_app.child.packed import Pieces


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=2000), st.text(max_size=400), st.text(max_size=2000))
def test_a_packed_page_unpacks_to_exactly_the_plain_one(
    before: str, between: str, after: str
) -> None:
    page = "".join(
        piece.replace("T", "t").encode("utf-8", "ignore").decode()
        for piece in (before,)
    )
    page += "TOKEN" + between.replace("T", "t").encode("utf-8", "ignore").decode()
    page += "TSTAMP" + after.replace("T", "t").encode("utf-8", "ignore").decode()
    pieces = Pieces.split_page(page, "TOKEN", "TSTAMP")
    assert gzip.decompress(pieces.as_gzip("a-token", "a.stamp")) == pieces.as_plain(
        "a-token", "a.stamp"
    )
    assert pieces.as_plain("a-token", "a.stamp").decode() == page.replace(
        "TOKEN", "a-token"
    ).replace("TSTAMP", "a.stamp")
