"""``bytom2_node_info.json``: what nodes of Bytom 2 tell of themselves, how it is framed, and who fits together."""

from dataclasses import replace
from typing import Any

from pybytomd.codec.wire.gowire import WireReader
from pybytomd.p2p.errors import IncompatiblePeer
from pybytomd.p2p.transport.bytom2.node_info import ROUNDS, NodeInfo
from pybytomd.p2p.transport.node_info import MAX_NODE_INFO_SIZE, NodeInfoReader
from tests.vectors.registry import Case, family, refused

Fields = dict[str, Any]


def node_info(fields: Fields) -> NodeInfo:
    return NodeInfo(
        public_key=bytes.fromhex(fields["pub_key"]),
        moniker=fields["moniker"],
        network=fields["network"],
        listen_address=fields["listen_addr"],
        version=fields["version"],
        other=tuple(fields["other"] or ()),
        remote_address=fields["remote_addr"],
    )


def writes(case_writes: list[str]) -> list[bytes]:
    """What is written, a frame each; the reference writes nothing now and then, which makes no frame."""
    return [bytes.fromhex(text) for text in case_writes if text]


def check_encode(case: Case) -> None:
    info = node_info(case["fields"])
    encoded = bytes.fromhex(case["hex"])
    assert info.encode() == encoded
    assert list(info.primitives()) == writes(case["writes"])
    assert NodeInfo.read(WireReader(encoded, MAX_NODE_INFO_SIZE)) == info


def check_exchange(case: Case) -> None:
    ours, theirs = node_info(case["ours"]), node_info(case["theirs"])
    assert [piece for _ in range(ROUNDS) for piece in ours.primitives()] == writes(case["our_writes"])
    assert case["error"] is None
    rest = theirs.encode() * ROUNDS
    for _ in range(ROUNDS):
        found = NodeInfoReader(NodeInfo.read).feed(rest)
        assert found is not None
        read, rest = found
    # The reference then puts down the address of the socket as the remote one, which peers leave open.
    assert replace(read, remote_address="") == replace(node_info(case["read"]), remote_address="")
    assert rest == b""


def check_compatible(case: Case) -> None:
    def side(version: str, network: str) -> NodeInfo:
        return NodeInfo(bytes(32), "", network, "", version)

    ours, theirs = side(case["our_version"], case["our_network"]), side(case["version"], case["network"])
    if case["error"] is None:
        theirs.require_compatible(ours)
        return
    with refused(IncompatiblePeer) as refusal:
        theirs.require_compatible(ours)
    assert str(refusal.error) == case["error"]


def check_service_flags(case: Case) -> None:
    """Bits that mean nothing are not kept."""
    info = NodeInfo(bytes(32), "", "", "", "", tuple(case["other"] or ()))
    assert info.services == case["flags"] & 0b111


CHECKS = {
    "encode": check_encode,
    "exchange": check_exchange,
    "compatible": check_compatible,
    "service_flags": check_service_flags,
}


@family("bytom2_node_info")
def check_bytom2_node_info(case: Case, _document: Case) -> None:
    CHECKS[case["op"]](case)
