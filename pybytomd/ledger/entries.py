"""Ids of entries: the parts of a transaction, each hashed with its type.

``id = sha3("entryid:" + type + ":" + sha3(body))``. The body lists the fields in order; numbers are 8 bytes
little-endian, byte strings are length-prefixed. Source: chain-and-storage reference, section 3;
``protocol/bc/entry.go``.
"""

from __future__ import annotations

from struct import Struct

from pybytomd.codec.wire.writer import uvarint
from pybytomd.crypto.hashes import sha3_256

MUX_PROGRAM = (1).to_bytes(8, "little") + b"\x01\x51"
"""The program of every mux entry: VM version 1, a single OP_TRUE."""

OP_FAIL = 0x6A
"""The opcode that retirements begin with."""


def entry_prefix(kind: str) -> bytes:
    """What the body hash of an entry of this type is prefixed with."""
    return b"entryid:" + kind.encode() + b":"


TX_HEADER = entry_prefix("txheader")
COINBASE = entry_prefix("coinbase1")
ISSUANCE = entry_prefix("issuance1")
SPEND = entry_prefix("spend1")
MUX = entry_prefix("mux1")
OUTPUT = entry_prefix("output1")
RETIREMENT = entry_prefix("retirement1")
BLOCK_HEADER = entry_prefix("blockheader")


_SOURCE = Struct("<32s32sQQ")
_OUTPUT = Struct("<32s32sQQQ")
_HEADER = Struct("<QQ")


def entry_id(prefix: bytes, body: bytes) -> bytes:
    """The id of an entry, from its type's prefix and its body."""
    return sha3_256(prefix + sha3_256(body))


def value_source(reference: bytes, asset_id: bytes, amount: int, position: int) -> bytes:
    """Where a value comes from: entry, asset, amount, and the position in that entry."""
    return _SOURCE.pack(reference, asset_id, amount, position)


def output_id(
    reference: bytes, asset_id: bytes, amount: int, position: int, vm_version: int, code: bytes
) -> bytes:
    """The id of an output, the key of the UTXO set: from where its value comes, and the program that locks it."""
    source = _OUTPUT.pack(reference, asset_id, amount, position, vm_version)
    return entry_id(OUTPUT, source + uvarint(len(code)) + code)


def retirement_id(reference: bytes, asset_id: bytes, amount: int, position: int) -> bytes:
    """The id of a retirement. Quirk: its program, and the data in it, is not part of the id."""
    return entry_id(RETIREMENT, value_source(reference, asset_id, amount, position))


def spend_id(spent_output: bytes) -> bytes:
    """The id of a spend of an output."""
    return entry_id(SPEND, spent_output)


def issuance_id(nonce: bytes, asset_id: bytes, amount: int) -> bytes:
    """The id of an issuance. The nonce enters as its hash."""
    return entry_id(ISSUANCE, sha3_256(nonce) + asset_id + amount.to_bytes(8, "little"))


def coinbase_id(arbitrary: bytes) -> bytes:
    """The id of a coinbase input."""
    return entry_id(COINBASE, uvarint(len(arbitrary)) + arbitrary)


def mux_id(sources: list[bytes]) -> bytes:
    """The id of the mux that gathers all inputs. A source that is not known is counted but empty."""
    return entry_id(MUX, uvarint(len(sources)) + b"".join(sources) + MUX_PROGRAM)


def transaction_id(version: int, time_range: int, result_ids: list[bytes]) -> bytes:
    """The id of a transaction: of its header entry, which commits to the results."""
    header = _HEADER.pack(version, time_range) + uvarint(len(result_ids))
    return entry_id(TX_HEADER, header + b"".join(result_ids))


def is_retirement(control_program: bytes) -> bool:
    """Whether an output with this program can never be spent: it begins with FAIL."""
    return len(control_program) > 0 and control_program[0] == OP_FAIL
