"""A delivery: some events as one JSON text, and the ways it can go wrong."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError
from pybytomd.rpc.hooks.hook import Hook

SIGNATURE, TIMESTAMP, HOOK, DELIVERY = (
    "X-Bytom-Signature", "X-Bytom-Timestamp", "X-Bytom-Hook", "X-Bytom-Delivery"
)  # fmt: skip
"""Headers of a post."""


class NotDelivered(BytomError):
    """The receiver did not take it. The text says why."""


class Delivery(NamedTuple):
    """Events of one hook that are told together. ``id`` is that of the first, and the same when tried again."""

    hook: Hook
    id: int
    events: Sequence[JsonValue]

    def body(self) -> bytes:
        """What is posted."""
        return gojson.dumps({"hook": self.hook.name, "delivery": self.id, "events": self.events})

    def lines(self) -> bytes:
        """What a program reads: an event a line."""
        return b"".join(gojson.dumps(event) + b"\n" for event in self.events)


class Carrier(Protocol):
    """Delivers to one kind of receiver: ``WebhookCarrier``, ``ProgramCarrier``."""

    async def carry(self, delivery: Delivery) -> None:
        """Deliver it. Raises NotDelivered."""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """How a receiver knows that a post is from who has the secret, and when it was sent (Unix seconds).

    HMAC-SHA256 over the timestamp, a dot and the body, in hex.
    """
    return hmac.new(secret.encode(), b"%d." % timestamp + body, hashlib.sha256).hexdigest()
