"""``discover_packet.json``: datagrams of the UDP table."""

import json
from collections.abc import Callable
from typing import Any

from pybytomd.errors import DecodeError
from pybytomd.p2p.discovery import packets
from pybytomd.p2p.identity import Ed25519Identity
from tests.vectors.registry import Case, family, refused

Fields = dict[str, Any]


def endpoint(fields: Fields) -> packets.Endpoint:
    return packets.Endpoint(bytes.fromhex(fields["ip"]), fields["udp"], fields["tcp"])


def nodes(items: list[Fields]) -> tuple[packets.NodeRecord, ...]:
    return tuple(
        packets.NodeRecord(bytes.fromhex(i["ip"]), i["udp"], i["tcp"], bytes.fromhex(i["id"])) for i in items
    )


def previous_packet(case: Case, document: Case) -> Case:
    """The datagram recorded before ``case``, which a pong answers."""
    by_id = {other["id"]: other for other in document["cases"]}
    return by_id[case["id"] - 1]


def reply_token(case: Case, document: Case) -> bytes:
    """What a pong refers to, which only the cases of Bytom 2 name."""
    named = case["fields"].get("reply_tok")
    return bytes.fromhex(named if "xprv" in case else previous_packet(case, document)["hash"])


def registered_pong(case: Case) -> bytes:
    """The pong a registration carries, which is recorded only inside the text."""
    return bytes.fromhex(json.loads(case["json"])["Pong"])


def build(case: Case, document: Case) -> packets.Body:
    fields = case["fields"]
    topics = tuple(fields.get("topics") or ())

    def target() -> bytes:
        return bytes.fromhex(fields["target"])

    builders: dict[str, Callable[[], packets.Body]] = {
        "ping": lambda: packets.Ping(
            fields["version"], endpoint(fields["from"]), endpoint(fields["to"]), fields["expiration"], topics
        ),
        "pong": lambda: packets.Pong(
            endpoint(fields["to"]),
            reply_token(case, document),
            fields["expiration"],
            bytes.fromhex(fields["topic_hash"]),
            fields["ticket_serial"],
            tuple(fields["wait_periods"]),
        ),
        "findnode": lambda: packets.FindNode(target(), fields["expiration"]),
        "findnode_hash": lambda: packets.FindNodeHash(target(), fields["expiration"]),
        "neighbors": lambda: packets.Neighbors(nodes(fields["nodes"]), fields["expiration"]),
        "topic_register": lambda: packets.TopicRegister(topics, fields["idx"], registered_pong(case)),
        "topic_query": lambda: packets.TopicQuery(fields["topic"], fields["expiration"]),
        "topic_nodes": lambda: packets.TopicNodes(bytes.fromhex(fields["echo"]), nodes(fields["nodes"])),
    }
    return builders[case["type"]]()


def check_decode(case: Case) -> None:
    raw = bytes.fromhex(case["packet"])
    if case["error"] is not None:
        with refused(DecodeError) as refusal:
            packets.decode_packet(raw)
        assert str(refusal.error) == case["error"]
        return
    packet = packets.decode_packet(raw)
    assert case["type_byte"] == packet.body.KIND
    assert packet.node_id.hex() == case["node_id"]
    assert packet.token.hex() == case["hash"]


@family("discover_packet")
def check_discover_packet(case: Case, document: Case) -> None:
    raw = bytes.fromhex(case["packet"])
    if case["op"] == "decode":
        check_decode(case)
        return
    body = build(case, document)
    packet = packets.encode_packet(Ed25519Identity(bytes.fromhex(case["private_key"])), body)
    assert packet.raw[packets.HEAD_SIZE + 1 :].decode() == case["json"]
    assert (packet.raw, packet.token.hex(), body.KIND) == (raw, case["hash"], case["type_byte"])
    decoded = packets.decode_packet(raw)
    assert (decoded.node_id, decoded.token) == (packet.node_id, packet.token)
    assert type(decoded.body) is type(body)
