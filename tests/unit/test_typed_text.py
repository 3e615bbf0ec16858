"""What people type and paste: what looks the same is the same, and what shows nothing says nothing."""

from __future__ import annotations

import time

import pytest

from feedback_app.accounts.second_step.codes import normalise_code
from feedback_app.typed_text import (
    BadAddress,
    clean_address,
    clean_line,
    clean_reference,
    clean_text,
    is_visible,
    plain_digits,
    reference_key,
)


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("RF 1001 A", "RF\u00a01001\u2003A"),
        ("RF 1001 A", "  RF  1001\tA\r\n"),
        ("RF-1004", "RF-1004\u200b"),
        ("RF-1004", "\ufeffRF\u2011\u00ad1004"),
        ("RF-1004", "RF\u20131004"),
        ("RF-1004", "RF\u20141004"),
        ("RF-1004", "RF\u22121004"),
        ("RF-1004", "RF--1004"),
        ("RF-1004", "\uff32\uff26\uff0d\uff11\uff10\uff10\uff14"),
        ("RF-1004", "RF-\u0661\u0660\u0660\u0664"),
        ("Z\u00e9-1009", "Ze\u0301-1009"),
        ("B\u00e9a 71", "be\u0301a\u202f71"),
        ("case 0815", "CASE  0815"),
        ("stra\u00dfe 1", "STRASSE 1"),
        ("x 1", "\u3164x\u2800 1\ufe0f"),
        ("x 1", "x\u20281"),
    ],
)
def test_a_reference_that_looks_the_same_is_the_same(typed: str, other: str) -> None:
    assert reference_key(typed) == reference_key(other)
    assert clean_reference(clean_reference(other)) == clean_reference(other)
    assert reference_key(clean_reference(other)) == reference_key(typed)


@pytest.mark.parametrize(
    ("one", "other"), [("CP-1", "CP-2"), ("CP 1", "CP1"), ("O1", "01")]
)
def test_a_reference_that_looks_different_is_another(one: str, other: str) -> None:
    assert reference_key(one) != reference_key(other)


BLANKS = [
    "",
    " ",
    "\n\t",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\u200b\u200b",
    "\ufeff",
    "\u00ad",
    "\u2060",
    "\u034f",
    "\u115f",
    "\u3164",
    "\uffa0",
    "\u2800",
    "\ufe0f",
    "\U000e0041",
    "\U000e0100",
    "\u202e",
    "\x07\x1b",
    "\ue000",
    "\ufdd0",
    "\U000f0000",
]


@pytest.mark.parametrize("blank", BLANKS)
def test_a_blank_of_any_kind_is_nothing_to_see(blank: str) -> None:
    assert not is_visible(blank)
    assert clean_reference(blank) == ""
    assert is_visible(f"{blank}x{blank}")


@pytest.mark.parametrize(
    "shown", ["x", "7", "?", "\u0645", "\u5b57", "\N{DOG FACE}", "\u0e40", "-"]
)
def test_a_letter_a_digit_or_a_sign_of_any_script_is(shown: str) -> None:
    assert is_visible(shown)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("duty@council.example", "duty@council.example"),
        (" Duty@Council.Example ", "duty@council.example"),
        ("duty@council.example\u200b", "duty@council.example"),
        ("duty\u00ad@council.exa\x07mple", "duty@council.example"),
        ("o'neil+x@council.example", "o'neil+x@council.example"),
        ("duty@b\u00fccher.example", "duty@xn--bcher-kva.example"),
        ("\uff44uty\uff20council.example", "duty@council.example"),
    ],
)
def test_an_address_is_kept_as_a_server_takes_it(typed: str, kept: str) -> None:
    assert clean_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "duty",
        "duty@",
        "@council.example",
        "mailto:duty@council.example",
        "https://council.example/duty@x.example",
        "duty@council.example.",
        "duty@council..example",
        "duty@.council.example",
        ".duty@council.example",
        "du..ty@council.example",
        "duty.@council.example",
        "duty@council",
        "duty@127.0.0.1",
        "duty@-council.example",
        "\u0430dmin@council.example",
        "one@two@council.example",
        "Duty <duty@council.example>",
        "duty@council.example,other@council.example",
        "x" * 65 + "@council.example",
        "\u0130" * 200,
        "duty@" + "x" * 64 + ".example",
    ],
)
def test_an_address_that_cannot_be_reached_is_refused(typed: str) -> None:
    with pytest.raises(BadAddress, match="type an address like"):
        clean_address(typed)


def test_no_address_takes_long_to_judge() -> None:
    began = time.process_time()
    for piece in ("a.", "a@", "@a", "a-", "\u0301", "a."):
        with pytest.raises(BadAddress):
            clean_address(piece * 4000)
    assert time.process_time() - began < 0.1


def test_digits_of_every_keyboard_are_digits() -> None:
    assert plain_digits("\u0661\u0662\u06f3\u0967\uff15x") == "12315x"


def test_a_line_is_one_line_and_a_text_keeps_its_lines() -> None:
    assert clean_line(" Asha\r\n\tof\x07 Oak\u2028Lane ") == "Asha of Oak Lane"
    assert clean_line(None) == ""
    assert clean_text(" one\r\ntwo\x1b ") == "one\ntwo"
    assert len(clean_text("a\r\n" * 1800)) == 3599


def test_a_code_of_the_second_step_is_read_in_the_digits_of_any_keyboard() -> None:
    for typed in (
        "123456",
        "\u0661\u0662\u0663\u0664\u0665\u0666",
        "\u06f1\u06f2\u06f3 \u06f4\u06f5\u06f6",
    ):
        assert normalise_code(typed) == "123456"
