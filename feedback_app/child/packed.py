"""A survey's page in pieces, compressed once: only the link and the stamp differ from child to child.

gzip allows pieces that were deflated apart to be joined. What stands before the link and after the stamp is deflated
when the page is first drawn; link and stamp go between as they are, in what deflate calls a stored block. Compressing
the whole page anew takes about half a millisecond of a load that now takes one (docs/figures.md).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""A gzip header (RFC 1952): deflate, no name, no time, packed as small as can be."""
BEST = 9


@dataclass(frozen=True, slots=True)
class Pieces:
    """One kind of page, plain and deflated: `before` the token, `between` token and stamp, `after` the stamp."""

    before: bytes
    between: bytes
    after: bytes
    packed_before: bytes
    packed_after: bytes

    @classmethod
    def split_page(cls, page: str, token: str, stamp: str) -> Pieces:
        """The pieces of a page that was drawn with stand-ins, each of which stands in it once, token first."""
        before, rest = page.split(token)
        between, after = rest.split(stamp)
        return cls(
            before.encode(),
            between.encode(),
            after.encode(),
            _deflate(before.encode(), zlib.Z_FULL_FLUSH),
            _deflate(after.encode(), zlib.Z_FINISH),
        )

    def as_plain(self, token: str, stamp: str) -> bytes:
        """The page for whoever takes no gzip."""
        return b"".join((self.before, self._middle(token, stamp), self.after))

    def as_gzip(self, token: str, stamp: str) -> bytes:
        """The same as a gzip member: unpacking it gives exactly `plain`."""
        middle = self._middle(token, stamp)
        stored = struct.pack("<BHH", 0, len(middle), len(middle) ^ 0xFFFF)
        check = zlib.crc32(self.after, zlib.crc32(middle, zlib.crc32(self.before)))
        length = len(self.before) + len(middle) + len(self.after)
        tail = struct.pack("<II", check, length)
        return b"".join(
            (HEAD, self.packed_before, stored, middle, self.packed_after, tail)
        )

    def _middle(self, token: str, stamp: str) -> bytes:
        return b"".join((token.encode(), self.between, stamp.encode()))


def _deflate(piece: bytes, ending: int) -> bytes:
    """Raw deflate, ended at a whole byte; it refers to nothing outside of the piece."""
    packer = zlib.compressobj(BEST, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL)
    return packer.compress(piece) + packer.flush(ending)
