"""The body of an answer, bounded: what a server sends must not fill this machine's memory."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import requests

ENCODINGS = "gzip"
"""What requests say they understand; one method is enough, and each has bombs of its own."""

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes of JSON; the largest page of Wix, a thousand contacts, takes a tenth of that."""

_LONGEST_SECONDS = 300.0
_PIECE = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS


class BodyError(Exception):
    """The body cannot be used; the text says why, and `passing` whether another may be better."""

    def __init__(self, why: str, *, passing: bool) -> None:
        super().__init__(why)
        self.passing = passing


def read_body(response: requests.Response, clock: Callable[[], float]) -> bytes:
    """Return the body of an answer that was asked for as a stream.

    Args:
        response: the answer; its connection is free for the next request afterwards, or closed.
        clock: seconds that only grow.

    Raises:
        BodyError: it is too large, takes too long, or is compressed in another way than was asked
            for, or wrongly.
        urllib3.exceptions.HTTPError: the connection broke.
    """
    try:
        return b"".join(_decoded(response, clock))
    except ValueError:
        # Lengths of chunks that are none come through all libraries.
        response.close()
        raise BodyError("not in the pieces that it says", passing=True) from None
    except BaseException:
        # What is left of it would be taken for the beginning of the next answer.
        response.close()
        raise


def _decoded(response: requests.Response, clock: Callable[[], float]) -> Iterator[bytes]:
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise BodyError("compressed in a way that was not asked for", passing=False)
    unpack = _Gunzip() if "gzip" in encoding else None
    until = clock() + _LONGEST_SECONDS
    came = left = LARGEST_BODY
    for piece in response.raw.stream(_PIECE, decode_content=False):
        came -= len(piece)
        for data in unpack.pieces(piece) if unpack else (piece,):
            left -= len(data)
            if min(came, left) < 0:
                megabytes = LARGEST_BODY // 1024 // 1024
                raise BodyError(f"more than {megabytes} MB", passing=False)
            yield data
        if clock() > until:
            raise BodyError("slower than can be waited for", passing=True)
    if unpack and not unpack.complete:
        raise BodyError("half of a compressed text", passing=True)


class _Gunzip:
    """Unpacks gzip in small pieces, however much one byte of it stands for."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(_GZIP)
        self._began = False

    @property
    def complete(self) -> bool:
        return self._decoder.eof or not self._began

    def pieces(self, packed: bytes) -> Iterator[bytes]:
        self._began = self._began or bool(packed)
        try:
            while packed and not self._decoder.eof:
                yield self._decoder.decompress(packed, _PIECE)
                packed = self._decoder.unconsumed_tail
        except zlib.error:
            raise BodyError("not compressed as it says", passing=True) from None
