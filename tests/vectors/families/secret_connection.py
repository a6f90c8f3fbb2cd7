"""``secret_connection.json``: the transport handshake and sealed frames with fixed keys, seen from both ends."""

from pybytomd.p2p.identity import Ed25519Identity
from pybytomd.p2p.transport.secret_connection import EphemeralKey, SecretHandshake
from tests.vectors.registry import Case, family


@family("secret_connection")
def check_secret_connection(case: Case, _document: Case) -> None:
    def value(name: str) -> bytes:
        return bytes.fromhex(case[name])

    local = EphemeralKey(value("local_ephemeral_private"), value("local_ephemeral_public"))
    remote = EphemeralKey(value("remote_ephemeral_private"), value("remote_ephemeral_public"))
    identity = Ed25519Identity(value("node_private_key"))
    handshake = SecretHandshake(local, remote.public, identity)
    assert handshake.challenge == value("challenge")
    assert handshake.stream.send_nonce == value("send_nonce_initial")
    assert handshake.stream.receive_nonce == value("recv_nonce_initial")
    auth_message = handshake.auth_message()
    assert auth_message == value("auth_message")
    assert auth_message.endswith(value("challenge_signature"))

    other_end = SecretHandshake(remote, local.public, identity)
    assert other_end.check_auth_message(auth_message) == value("node_public_key")
    writes = [auth_message, *(bytes.fromhex(data) for data in case["data"])]
    for data, sealed_hex in zip(writes, case["sealed_writes"], strict=True):
        sealed = handshake.stream.seal(data)
        assert sealed.hex() == sealed_hex
        assert other_end.stream.feed(sealed) == data
    assert handshake.stream.send_nonce == value("send_nonce_after")
    assert other_end.stream.receive_nonce == value("send_nonce_after")
