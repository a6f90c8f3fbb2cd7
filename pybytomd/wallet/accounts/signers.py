"""Who signs for an account or an asset: root keys, how many of them must sign, and the paths to derived keys.

Source: wallet-and-keys reference, sections 3 and 4.1; ``blockchain/signers``.
"""

from __future__ import annotations

import base64
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from pybytomd.clock import Clock
from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.crypto.chainkd import XPub
from pybytomd.wallet.errors import BadQuorum, DuplicateXPub, NoXPubs, UnknownDerivation

BIP32, BIP44 = 0, 1
"""Derivation rules. New accounts follow BIP-44, those of old data BIP-32; assets always BIP-32."""

BIP44_PURPOSE = (44).to_bytes(4, "little")
BTM_COIN_TYPE = (153).to_bytes(4, "little")

ID_EPOCH_MS = 1_496_635_208_000
"""Milliseconds after the Unix epoch that ids count from."""
ID_TIME_SHIFT = 23
ID_SHARD = 5 << 10
ID_SEQUENCE_SIZE = 1 << 10


class KeySpace(IntEnum):
    """What a BIP-32 path leads to: keys of an asset, or of an account."""

    ASSET = 0
    ACCOUNT = 1


@dataclass(frozen=True, slots=True)
class Signer:
    """Root keys of an account or asset, in the order their signatures are checked in, and which of them must sign.

    ``kind`` is ``account``, ``asset``, ``internal`` or ``external``; the latter two have no keys.
    """

    kind: str
    xpubs: tuple[XPub, ...] = ()
    quorum: int = 0
    key_index: int = 0
    derive_rule: int = BIP32

    @classmethod
    def create(cls, kind: str, xpubs: Sequence[XPub], quorum: int, key_index: int, derive_rule: int) -> Signer:
        """A signer whose values were checked. Raises NoXPubs, DuplicateXPub, BadQuorum.

        Quirk: a quorum below zero passes. With one key it has no effect, with more no program can be built.
        """
        if not xpubs:
            raise NoXPubs
        seen: set[XPub] = set()
        for xpub in xpubs:
            if xpub in seen:
                # Quirk: the key is shown as hex of its hex text.
                raise DuplicateXPub.because(f"duplicated key={str(xpub).encode().hex()}")
            seen.add(xpub)
        if quorum == 0 or quorum > len(xpubs):
            raise BadQuorum
        return cls(kind, tuple(xpubs), quorum, key_index, derive_rule)

    @classmethod
    def from_fields(cls, fields: Fields) -> Signer:
        """Take the fields of a stored record or an image. Raises DecodeError."""
        xpubs = tuple(XPub.from_hex(text) for text in fields.texts("xpubs") or ())
        return cls(
            kind=fields.text("type"),
            xpubs=xpubs,
            quorum=fields.integer("quorum"),
            key_index=fields.integer("key_index", "uint64"),
            derive_rule=fields.integer("derive_rule", "uint8"),
        )

    def to_value(self) -> dict[str, JsonValue]:
        """The JSON fields, in the reference's order; they open the record of an account or asset."""
        return {
            "type": self.kind,
            "xpubs": [str(xpub) for xpub in self.xpubs] or None,
            "quorum": self.quorum,
            "key_index": self.key_index,
            "derive_rule": self.derive_rule,
        }

    def asset_path(self) -> list[bytes]:
        """The path to the keys of an asset."""
        return bip32_path(KeySpace.ASSET, self.key_index)

    def account_path(self, change: bool, address_index: int) -> list[bytes]:
        """The path to the keys of an account's address. Raises UnknownDerivation.

        The branch for change is a different one in BIP-44 only.
        """
        if self.derive_rule == BIP32:
            return bip32_path(KeySpace.ACCOUNT, self.key_index, address_index)
        if self.derive_rule == BIP44:
            return bip44_path(self.key_index, change, address_index)
        raise UnknownDerivation


def bip32_path(space: KeySpace, key_index: int, *items: int) -> list[bytes]:
    """The selector of a key space and index, and those of items below."""
    signer = bytes((space,)) + key_index.to_bytes(8, "little")
    return [signer, *(item.to_bytes(8, "little") for item in items)]


def bip44_path(account_index: int, change: bool, address_index: int) -> list[bytes]:
    """The selectors of BIP-44, none of them hardened. Quirk: indexes are cut to 32 bits."""
    numbers = (account_index, int(change), address_index)
    return [BIP44_PURPOSE, BTM_COIN_TYPE, *((n & 0xFFFFFFFF).to_bytes(4, "little") for n in numbers)]


class SignerIds:
    """Makes account ids: milliseconds, a fixed shard, a sequence number, in 13 characters that sort by time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sequence = itertools.count(1)  # next() of it is atomic

    def next(self) -> str:
        """A new id."""
        return signer_id(int(self._clock.now() * 1000), next(self._sequence))


def signer_id(now_ms: int, sequence: int) -> str:
    """The id for a time in milliseconds since the Unix epoch and a sequence number."""
    number = (now_ms - ID_EPOCH_MS) << ID_TIME_SHIFT | ID_SHARD | sequence % ID_SEQUENCE_SIZE
    return base64.b32hexencode((number & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "big")).decode().rstrip("=")
