"""The one grammar of headers and transactions of Bytom 2: bytes to fields.

``transaction`` and ``block`` make values of what is read here. A reader that is asked to notes where programs,
state data and arguments lie. Source: bytom2-ledger-and-consensus reference, sections 1.1 and 1.3;
``protocol/bc/types``.
"""

from __future__ import annotations

from pybytomd.codec.wire.reader import Reader
from pybytomd.errors import DecodeError
from pybytomd.ledger.bytom2.constants import MAX_VALIDATORS
from pybytomd.ledger.bytom2.inputs import (
    ORIGINAL_OUTPUT_TYPE,
    SPEND_TYPE,
    VETO_TYPE,
    VOTE_OUTPUT_TYPE,
    SpendInput,
    TxInput,
    TxOutput,
    VetoInput,
)
from pybytomd.ledger.creation import (
    ASSET_VERSION,
    COINBASE_TYPE,
    ISSUANCE_TYPE,
    read_coinbase,
    read_issuance,
)

SERIALIZATION_FLAGS = 7
"""The first byte of every transaction: prevouts and witnesses are included."""
HEADER_ONLY, TRANSACTIONS_ONLY, FULL_BLOCK = 1, 2, 3
"""The first byte of a header, of the transactions of a block as they are stored, and of a block."""

TransactionFields = tuple[int, int, tuple[TxInput, ...], tuple[TxOutput, ...]]
"""Version, time range, inputs and outputs."""
SupLinkFields = tuple[int, bytes, tuple[bytes, ...]]
"""Height and hash of the source, and a signature for each validator, empty where there is none."""
HeaderFields = tuple[int, int, bytes, int, bytes, bytes, tuple[SupLinkFields, ...]]
"""Version, height, previous hash, timestamp, root of transactions, witness and sup links."""


class UnknownAssetVersion(DecodeError):
    """An input or output whose contents nobody knows. The reference crashes on it, there or a little later."""

    message = "unknown asset version"


def read_transaction(reader: Reader) -> TransactionFields:
    """The next transaction. Raises DecodeError; an ``UnknownAssetVersion`` only after all of it has been read."""
    inputs: list[TxInput] = []
    outputs: list[TxOutput] = []
    unknown: DecodeError | None = None
    where = "reading serialization flags"
    index = 0
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
        while index < input_count:
            asset_version = reader.uint63()
            if asset_version == ASSET_VERSION:
                inputs.append(_read_input(reader))
            else:
                reader.leave(reader.enter())
                reader.leave(reader.enter())
                unknown = unknown or UnknownAssetVersion.because(f"input {index} has {asset_version}")
            index += 1
        where = "reading number of transaction outputs"
        output_count = reader.uint31()
        where = "reading output"
        index = 0
        while index < output_count:
            asset_version, output = _read_output(reader)
            if output is None:
                unknown = unknown or UnknownAssetVersion.because(f"output {index} has {asset_version}")
            else:
                outputs.append(output)
            index += 1
    except DecodeError as error:
        if where in ("reading input", "reading output"):
            error.within(f"{where} {index}")
        elif where:
            error.within(where)
        raise
    if unknown is not None:
        raise unknown
    return version, time_range, tuple(inputs), tuple(outputs)


def _check_flags(flags: int) -> None:
    if flags != SERIALIZATION_FLAGS:
        raise DecodeError(f"unsupported serflags {flags:#x}")


def read_header_flags(reader: Reader) -> int:
    """The first byte of a header or a block, one of the three that are known. Raises DecodeError."""
    flags = reader.byte()
    if flags not in (HEADER_ONLY, TRANSACTIONS_ONLY, FULL_BLOCK):
        raise DecodeError(f"unsupported serialization flags 0x{flags:02x}")
    return flags


def read_header(reader: Reader) -> HeaderFields:
    """The header behind its flags. Raises DecodeError.

    Quirk: what follows in the three extensible strings is accepted and lost (``types/block_header.go``).
    """
    version = reader.uint63()
    height = reader.uint63()
    previous_block_hash = reader.fixed(32)
    timestamp = reader.uint63()
    outer = reader.enter()
    transactions_merkle_root = reader.fixed(32)
    _leave_for_good(reader, outer)
    outer = reader.enter()
    witness = reader.string()
    _leave_for_good(reader, outer)
    outer = reader.enter()
    sup_links: list[SupLinkFields] = []
    count = reader.uint31()  # as many as are claimed are never allocated: the first that is not there is an error
    while len(sup_links) < count:
        sup_links.append(_read_sup_link(reader))
    _leave_for_good(reader, outer)
    return version, height, previous_block_hash, timestamp, transactions_merkle_root, witness, tuple(sup_links)


def _leave_for_good(reader: Reader, outer: int) -> None:
    if reader.leave(outer):
        reader.minimal = False


def _read_sup_link(reader: Reader) -> SupLinkFields:
    source_height = reader.uint63()
    source_hash = reader.fixed(32)
    signatures: list[bytes] = []
    while len(signatures) < MAX_VALIDATORS:
        signatures.append(reader.string())
    return source_height, source_hash, tuple(signatures)


def _read_input(reader: Reader) -> TxInput:
    outer = reader.enter()
    try:
        kind = reader.byte()
    except DecodeError as error:
        raise error.within("reading input type") from None
    if kind == SPEND_TYPE:
        return _read_spend(reader, outer)
    if kind == VETO_TYPE:
        return _read_veto(reader, outer)
    if kind == ISSUANCE_TYPE:
        return read_issuance(reader, outer)
    if kind == COINBASE_TYPE:
        return read_coinbase(reader, outer)
    raise DecodeError(f"unsupported input type {kind}")


SpentFields = tuple[bytes, bytes, int, int, bytes, tuple[bytes, ...], bytes]
"""Source id, asset id, amount, source position, control program, state data and suffix."""


def _read_spend_commitment(reader: Reader) -> SpentFields:
    outer = reader.enter()
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
        step = ""
        _check_vm_version(vm_version)
        step = "reading control program"
        program = reader.noted_string()
        step = "reading state data"
        state_data = reader.string_list()
    except DecodeError as error:
        if step:
            error.within(step)
        raise
    suffix = reader.leave(outer)
    if suffix:
        reader.minimal = False
    return source_id, asset_id, amount, source_position, program, state_data, suffix


def _check_vm_version(vm_version: int) -> None:
    if vm_version != 1:
        raise DecodeError(f"unrecognized VM version {vm_version} for asset version 1")


def _read_spend(reader: Reader, outer: int) -> SpendInput:
    source_id, asset_id, amount, source_position, program, state_data, suffix = _read_spend_commitment(reader)
    commitment_suffix = reader.leave(outer)
    outer = reader.enter()
    arguments = reader.string_list()
    return SpendInput(
        source_id,
        asset_id,
        amount,
        source_position,
        1,
        program,
        state_data,
        arguments,
        suffix,
        ASSET_VERSION,
        commitment_suffix,
        reader.leave(outer),
    )


def _read_veto(reader: Reader, outer: int) -> VetoInput:
    source_id, asset_id, amount, source_position, program, state_data, suffix = _read_spend_commitment(reader)
    vote = reader.string()
    commitment_suffix = reader.leave(outer)
    outer = reader.enter()
    arguments = reader.string_list()
    return VetoInput(
        source_id,
        asset_id,
        amount,
        source_position,
        1,
        program,
        vote,
        state_data,
        arguments,
        suffix,
        ASSET_VERSION,
        commitment_suffix,
        reader.leave(outer),
    )


def _read_output(reader: Reader) -> tuple[int, TxOutput | None]:
    """The asset version and the output, None of a version that is not known."""
    vote: bytes | None = None
    asset_id = program = b""
    state_data: tuple[bytes, ...] = ()
    amount = 0
    step: tuple[str, ...] = ("reading asset version",)
    try:
        asset_version = reader.uint63()
        step = ("parse typedOutput", "reading output type")
        kind = reader.byte()
        step = ("parse typedOutput",)
        _check_output_type(kind)
        step = ("reading output commitment",)
        outer = reader.enter()
        if kind == VOTE_OUTPUT_TYPE:
            step = ("reading output commitment", "reading vote output vote")
            vote = reader.string()
        if asset_version == ASSET_VERSION:
            step = ("reading output commitment", "reading asset+amount")
            asset_id = reader.fixed(32)
            amount = reader.uint63()
            step = ("reading output commitment", "reading VM version")
            vm_version = reader.uint63()
            step = ("reading output commitment",)
            _check_vm_version(vm_version)
            step = ("reading output commitment", "reading control program")
            program = reader.noted_string()
            step = ("reading output commitment", "reading state data")
            state_data = reader.string_list()
        suffix = reader.leave(outer)
        step = ("reading output witness",)
        witness = reader.string()
    except DecodeError as error:
        error.context = step + error.context
        raise
    if witness:
        reader.minimal = False
    if asset_version != ASSET_VERSION:
        return asset_version, None
    return asset_version, TxOutput(asset_id, amount, program, vote, state_data, 1, suffix)


def _check_output_type(kind: int) -> None:
    if kind not in (ORIGINAL_OUTPUT_TYPE, VOTE_OUTPUT_TYPE):
        raise DecodeError(f"unsupported output type {kind}")
