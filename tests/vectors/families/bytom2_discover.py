"""``bytom2_discover.json``: datagrams of the UDP table, signed with an extended key."""

from pybytomd.crypto.chainkd import XPrv
from pybytomd.p2p.discovery import packets
from pybytomd.p2p.discovery.engine import seed_node
from pybytomd.p2p.network_address import NetAddress
from pybytomd.p2p.transport.bytom2.identity import ChainkdIdentity
from tests.vectors.families.discover_packet import build, check_decode
from tests.vectors.registry import Case, family


def check_encode(case: Case, document: Case) -> None:
    body = build(case, document)
    packet = packets.encode_packet(ChainkdIdentity(XPrv.from_hex(case["xprv"])), body)
    content = packet.raw[packets.HEAD_SIZE :]
    assert content[1:].decode() == case["json"]
    assert content[-packets.TOKEN_SIZE :].hex() == case["signed"]
    slot = packet.raw[packets.HEAD_SIZE - packets.SIGNATURE_SLOT : packets.HEAD_SIZE]
    assert slot.hex() == case["signature"] + "00"
    assert (packet.raw.hex(), packet.token.hex()) == (case["packet"], case["hash"])
    assert (packet.node_id.hex(), body.KIND) == (case["node_id"], case["type_byte"])
    decoded = packets.decode_packet(packet.raw)
    assert (decoded.node_id, decoded.token, decoded.body) == (packet.node_id, packet.token, packet.body)


@family("bytom2_discover")
def check_bytom2_discover(case: Case, document: Case) -> None:
    match case["op"]:
        case "encode":
            check_encode(case, document)
        case "decode":
            check_decode(case)
        case "fallback_id":
            assert seed_node(NetAddress.parse(case["seed"])).node_id.hex() == case["node_id"]
        case op:
            raise AssertionError(f"unknown op {op}")
