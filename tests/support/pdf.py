"""PDF as other programs read it: its words, its pages as pictures, the codes on them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import zxingcpp
from PIL import Image


def pdf_words(made: bytes, folder: Path) -> str:
    """The words in reading order, white space folded (poppler)."""
    file = folder / "read.pdf"
    file.write_bytes(made)
    said = subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True)
    return " ".join(said.stdout.decode().split())


def pdf_codes(made: bytes, folder: Path) -> list[list[str]]:
    """What a camera reads off each page: rows from the top down, each from the left (poppler, zxing)."""
    file = folder / "seen.pdf"
    file.write_bytes(made)
    subprocess.run(["pdftoppm", "-r", "110", "-png", file, folder / "seen"], check=True)
    found = []
    for picture in sorted(folder.glob("seen-*.png")):
        codes = zxingcpp.read_barcodes(
            Image.open(picture),
            formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        )
        places = [(one.position.top_left, one.text) for one in codes]
        ordered = sorted(places, key=lambda at: (round(at[0].y / 60), at[0].x))
        found.append([text for _, text in ordered])
        picture.unlink()
    return found
