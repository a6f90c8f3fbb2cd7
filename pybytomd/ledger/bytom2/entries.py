"""Ids of the entries that Bytom 2 has anew: outputs with state data, votes, vetoes.

What both chains hash in the same way is in ``ledger.entries``. Source: bytom2-ledger-and-consensus reference,
section 1.2; ``protocol/bc/original_output.go``, ``vote_output.go``, ``veto_input.go``.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct

from pybytomd.codec.wire.writer import string_list, uvarint
from pybytomd.ledger.entries import entry_id, entry_prefix

ORIGINAL_OUTPUT = entry_prefix("originalOutput1")
VOTE_OUTPUT = entry_prefix("voteOutput1")
VETO = entry_prefix("vetoInput1")

_OUTPUT = Struct("<32s32sQQQ")
_NO_STATE = b"\x00"


def output_id(
    reference: bytes,
    asset_id: bytes,
    amount: int,
    position: int,
    vm_version: int,
    code: bytes,
    state_data: Sequence[bytes],
    vote: bytes | None,
) -> bytes:
    """The id of an output, the key of the UTXO set. One with a ``vote`` is a vote output, else an original one."""
    source = _OUTPUT.pack(reference, asset_id, amount, position, vm_version) + uvarint(len(code)) + code
    state = string_list(state_data) if state_data else _NO_STATE
    if vote is None:
        return entry_id(ORIGINAL_OUTPUT, source + state)
    return entry_id(VOTE_OUTPUT, source + uvarint(len(vote)) + vote + state)


def veto_id(spent_output: bytes) -> bytes:
    """The id of a veto: of an input that takes a vote back."""
    return entry_id(VETO, spent_output)
