"""The hash chain that binds every event of a sitting to all before it, and the canonical JSON under it.

What belongs here: pure functions on values. What does not: rows and files (writer, verify).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def canonical(value: Any) -> str:
    """One text for one value: sorted keys, no spaces, ASCII; NaN and infinities raise ValueError."""
    return _ENCODER.encode(value)


def _plain(value: Any) -> Any:
    """NumPy's scalars as Python's; everything else that JSON does not know is our bug."""
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        return value.item()
    raise TypeError(f"{type(value).__name__} has no JSON form")


_ENCODER = json.JSONEncoder(  # made once; events hold no circles
    sort_keys=True, separators=(",", ":"), allow_nan=False, default=_plain, check_circular=False
)


def value_of(text: str) -> Any:
    """What a canonical text stands for; half of a surrogate pair, which no file takes, comes as U+FFFD.

    Raises ValueError or RecursionError for a text that is none.
    """
    value = json.loads(text)
    if "\\ud" not in text:
        return value
    told = json.dumps(value, ensure_ascii=False).encode("utf-16-le", "surrogatepass")
    return json.loads(told.decode("utf-16-le", "replace"))


def sha256_of(content: str | bytes) -> str:
    """SHA-256 in hex; of a text, over its UTF-8 bytes."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def sealed(*values: Any) -> tuple[Any, ...]:
    """A frozen row with its seal as the last value."""
    return (*values, seal(values))


def seal(values: Iterable[Any]) -> str:
    """SHA-256 over a row's values; blobs are left out, since they have hashes of their own."""
    return sha256_of(canonical([value for value in values if not isinstance(value, bytes)]))


def genesis(
    *, uid: str, reader: str, protocol_sha256: str, order_sha256: str, number: int, started_utc: str, provenance: str
) -> bytes:
    """The hash that a sitting's first event continues: it binds the sitting to its protocol and reading order."""
    bound = {
        "uid": uid,
        "reader": reader,
        "protocol_sha256": protocol_sha256,
        "order_sha256": order_sha256,
        "number": number,
        "started_utc": started_utc,
        "provenance": provenance,
    }
    return hashlib.sha256(canonical(bound).encode()).digest()


def link(previous: bytes, seq: int, at_ns: int, utc: str, kind: str, payload: str) -> bytes:
    """SHA-256 over the previous hash and the row's canonical JSON; `payload` is canonical JSON already."""
    row = f'{{"at_ns":{at_ns},"kind":"{kind}","payload":{payload},"seq":{seq},"utc":"{utc}"}}'
    return hashlib.sha256(previous + row.encode("utf-8", "surrogateescape")).digest()


def utc_text(utc_ns: int) -> str:
    """Nanoseconds since 1970 as ISO 8601 UTC with microseconds."""
    seconds, microseconds = divmod(utc_ns // 1000, 1_000_000)
    return f"{_second_text(seconds)}.{microseconds:06}+00:00"


@lru_cache(maxsize=16)  # thousands of events may come within a second
def _second_text(seconds: int) -> str:
    return (EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()
