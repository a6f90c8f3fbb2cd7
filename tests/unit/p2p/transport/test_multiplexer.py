import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.p2p.errors import ProtocolViolation
from pybytomd.p2p.transport.multiplexer import (
    MAX_MESSAGE_PACKET_SIZE,
    PING_PACKET,
    PONG_PACKET,
    ChannelSpec,
    Message,
    Multiplexer,
    Ping,
    Pong,
)

CHANNEL = 0x40


def multiplexer(max_message_size: int = 100_000, queue_limit: int = 100) -> Multiplexer:
    return Multiplexer({CHANNEL: ChannelSpec(CHANNEL, 5, max_message_size, queue_limit)})


def drain(sender: Multiplexer) -> bytes:
    packets = []
    while (packet := sender.next_packet()) is not None:
        packets.append(packet)
    return b"".join(packets)


def test_status_request_has_the_recorded_bytes() -> None:
    sender = multiplexer()
    assert sender.queue(CHANNEL, b"\x20")
    assert drain(sender) == bytes.fromhex("03 40 01 0101 20")


@given(st.lists(st.binary(min_size=1, max_size=5000), max_size=6), st.integers(1, 1500))
def test_messages_survive_any_chunking(messages: list[bytes], chunk: int) -> None:
    sender, receiver = multiplexer(), multiplexer()
    for message in messages:
        sender.queue(CHANNEL, message)
    wire = PING_PACKET + drain(sender) + PONG_PACKET
    events = [e for at in range(0, len(wire), chunk) for e in receiver.feed(wire[at : at + chunk])]
    assert events == [Ping(), *(Message(CHANNEL, m) for m in messages), Pong()]


def test_any_end_mark_but_one_means_more_follows() -> None:
    receiver = multiplexer()
    assert list(receiver.feed(bytes.fromhex("03 40 02 0101 aa"))) == []
    assert list(receiver.feed(bytes.fromhex("03 40 01 0101 bb"))) == [Message(CHANNEL, b"\xaa\xbb")]


def test_the_largest_payload_a_packet_may_carry_is_1029_bytes() -> None:
    fits = bytes.fromhex("03 40 01 02 0405") + bytes(1029)
    assert list(multiplexer().feed(fits)) == [Message(CHANNEL, bytes(1029))]
    too_long = bytes.fromhex("03 40 01 02 0406") + bytes(1030)
    with pytest.raises(ProtocolViolation, match="overflow"):
        list(multiplexer().feed(too_long))


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        ("04", "Unknown message type"),
        ("03 41 01 0101 20", "Unknown channel"),
        ("03 40 01 00", "empty message"),
        ("03 40 01 f101 20", "invalid length"),
        ("03 40 01 09 010101010101010101", "Varint overflow"),
        ("03 40 01 f0", "negative zero"),
    ],
)
def test_what_no_correct_peer_sends_ends_the_connection(packet: str, reason: str) -> None:
    with pytest.raises(ProtocolViolation, match=reason):
        list(multiplexer().feed(bytes.fromhex(packet)))


def test_a_message_over_the_channel_limit_ends_the_connection() -> None:
    sender, receiver = multiplexer(), multiplexer(max_message_size=2000)
    sender.queue(CHANNEL, bytes(2001))
    with pytest.raises(ProtocolViolation, match="overflow"):
        list(receiver.feed(drain(sender)))


def test_a_full_queue_refuses_the_next_message() -> None:
    sender = multiplexer(queue_limit=1)
    assert sender.queue(CHANNEL, b"a")
    assert not sender.queue(CHANNEL, b"b")


def test_the_line_is_shared_by_priority() -> None:
    specs = {1: ChannelSpec(1, priority=1), 2: ChannelSpec(2, priority=3)}
    sender = Multiplexer(specs)
    sender.queue(1, bytes(40_000))
    sender.queue(2, bytes(40_000))
    first = [sender.next_packet() for _ in range(20)]
    shares = [sum(1 for packet in first if packet is not None and packet[1] == n) for n in (1, 2)]
    assert shares == [5, 15]
    sender.decay()


@given(st.binary(max_size=2 * MAX_MESSAGE_PACKET_SIZE))
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    receiver = multiplexer()
    try:
        list(receiver.feed(data))
    except ProtocolViolation as error:
        assert str(error)
