"""A survey's page in pieces, compressed once: only the link's mark, the link and the stamp differ from child to child.

gzip allows pieces that were deflated apart to be joined. What stands around those values is deflated when the page is
first drawn; the values go between as they are, in what deflate calls stored blocks. A piece may point back at the
pieces before it, as long as what stands between is as long as its stand-in: so are all values but the last, whose
length differs. Compressing the whole page anew takes about half a millisecond of a load that now takes one
(docs/figures.md).
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""A gzip header (RFC 1952): deflate, no name, no time, packed as small as can be."""
BEST = 9
MEMORIES = range(4, zlib.DEF_MEM_LEVEL + 1)
"""How much the packer may hold before it begins a new block: which is best depends on the page, by a hundred bytes."""
LEAST_TO_DEFLATE = 100
"""Bytes of a piece below which deflating it would make it longer."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """One kind of page, plain and deflated: what stands before, between and after the values, in order."""

    plain: tuple[bytes, ...]
    packed: tuple[bytes, ...]
    lengths: tuple[int, ...]
    """Bytes that each value takes, but the last."""

    @classmethod
    def split_page(cls, page: str, *places: str) -> Pieces:
        """The pieces of a page that was drawn with stand-ins, each of which stands in it once, in this order.

        All but the last are as long as the values that take their places.
        Raises ValueError where one is not there, or twice.
        """
        plain = []
        for place in places:
            before, page = page.split(place)
            plain.append(before.encode())
        plain.append(page.encode())
        lengths = tuple(len(place.encode()) for place in places[:-1])
        packed, behind = [], b""
        for piece, length in zip(plain, (*lengths, 0), strict=False):
            packed.append(
                _deflate(piece, zlib.Z_FULL_FLUSH, behind)
                if len(piece) > LEAST_TO_DEFLATE
                else _store(piece)
            )
            behind += piece + bytes(length)
        last = _deflate(plain[-1], zlib.Z_FINISH, b"")
        return cls(tuple(plain), (*packed, last), lengths)

    def as_plain(self, *values: str) -> bytes:
        """The page for whoever takes no gzip."""
        return b"".join(_alternate(self.plain, [value.encode() for value in values]))

    def as_gzip(self, *values: str) -> bytes:
        """The same as a gzip member: unpacking it gives exactly `as_plain`."""
        filled = [value.encode() for value in values]
        if tuple(map(len, filled[:-1])) != self.lengths:
            return gzip.compress(self.as_plain(*values), BEST, mtime=0)
        check = length = 0
        for part in _alternate(self.plain, filled):
            check = zlib.crc32(part, check)
            length += len(part)
        packed = _alternate(self.packed, [_store(value) for value in filled])
        return b"".join((HEAD, *packed, struct.pack("<II", check, length)))


def _alternate(pieces: Sequence[bytes], values: Sequence[bytes]) -> list[bytes]:
    """The first piece, the first value, the second piece and so on; there is one piece more than values."""
    pairs = zip(pieces, (*values, b""), strict=True)
    return [part for pair in pairs for part in pair]


def _store(piece: bytes) -> bytes:
    """A stored block: as it is, with its length before it."""
    return struct.pack("<BHH", 0, len(piece), len(piece) ^ 0xFFFF) + piece


def _deflate(piece: bytes, ending: int, before: bytes) -> bytes:
    """Raw deflate, ended at a whole byte; it may point back at what stands `before` it."""
    packed = []
    for memory in MEMORIES:
        packer = zlib.compressobj(
            BEST, zlib.DEFLATED, -zlib.MAX_WBITS, memory, zdict=before
        )
        packed.append(packer.compress(piece) + packer.flush(ending))
    return min(packed, key=len)
