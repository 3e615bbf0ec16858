"""Contact sheets: which kinds are asked for by words, and how pictures stand on a sheet."""

from __future__ import annotations

import io

from PIL import Image

from tools.contact_sheets import GAP, IN_A_ROW, find_kinds, join_pictures


def test_words_choose_the_kinds_and_english_where_no_language_is_named() -> None:
    assert {kind.language for kind in find_kinds([])} == {"en"}
    chosen = find_kinds(["safeguarding", "easy"])
    assert chosen
    assert {(kind.survey, kind.look) for kind in chosen} == {("safeguarding", "easy")}
    assert find_kinds(["no-such-survey"]) == []


def test_pictures_stand_in_rows_in_their_order() -> None:
    pictures = []
    for shade in range(IN_A_ROW + 1):
        kept = io.BytesIO()
        Image.new("RGB", (4, 6), (shade * 20, 0, 0)).save(kept, "PNG")
        pictures.append(kept.getvalue())
    sheet = join_pictures(pictures)
    assert sheet.size == (GAP + IN_A_ROW * (4 + GAP), GAP + 2 * (6 + GAP))
    assert sheet.getpixel((GAP + 1, GAP + 1)) == (0, 0, 0)
    assert sheet.getpixel((2 * GAP + 5, GAP + 1)) == (20, 0, 0)
    assert sheet.getpixel((GAP + 1, 2 * GAP + 7)) == (IN_A_ROW * 20, 0, 0)
