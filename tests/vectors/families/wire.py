"""``wire.json``: go-wire primitives, node info, packets and every message about the chain."""

from collections.abc import Callable
from typing import Any

from pybytomd.codec.wire import gowire
from pybytomd.errors import DecodeError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.p2p.transport.multiplexer import MESSAGE, PING, ChannelSpec, Multiplexer
from pybytomd.p2p.transport.node_info import MAX_NODE_INFO_SIZE, NodeInfo
from pybytomd.p2p.transport.secret_connection import encode_auth_message
from pybytomd.sync import messages
from tests.vectors.registry import Case, family, refused

Fields = dict[str, Any]


def hexes(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(text) for text in texts)


def quoted(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(b'"%b"' % text.encode() for text in texts)


BUILDERS: dict[str, Callable[[Fields], messages.AnyMessage]] = {
    "get_block": lambda f: messages.GetBlock(f["height"], bytes.fromhex(f["hash"])),
    "block": lambda f: messages.BlockMessage(f["block"].encode()),
    "get_headers": lambda f: messages.GetHeaders(hexes(f["locator"]), bytes.fromhex(f["stop_hash"])),
    "headers": lambda f: messages.Headers(quoted(f["headers"])),
    "get_blocks": lambda f: messages.GetBlocks(hexes(f["locator"]), bytes.fromhex(f["stop_hash"])),
    "blocks": lambda f: messages.Blocks(quoted(f["blocks"])),
    "status_request": lambda f: messages.StatusRequest(),
    "status_response": lambda f: messages.StatusResponse(
        f["height"], bytes.fromhex(f["hash"]), bytes.fromhex(f["genesis_hash"])
    ),
    "transaction": lambda f: messages.TransactionMessage(f["transaction"].encode()),
    "mine_block": lambda f: messages.MineBlock(f["block"].encode()),
    "filter_load": lambda f: messages.FilterLoad(hexes(f["addresses"])),
    "filter_add": lambda f: messages.FilterAdd(bytes.fromhex(f["address"])),
    "filter_clear": lambda f: messages.FilterClear(),
    "get_merkle_block": lambda f: messages.GetMerkleBlock(f["height"], bytes.fromhex(f["hash"])),
    "merkle_block": lambda f: messages.MerkleBlock(
        f["header"].encode(),
        hexes(f["tx_hashes"]),
        tuple(text.encode() for text in f["related_txs"]),
        hexes(f["status_hashes"]),
        tuple(messages.STATUS_FAILED if fail else messages.STATUS_OK for fail in f["related_status_fail"]),
        bytes(f["flags"]),
    ),
}


def check_message(case: Case) -> None:
    message = BUILDERS[case["type"]](case["fields"] or {})
    assert messages.encode(message).hex() == case["hex"]
    assert messages.decode(bytes.fromhex(case["hex"])) == message
    assert message.describe() == case["text"]
    if isinstance(message, messages.Headers):
        decoded = message.headers()
        assert [header.to_hex() for header in decoded] == case["fields"]["headers"]
        assert messages.Headers.of(decoded) == message
    elif isinstance(message, messages.Blocks):
        assert messages.Blocks.of(message.blocks()) == message
    elif isinstance(message, messages.BlockMessage | messages.MineBlock):
        assert type(message).of(message.block()) == message
        assert isinstance(message.block(), Block)
    elif isinstance(message, messages.MerkleBlock):
        assert BlockHeader.from_hex(message.header_text).to_hex() == case["fields"]["header"]


def check_decode(case: Case) -> None:
    data = bytes.fromhex(case["hex"])
    if case.get("panic") or case["error"] or case["message"] is None:
        with refused(DecodeError) as refusal:
            messages.decode(data)
        if case.get("error"):
            assert str(refusal.error) == case["error"]
        return
    message = messages.decode(data)
    name = type(message).__name__
    assert case["message"] == f"*netsync.{name.removesuffix('Message')}Message"
    assert messages.encode(message).hex() == case.get("reencoded", case["hex"])
    assert message.describe() == case["text"]


def check_node_info(case: Case) -> None:
    fields = case["fields"]
    info = NodeInfo(
        public_key=bytes.fromhex(fields["pub_key"]),
        moniker=fields["moniker"],
        network=fields["network"],
        listen_address=fields["listen_addr"],
        version=fields["version"],
        other=tuple(fields["other"]),
        remote_address=fields["remote_addr"],
    )
    encoded = bytes.fromhex(case["hex"])
    assert info.encode() == encoded
    assert NodeInfo.read(gowire.WireReader(encoded, MAX_NODE_INFO_SIZE)) == info


def check_msg_packet(case: Case) -> None:
    fields = case["fields"]
    payload = bytes.fromhex(fields["bytes"])
    body = bytes((fields["channel_id"], fields["eof"])) + gowire.encode_bytes(payload)
    assert body.hex() == case["hex"]
    channels = Multiplexer({fields["channel_id"]: ChannelSpec(fields["channel_id"], priority=1)})
    if payload and fields["eof"] == 1:
        packet = bytes((MESSAGE,)) + body
        (message,) = channels.feed(packet)
        assert message.data == payload  # type: ignore[union-attr]
        channels.queue(fields["channel_id"], payload)
        assert channels.next_packet() == packet
    elif fields["eof"] != 1:
        assert list(channels.feed(bytes((PING, MESSAGE)) + body))[1:] == []


def check_auth_message(case: Case) -> None:
    fields = case["fields"]
    encoded = encode_auth_message(bytes.fromhex(fields["pub_key"]), bytes.fromhex(fields["signature"]))
    assert encoded.hex() == case["hex"]


def check_varint(case: Case) -> None:
    encoded = bytes.fromhex(case["hex"])
    assert gowire.encode_int(case["value"]) == encoded
    assert gowire.WireReader(encoded, 100).integer() == case["value"]


def check_uint64(case: Case) -> None:
    encoded = bytes.fromhex(case["hex"])
    assert gowire.encode_uint64(case["value"]) == encoded
    assert gowire.WireReader(encoded, 100).uint64() == case["value"]


def check_byte_string(case: Case) -> None:
    encoded, value = bytes.fromhex(case["hex"]), bytes.fromhex(case["value_hex"])
    assert gowire.encode_bytes(value) == encoded
    assert gowire.WireReader(encoded, len(encoded)).byte_string() == value


CHECKS: dict[str, Callable[[Case], None]] = {
    "message": check_message,
    "decode": check_decode,
    "node_info": check_node_info,
    "msg_packet": check_msg_packet,
    "auth_sig_message": check_auth_message,
    "varint": check_varint,
    "uint64": check_uint64,
    "string": check_byte_string,
    "bytes": check_byte_string,
}


@family("wire")
def check_wire(case: Case, _document: Case) -> None:
    CHECKS[case["op"]](case)
