"""``bytom2_secret_connection.json``: the handshake with fixed keys, and what becomes of faulty proofs."""

from nacl import bindings

from pybytomd.crypto.chainkd import XPrv
from pybytomd.p2p.errors import ForgedHandshake
from pybytomd.p2p.transport.bytom2.identity import ChainkdIdentity
from pybytomd.p2p.transport.bytom2.secret_connection import PROVEN_WRONG, SecretHandshake
from pybytomd.p2p.transport.secret_connection import EphemeralKey
from tests.vectors.registry import Case, family, refused

TASK_FAILED = "Task 1 should not has error but god "
"""How the reference begins what it says of proofs that cannot be read."""


def identity(xprv: str) -> ChainkdIdentity:
    return ChainkdIdentity(XPrv.from_hex(xprv))


def ephemeral(secret: str) -> EphemeralKey:
    raw = bytes.fromhex(secret)
    return EphemeralKey(raw, bindings.crypto_scalarmult_base(raw))


def check_handshake(case: Case) -> None:
    def value(name: str) -> bytes:
        return bytes.fromhex(case[name])

    local, remote = ephemeral(case["local_ephemeral_private"]), ephemeral(case["remote_ephemeral_private"])
    assert (local.public, remote.public) == (value("local_ephemeral_public"), value("remote_ephemeral_public"))
    handshake = SecretHandshake(local, remote.public, identity(case["node_xprv"]))
    assert handshake.identity.public_key == value("node_public_key")
    assert handshake.challenge == value("challenge")
    assert handshake.stream.send_nonce == value("send_nonce_initial")
    assert handshake.stream.receive_nonce == value("recv_nonce_initial")
    auth_message = handshake.auth_message()
    assert auth_message == value("auth_message")
    assert auth_message.endswith(value("challenge_signature"))

    other_end = SecretHandshake(remote, local.public, identity(case["remote_node_xprv"]))
    assert other_end.check_auth_message(auth_message) == value("node_public_key")
    assert handshake.check_auth_message(other_end.auth_message()) == value("remote_public_key")
    writes = [auth_message, *(bytes.fromhex(data) for data in case["data"])]
    sealed = [handshake.stream.seal(data) for data in writes]
    assert b"".join(sealed).hex() == "".join(case["sealed_writes"])
    assert [other_end.stream.feed(frames) for frames in sealed] == writes
    assert handshake.stream.send_nonce == value("send_nonce_after")
    assert other_end.stream.receive_nonce == value("send_nonce_after")


def check_auth(case: Case) -> None:
    local, remote = ephemeral(case["local_ephemeral_private"]), ephemeral(case["remote_ephemeral_private"])
    handshake = SecretHandshake(local, remote.public, identity(case["node_xprv"]))
    assert handshake.challenge.hex() == case["challenge"]
    message, error = bytes.fromhex(case["received_auth_message"]), case["error"]
    if error is None and not case["panic"]:
        assert handshake.check_auth_message(message) == message[2:34]
        return
    with refused(ForgedHandshake) as refusal:
        handshake.check_auth_message(message)
    answer = str(refusal.error)
    if case["panic"]:  # the reference dies
        assert answer.startswith(PROVEN_WRONG)
    elif "i/o timeout" in error:  # it waits for more; so does our end, before it looks
        assert answer.endswith(f"has {len(message)} bytes, not 100")
    else:
        assert answer.endswith(error.removeprefix(TASK_FAILED))


@family("bytom2_secret_connection")
def check_bytom2_secret_connection(case: Case, _document: Case) -> None:
    {"handshake": check_handshake, "auth": check_auth}[case["op"]](case)
