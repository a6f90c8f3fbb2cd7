"""The one grammar of headers and transactions: bytes to fields.

``transaction`` and ``block`` make values of what is read here. A reader that is asked to notes where programs and
arguments lie, which is all that ``consensus.transaction_memory`` has to know of the grammar.
Source: chain-and-storage reference, sections 2 and 3; ``protocol/bc/types``.
"""

from __future__ import annotations

from pybytomd.codec.wire.reader import Reader
from pybytomd.errors import DecodeError
from pybytomd.ledger.creation import (
    ASSET_VERSION,
    COINBASE_TYPE,
    ISSUANCE_TYPE,
    CoinbaseInput,
    read_coinbase,
    read_issuance,
)
from pybytomd.ledger.inputs import SPEND_TYPE, SpendInput, TxInput, TxOutput, UnknownInput

SERIALIZATION_FLAGS = 7
"""The first byte of every transaction: prevouts and witnesses are included."""
HEADER_ONLY, FULL_BLOCK = 1, 3
"""The first byte of a header and of a block. (2, transactions only, is in the reference and never used.)"""

TransactionFields = tuple[int, int, tuple[TxInput, ...], tuple[TxOutput, ...]]
"""Version, time range, inputs and outputs."""
HeaderFields = tuple[int, int, bytes, int, bytes, bytes, int, int]
"""Version, height, previous hash, timestamp, root of transactions, root of their status, nonce and bits."""


def read_transaction(reader: Reader) -> TransactionFields:
    """The next transaction. Raises DecodeError.

    A coinbase input without any output is refused here: the reference crashes on it.
    """
    inputs: list[TxInput] = []
    outputs: list[TxOutput] = []
    where = "reading serialization flags"
    try:
        flags = reader.byte()
        where = ""
        _check_flags(flags)
        where = "reading transaction version"
        version = reader.uint63()
        where = ""
        time_range = reader.uint63()
        where = "reading number of transaction inputs"
        input_count = reader.uint31()
        where = "reading input"
        while len(inputs) < input_count:
            inputs.append(read_input(reader))
        where = "reading number of transaction outputs"
        output_count = reader.uint31()
        where = "reading output"
        while len(outputs) < output_count:
            outputs.append(read_output(reader))
    except DecodeError as error:
        if where == "reading input":
            error.within(f"{where} {len(inputs)}")
        elif where == "reading output":
            error.within(f"{where} {len(outputs)}")
        elif where:
            error.within(where)
        raise
    if not outputs and any(isinstance(tx_input, CoinbaseInput) for tx_input in inputs):
        raise DecodeError("coinbase transaction without outputs")
    return version, time_range, tuple(inputs), tuple(outputs)


def _check_flags(flags: int) -> None:
    if flags != SERIALIZATION_FLAGS:
        raise DecodeError(f"unsupported serflags {flags:#x}")


def read_header(reader: Reader) -> tuple[int, HeaderFields]:
    """The serialization flags and the header behind them. Raises DecodeError."""
    flags = reader.byte() if reader.remaining else 0
    if flags not in (HEADER_ONLY, FULL_BLOCK):
        raise DecodeError(f"unsupported serialization flags 0x{flags:02x}")
    version = reader.uint63()
    height = reader.uint63()
    previous_block_hash = reader.fixed(32)
    timestamp = reader.uint63()
    outer = reader.enter()
    transactions_merkle_root = reader.fixed(32)
    transaction_status_hash = reader.fixed(32)
    if reader.leave(outer):  # Quirk: what follows the two roots is accepted and lost.
        reader.minimal = False
    nonce = reader.uint63()
    bits = reader.uint63()
    fields = (
        version,
        height,
        previous_block_hash,
        timestamp,
        transactions_merkle_root,
        transaction_status_hash,
        nonce,
        bits,
    )
    return flags, fields


def read_input(reader: Reader) -> TxInput:
    """The next input. Raises DecodeError."""
    asset_version = reader.uint63()
    outer = reader.enter()
    if asset_version != ASSET_VERSION:
        commitment_suffix = reader.leave(outer)
        return UnknownInput(asset_version, commitment_suffix, reader.leave(reader.enter()))
    try:
        kind = reader.byte()
    except DecodeError as error:
        raise error.within("reading input commitment type") from None
    if kind == SPEND_TYPE:
        return _read_spend(reader, outer)
    if kind == ISSUANCE_TYPE:
        return read_issuance(reader, outer)
    if kind == COINBASE_TYPE:
        return read_coinbase(reader, outer)
    raise DecodeError(f"unsupported input type {kind}")


def _read_spend(reader: Reader, outer: int) -> SpendInput:
    commitment_end = reader.enter()
    step = "reading source id"
    try:
        source_id = reader.fixed(32)
        step = "reading asset+amount"
        asset_id = reader.fixed(32)
        amount = reader.uint63()
        step = "reading source position"
        source_position = reader.uint63()
        step = "reading VM version"
        vm_version = reader.uint63()
        if vm_version == 1:
            step = "reading control program"
            control_program = reader.noted_string()
    except DecodeError as error:
        raise error.within(step) from None
    if vm_version != 1:
        raise DecodeError(f"unrecognized VM version {vm_version} for asset version 1")
    spend_suffix = reader.leave(commitment_end)
    if spend_suffix:
        reader.minimal = False
    commitment_suffix = reader.leave(outer)
    outer = reader.enter()
    arguments = reader.string_list()
    witness_suffix = reader.leave(outer)
    return SpendInput(
        source_id,
        asset_id,
        amount,
        source_position,
        vm_version,
        control_program,
        arguments,
        spend_suffix,
        ASSET_VERSION,
        commitment_suffix,
        witness_suffix,
    )


def read_output(reader: Reader) -> TxOutput:
    """The next output. Raises DecodeError."""
    step: tuple[str, ...] = ("reading asset version",)
    asset_id: bytes | None = None
    amount = vm_version = 0
    program = b""
    try:
        asset_version = reader.uint63()
        step = ("reading output commitment",)
        outer = reader.enter()
        if asset_version == ASSET_VERSION:
            step = ("reading output commitment", "reading asset+amount")
            asset_id = reader.fixed(32)
            amount = reader.uint63()
            step = ("reading output commitment", "reading VM version")
            vm_version = reader.uint63()
            if vm_version == 1:
                step = ("reading output commitment", "reading control program")
                program = reader.noted_string()
    except DecodeError as error:
        error.context = step + error.context
        raise
    if asset_id is not None and vm_version != 1:
        reason = f"unrecognized VM version {vm_version} for asset version 1"
        raise DecodeError(reason, context=("reading output commitment",))
    suffix = reader.leave(outer)
    try:
        witness = reader.string()
    except DecodeError as error:
        raise error.within("reading output witness") from None
    if witness or suffix:
        reader.minimal = False
    return TxOutput(asset_id, amount, program, vm_version, asset_version, suffix)
