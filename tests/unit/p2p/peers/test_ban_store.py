import pytest

from pybytomd.p2p.peers.ban_store import decode_bans, encode_bans


def test_the_form_is_the_references() -> None:
    value = b'{"127.0.0.2":"2026-11-23T18:19:21.305211364Z"}'
    bans = decode_bans(value)
    assert bans == {"127.0.0.2": pytest.approx(1795457961.305211)}
    assert decode_bans(b'{"127.0.0.2":"2026-11-23T20:19:21.305211364+02:00"}') == bans
    assert encode_bans({"10.0.0.2": 0.5, "10.0.0.1": 1795457961.0}) == (
        b'{"10.0.0.1":"2026-11-23T18:19:21Z","10.0.0.2":"1970-01-01T00:00:00.5Z"}'
    )
    assert decode_bans(encode_bans(bans)) == pytest.approx(bans)


@pytest.mark.parametrize(
    "value", [None, b"", b"[]", b"{", b'{"x":"2026-11-23T18:19:21Z"}', b'{"1.1.1.1":5}', b"\xff"]
)
def test_damage_costs_only_what_is_damaged(value: bytes | None) -> None:
    assert decode_bans(value) == {}
