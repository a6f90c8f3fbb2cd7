"""Everything that reads bytes of peers, fed with damage: it answers within its contract, and with little work.

Inputs are recorded ones with bytes changed, cut, doubled or inserted, and bytes without sense. The seed is fixed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from random import Random

import pytest

from pybytomd.codec.wire.gowire import WireReader
from pybytomd.errors import DecodeError
from pybytomd.p2p.discovery.node_db import decode_node
from pybytomd.p2p.discovery.packets import decode_packet
from pybytomd.p2p.errors import ProtocolViolation
from pybytomd.p2p.transport.bytom2 import node_info as bytom2_node_info
from pybytomd.p2p.transport.multiplexer import ChannelSpec, Multiplexer
from pybytomd.p2p.transport.node_info import MAX_NODE_INFO_SIZE, NodeInfo
from pybytomd.sync import messages
from pybytomd.sync.bytom2 import messages as bytom2
from pybytomd.sync.message_grammar import MAX_FILTER_ADDRESSES, MAX_LOCATOR_HASHES
from tests.work import counted_work

VECTORS = Path(__file__).parents[1] / "vectors" / "data"
INPUTS = 200_000
INPUTS_2 = 30_000
"""For what is written by the same grammar."""
COUNTED = 50
"""One in so many has its work counted, which takes longer than the work."""
LINES_A_BYTE, LINES_AN_ITEM, OVERHEAD = 10, 100, 50
"""Lines of Python that an input may cost: three times what any does."""


def recorded(name: str, field: str, *operations: str) -> list[bytes]:
    cases = json.loads((VECTORS / f"{name}.json").read_text())["cases"]
    found = [bytes.fromhex(case[field]) for case in cases if case["op"] in operations]
    return [data for data in found if len(data) <= 4096]


def damaged(samples: list[bytes], random: Random) -> bytes:
    if random.random() < 0.05:
        return random.randbytes(random.randrange(64))
    data = bytearray(random.choice(samples))
    for _ in range(random.randrange(1, 4)):
        place = random.randrange(len(data) + 1)
        action = random.randrange(4)
        if action == 0 and place < len(data):
            data[place] = random.choice((0, 1, 0x22, 0x7F, 0x80, 0xF0, 0xFF, random.randrange(256)))
        elif action == 1:
            del data[place:]
        elif action == 2:
            data[place:place] = random.randbytes(random.randrange(1, 5))
        else:
            data[place:place] = data[place : place + random.randrange(32)]
    return bytes(data)


def read_message(data: bytes) -> None:
    message = messages.decode(data)
    assert messages.decode(messages.encode(message)) == message


def read_contents(data: bytes) -> None:
    message = messages.decode(data)
    if isinstance(message, messages.BlockMessage | messages.MineBlock):
        message.block()
    elif isinstance(message, messages.Headers):
        message.headers()
    elif isinstance(message, messages.Blocks):
        message.blocks()
    elif isinstance(message, messages.TransactionMessage):
        message.transaction()
    message.describe()


def read_chain_message(data: bytes) -> None:
    message = bytom2.decode_chain(data)
    assert bytom2.decode_chain(bytom2.encode(message)) == message
    match message:
        case bytom2.BlockMessage():
            message.block()
        case bytom2.Headers():
            message.headers()
        case bytom2.Blocks():
            message.blocks()
        case bytom2.TransactionMessage():
            message.transaction()
        case bytom2.Transactions():
            message.transactions()
    message.describe()


def read_consensus_message(data: bytes) -> None:
    message = bytom2.decode_consensus(data)
    assert bytom2.decode_consensus(bytom2.encode(message)) == message
    if isinstance(message, bytom2.BlockVerification):
        message.verification()
    else:
        message.block()
    message.describe()


def read_packets(data: bytes) -> None:
    list(Multiplexer({0x40: ChannelSpec(0x40, 5, size_limits=messages.SIZE_LIMITS)}).feed(data))


def wrapped(samples: list[bytes]) -> list[bytes]:
    sender = Multiplexer({0x40: ChannelSpec(0x40, 5)})
    streams = []
    for sample in samples:
        sender.queue(0x40, sample)
        packets = []
        while (packet := sender.next_packet()) is not None:
            packets.append(packet)
        streams.append(b"\x01" + b"".join(packets) + b"\x02")
    return streams


def of_channel(channel: int) -> list[bytes]:
    cases = json.loads((VECTORS / "bytom2_wire.json").read_text())["cases"]
    found = [bytes.fromhex(c["hex"]) for c in cases if c["op"] == "message" and c["channel"] == channel]
    return [data for data in found if len(data) <= 4096]


MESSAGES = recorded("wire", "hex", "message")
DATAGRAMS = recorded("discover_packet", "packet", "encode", "decode")
NODE_INFOS = recorded("wire", "hex", "node_info")
NODE_RECORD = bytes.fromhex("01 0110 00000000000000000000ffff7f000001 5352 5352") + bytes(range(32))

READERS: dict[str, tuple[Callable[[bytes], object], list[bytes], type[Exception], int]] = {
    "messages": (read_message, MESSAGES, DecodeError, INPUTS),
    "contents": (read_contents, MESSAGES, DecodeError, INPUTS),
    "datagrams": (decode_packet, DATAGRAMS, DecodeError, INPUTS),
    "packets": (read_packets, wrapped([data for data in MESSAGES if data]), ProtocolViolation, INPUTS),
    "node infos": (
        lambda data: NodeInfo.read(WireReader(data, MAX_NODE_INFO_SIZE)), NODE_INFOS, DecodeError, INPUTS,
    ),
    "messages of Bytom 2": (read_chain_message, of_channel(0x40), DecodeError, INPUTS_2),
    "messages of validators": (read_consensus_message, of_channel(0x50), DecodeError, INPUTS_2),
    "node infos of Bytom 2": (
        lambda data: bytom2_node_info.NodeInfo.read(WireReader(data, MAX_NODE_INFO_SIZE)),
        recorded("bytom2_node_info", "hex", "encode"), DecodeError, INPUTS_2,
    ),
    "node records": (decode_node, [NODE_RECORD], DecodeError, INPUTS),
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_damage_is_read_or_refused(name: str) -> None:
    read, samples, refusal, count = READERS[name]
    random = Random(name)
    refused = 0
    for number in range(count):
        data = damaged(samples, random)
        with nullcontext() if number % COUNTED else counted_work() as work:
            try:
                read(data)
            except refusal as error:
                assert str(error)
                refused += 1
        assert work is None or work.lines < LINES_A_BYTE * (len(data) + OVERHEAD), data.hex()
    assert 0 < refused < count


def test_the_largest_messages_are_read_in_time_proportional_to_their_items() -> None:
    block = b"00" * (10 * 1024 * 1024)
    hashes = tuple(bytes(32) for _ in range(2 * messages.MAX_TRANSACTIONS))
    strings = tuple(b"{}" for _ in range(messages.MAX_TRANSACTIONS))
    header = b'"' + b"0" * 900 + b'"'
    largest: list[tuple[int, messages.AnyMessage]] = [
        (1, messages.BlockMessage(block)),
        (messages.MAX_BLOCKS, messages.Blocks((block, *[b""] * (messages.MAX_BLOCKS - 1)))),
        (messages.MAX_HEADERS, messages.Headers((header,) * messages.MAX_HEADERS)),
        (MAX_LOCATOR_HASHES, messages.GetHeaders(hashes[:MAX_LOCATOR_HASHES], bytes(32))),
        (MAX_FILTER_ADDRESSES, messages.FilterLoad((b"x" * 100,) * MAX_FILTER_ADDRESSES)),
        (4 * len(strings), messages.MerkleBlock(b"00", hashes, strings, hashes, strings, bytes(len(hashes)))),
    ]
    for items, message in largest:
        data = messages.encode(message)
        with counted_work() as work:
            decoded = messages.decode(data)
        assert decoded == message
        assert work.lines < LINES_AN_ITEM * items, type(message)


def test_lists_that_are_too_long_are_refused_without_reading_them() -> None:
    too_long = messages.Headers((b"",) * (messages.MAX_HEADERS + 1))
    with pytest.raises(DecodeError):
        messages.decode(messages.encode(too_long))
    with pytest.raises(DecodeError, match="overflow"):
        messages.decode(bytes((messages.GetBlock.KIND,)) + bytes(messages.MAX_SMALL_MESSAGE_SIZE))
