"""A link and its four words as people open, copy and type them; and the mark that tells links apart."""

from __future__ import annotations

import pytest

from feedback_app.invitations.tokens import (
    code_words,
    derive_secret,
    find_token,
    is_mark,
    mark_of,
    token_of,
    typed_words,
)

SECRET = derive_secret(b"k" * 32, "invitation", 1)
TOKEN = token_of(SECRET)


@pytest.mark.parametrize(
    "opened",
    [
        "{}",
        "{}.",
        "{},",
        '"{}"',
        "<{}>",
        "({})",
        "{}%20",
        "{}/",
        "{}\u200b",
        "\ufeff{}",
        "{}\u00a0",
        "https://feedback.council.example/r/{}",
        "https://feedback.council.example/r/{}?language=pl#s-1",
        "https%3A%2F%2Ffeedback.council.example%2Fr%2F{}",
        "https%253A%252F%252Ffeedback.council.example%252Fr%252F{}",
        "This is the link: https://feedback.council.example/r/{}, please use it",
    ],
)
def test_a_token_is_found_in_what_people_open_and_paste(opened: str) -> None:
    assert find_token(opened.format(TOKEN)) == TOKEN


def test_a_token_with_an_invisible_character_inside_is_found() -> None:
    assert find_token(f"{TOKEN[:20]}\u200b\u00ad{TOKEN[20:]}") == TOKEN


@pytest.mark.parametrize("other", ["", "x", TOKEN[1:], TOKEN + "A", "A" + TOKEN, "é"])
def test_what_is_shorter_or_longer_than_a_token_is_none(other: str) -> None:
    assert find_token(other) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "{0} {1} {2} {3}",
        " {0}-{1}.{2},{3}! ",
        "{0}\n{1}\t{2}\u00a0{3}",
        "{0} and {1} and {2} and {3}",
        "{0} & {1} & {2} & {3}",
        "\ufeff{0} {1} {2}\u200b {3}",
    ],
)
def test_four_words_are_read_as_people_type_them(typed: str) -> None:
    words = code_words(SECRET).split()
    assert typed_words(typed.format(*words)) == words
    assert typed_words(typed.format(*words).upper()) == words


def test_an_invisible_space_inside_a_word_and_wide_letters_do_not_count() -> None:
    assert typed_words("ap\u200bple \uff50\uff45\uff41\uff52 plu\u00adm oak") == [
        "apple",
        "pear",
        "plum",
        "oak",
    ]


def test_marks_tell_links_apart_and_hold_nothing_of_a_token() -> None:
    tokens = [token_of(derive_secret(b"k" * 32, "one", n)) for n in range(2000)]
    marks = {mark_of(token) for token in tokens}
    assert len(marks) == len(tokens)
    assert all(is_mark(mark) for mark in marks)
    assert not [1 for token in tokens if mark_of(token) in token]
    assert not is_mark("")
    assert not is_mark(marks.pop() + ";")
