"""Covered words: what is marked never stands at its place, and the rest stays as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_app.privacy.covered import (
    KINDS,
    Span,
    cover_words,
    keep_apart,
    read_spans,
    suggest_spans,
    text_pieces,
    write_spans,
)

INSTEAD = {kind: f"[{kind}]" for kind in KINDS}
TEXTS = st.text(min_size=1, max_size=80) | st.sampled_from(
    ["e\u0301te\u0301 \U0001f469\u200d\U0001f467 Zo\u0065\u0308", "Hi Sam. Sam!"]
)


def found(text: str) -> list[tuple[str, str]]:
    """What is suggested, with its kind."""
    return [(text[one.start : one.end], one.kind) for one in suggest_spans(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I like Priya and Mum.", [("Priya", "name")]),
        ("She is called kai. Kai is nice", [("kai", "name"), ("Kai", "name")]),
        ("Ring 07700 900123 please", [("07700 900123", "number")]),
        ("mail me@home.example or @kai_01", [("me@home.example", "handle"), ("@kai_01", "handle")]),
        ("I go to Oak Hill Primary School", [("Oak Hill Primary School", "school")]),
        ("we live at SW1A 1AA", [("SW1A 1AA", "place")]),
        ("It was good. On Monday I said no. My IRO came.", []),
    ],
)  # fmt: skip
def test_what_may_name_somebody_is_suggested(
    text: str, wanted: list[tuple[str, str]]
) -> None:
    assert found(text) == wanted


@given(TEXTS, st.data())
def test_no_covered_word_is_left_at_its_place(text: str, data: st.DataObject) -> None:
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    marked = data.draw(st.lists(ends, max_size=5))
    spans = keep_apart(Span(min(two), max(two)) for two in marked if two[0] != two[1])
    kept, here = [], 0
    for span in spans:
        kept.append(text[here : span.start])
        here = span.end
    kept.append(text[here:])
    assert cover_words(text, spans, INSTEAD) == "[word]".join(kept)
    assert read_spans(write_spans(spans).split(), len(text)) == spans


@given(TEXTS)
def test_the_pieces_are_the_text_and_suggestions_lie_apart(text: str) -> None:
    assert "".join(piece.text for piece in text_pieces(text, ())) == text
    spans = suggest_spans(text)
    assert keep_apart(spans) == spans


@pytest.mark.parametrize("typed", ["1-1:word", "0-9:word", "0-1:else", "x", "0-1"])
def test_what_is_no_place_of_the_text_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"no span|outside"):
        read_spans([typed], 5)
