"""Headers and transactions of the usual form, decoded in one go.

Nearly all transactions are coinbases or spend and create outputs, and use no more than they need of the
serialization: no suffixes, no witness of outputs, every number in its shortest form. One pass without a ``Reader``
decodes them in a third of the time. It gives up at anything else, correct or not, and leaves it to the careful
decoder; so there is only one place that knows errors, and only one that knows quirks.
"""

from __future__ import annotations

from pybytomd.ledger.inputs import COINBASE_TYPE, SPEND_TYPE, CoinbaseInput, SpendInput, TxOutput

UsualTransaction = tuple[int, int, tuple[SpendInput | CoinbaseInput, ...], tuple[TxOutput, ...], int]
"""Version, time range, inputs, outputs, and the position after the transaction."""
UsualHeader = tuple[int, int, bytes, int, bytes, bytes, int, int, int]
"""Version, height, previous hash, timestamp, both roots, nonce, bits, and the position after the header."""

ROOTS_SIZE = 64
START = b"\x07\x01"
"""Serialization flags and version."""
SHORT = 0x80
"""Numbers below this have one byte."""
MAX_NUMBER_BYTES = 9
"""Nine bytes of seven bits are what a number of 63 bits has at most."""


class Unusual(Exception):
    """Something the pass below does not know."""


def read_usual(buffer: bytes, start: int) -> UsualTransaction | None:
    """The transaction at ``start``, or None when it is not of the usual form or does not end within the buffer."""
    if buffer[start : start + 2] != START:
        return None
    try:
        time_range, position = _number(buffer, start + 2)
        count = buffer[position]
        position += 1
        if count >= SHORT:
            return None
        inputs: list[SpendInput | CoinbaseInput] = []
        for _ in range(count):
            tx_input, position = _input(buffer, position)
            inputs.append(tx_input)
        count = buffer[position]
        position += 1
        if not 0 < count < SHORT:
            return None
        outputs = []
        for _ in range(count):
            output, position = _output(buffer, position)
            outputs.append(output)
    except (IndexError, ValueError, Unusual):  # ValueError: fewer bytes than names to unpack them to
        return None
    # Slices do not complain about a buffer that is too short. The position only grows, so this covers all of them.
    if position > len(buffer):
        return None
    return 1, time_range, tuple(inputs), tuple(outputs), position


def read_usual_header(buffer: bytes, start: int) -> UsualHeader | None:
    """The header behind its serialization flags, or None when it is not of the usual form or does not end."""
    try:
        if buffer[start] != 1:
            return None
        height, position = _number(buffer, start + 1)
        previous_block_hash = buffer[position : position + 32]
        timestamp, position = _number(buffer, position + 32)
        if buffer[position] != ROOTS_SIZE:
            return None
        transactions, status = buffer[position + 1 : position + 33], buffer[position + 33 : position + 65]
        nonce, position = _number(buffer, position + 65)
        bits, position = _number(buffer, position)
    except (IndexError, Unusual):
        return None
    return 1, height, previous_block_hash, timestamp, transactions, status, nonce, bits, position


def _input(buffer: bytes, position: int) -> tuple[SpendInput | CoinbaseInput, int]:
    # Asset version, length of the commitment, type, and length of what this type commits to.
    asset_version, length, kind, inner_length = buffer[position : position + 4]
    if asset_version != 1 or length >= SHORT or inner_length != length - 2:
        raise Unusual
    end = position + 2 + length
    if kind == COINBASE_TYPE and not buffer[end]:  # the length of its witness
        return CoinbaseInput(buffer[position + 4 : end]), end + 1
    if kind != SPEND_TYPE:
        raise Unusual
    source_id = buffer[position + 4 : position + 36]
    asset_id = buffer[position + 36 : position + 68]
    amount, position = _number(buffer, position + 68)
    source_position = buffer[position]
    position += 1
    if source_position >= SHORT:
        source_position, position = _number(buffer, position - 1)
    program_length = buffer[position + 1]
    program_start = position + 2
    if (
        buffer[position] != 1  # VM version
        or program_length >= SHORT
        or program_start + program_length != end
    ):
        raise Unusual
    program = buffer[program_start:end]
    length, position = _number(buffer, end)
    end = position + length
    count = buffer[position]
    position += 1
    if count >= SHORT:
        raise Unusual
    arguments = []
    for _ in range(count):
        size = buffer[position]
        position += 1
        if size >= SHORT:
            size, position = _number(buffer, position - 1)
        arguments.append(buffer[position : position + size])
        position += size
    if position != end:
        raise Unusual
    return SpendInput(source_id, asset_id, amount, source_position, 1, program, tuple(arguments)), end


def _output(buffer: bytes, position: int) -> tuple[TxOutput, int]:
    length = buffer[position + 1]
    if buffer[position] != 1 or length >= SHORT:
        raise Unusual
    end = position + 2 + length
    asset_id = buffer[position + 2 : position + 34]
    amount, position = _number(buffer, position + 34)
    program_start = position + 2
    program_length = buffer[position + 1]
    if (
        buffer[position] != 1  # VM version
        or program_length >= SHORT
        or program_start + program_length != end
        or buffer[end]  # witness
    ):
        raise Unusual
    return TxOutput(asset_id, amount, buffer[program_start:end]), end + 1


def _number(buffer: bytes, position: int) -> tuple[int, int]:
    """A number of at most 63 bits in its shortest form, and the position after it."""
    byte = buffer[position]
    if byte < SHORT:
        return byte, position + 1
    value = byte & 0x7F
    for index in range(1, MAX_NUMBER_BYTES):
        byte = buffer[position + index]
        if byte < SHORT:
            if not byte:
                raise Unusual
            return value | byte << 7 * index, position + index + 1
        value |= (byte & 0x7F) << 7 * index
    raise Unusual
