"""Support links: signatures of validators over a step from one checkpoint to another, in the header of the other.

Source: bytom2-ledger-and-consensus reference, sections 1.3 and 3.9; ``types/sup_link.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from pybytomd.codec.wire import writer
from pybytomd.ledger.bytom2.constants import MAX_VALIDATORS
from pybytomd.ledger.value import Value

NO_SIGNATURES = (b"",) * MAX_VALIDATORS


class SupLink(Value):
    """The checkpoint a link comes from, and the signatures for it, by the order of the validators.

    ``signatures`` are always ten, of any length, empty where a validator has not signed. Nobody has verified them
    when they come with a header, whose hash does not cover them.
    """

    __match_args__ = ("source_height", "source_hash", "signatures")
    __slots__ = __match_args__

    def __init__(
        self, source_height: int, source_hash: bytes, signatures: tuple[bytes, ...] = NO_SIGNATURES
    ) -> None:
        self.source_height = source_height
        self.source_hash = source_hash
        self.signatures = signatures

    @property
    def signed_slots(self) -> list[int]:
        """The orders of the validators whose slots are not empty."""
        return [order for order, signature in enumerate(self.signatures) if signature]

    def with_signature(self, order: int, signature: bytes) -> SupLink:
        """A copy with the signature of the validator of this order, 0 to 9, put in its slot."""
        signatures = (*self.signatures[:order], signature, *self.signatures[order + 1 :])
        return SupLink(self.source_height, self.source_hash, signatures)

    def to_bytes(self) -> bytes:
        """The serialization."""
        signatures = [writer.string(signature) for signature in self.signatures]
        return writer.uint63(self.source_height) + self.source_hash + b"".join(signatures)


def with_signature(
    links: Sequence[SupLink], source_height: int, source_hash: bytes, order: int, signature: bytes
) -> tuple[SupLink, ...]:
    """The links with one more signature: in the first link from this source, or in a new one at the end."""
    for index, link in enumerate(links):
        if link.source_hash == source_hash:
            return (*links[:index], link.with_signature(order, signature), *links[index + 1 :])
    return (*links, SupLink(source_height, source_hash).with_signature(order, signature))


def within(links: Sequence[SupLink], limit: int) -> tuple[SupLink, ...]:
    """As many of the first links as have room in so many bytes of their serialization."""
    for index, link in enumerate(links):
        limit -= len(link.to_bytes())
        if limit < 0:
            return tuple(links[:index])
    return tuple(links)


def sup_links_to_bytes(links: Sequence[SupLink]) -> bytes:
    """The serialization of the links of a header, without the length around it."""
    return writer.uint31(len(links)) + b"".join([link.to_bytes() for link in links])


def merged(links: Sequence[SupLink], others: Sequence[SupLink]) -> tuple[SupLink, ...]:
    """The links with the signatures of others in the slots that are empty."""
    result = tuple(links)
    for other in others:
        known = next((link for link in result if link.source_hash == other.source_hash), None)
        if known is None:
            result = (*result, other)
            continue
        for order in other.signed_slots:
            if not known.signatures[order]:
                result = with_signature(
                    result, known.source_height, known.source_hash, order, other.signatures[order]
                )
    return result
