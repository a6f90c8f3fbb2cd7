import pytest

from pybytomd.errors import DecodeError
from pybytomd.ledger.networks.params import MAINNET, SOLONET
from pybytomd.sync import messages
from pybytomd.sync.messages import BlockMessage, Blocks, Headers, MineBlock, TransactionMessage, decode, encode

GENESIS = SOLONET.genesis


@pytest.mark.parametrize("kind", [BlockMessage, MineBlock])
def test_blocks_travel_as_hex_text(kind: type[BlockMessage] | type[MineBlock]) -> None:
    message = decode(encode(kind.of(GENESIS)))
    assert isinstance(message, kind)
    assert message.block() == GENESIS
    assert message.text.startswith(b"0301")
    assert GENESIS.hash.hex() in message.describe()
    assert kind(b"xx").describe() == "{err: wrong message}"


def test_lists_of_blocks_and_headers_are_json_strings() -> None:
    blocks = [GENESIS, MAINNET.genesis]
    message = Blocks.of(blocks)
    assert message.texts[0][:5] == b'"0301'
    assert message.blocks() == blocks
    headers = Headers.of(block.header for block in blocks)
    assert headers.headers() == [block.header for block in blocks]
    text = GENESIS.header.to_hex()
    odd = Headers((f' "{text}" '.encode(), f'"\\u003{text[0]}{text[1:]}"'.encode(), f'"{text.upper()}"'.encode()))
    assert odd.headers() == [GENESIS.header] * 3


@pytest.mark.parametrize("item", [b"", b'"', b'""', b"5", b"null", b'"xx"', b"[" * 50_000, b'"\xff"', b'"00"'])
def test_items_that_are_no_headers(item: bytes) -> None:
    with pytest.raises(DecodeError):
        Headers((item,)).headers()
    with pytest.raises(DecodeError):
        Blocks((item,)).blocks()


def test_transactions_travel_as_hex_text() -> None:
    coinbase = GENESIS.transactions[0]
    message = TransactionMessage.of(coinbase)
    assert message.transaction() == coinbase
    assert coinbase.id.hex() in message.describe()


def test_what_decode_refuses() -> None:
    for data in (b"", b"\x00", b"\x77", b"\x10"):
        with pytest.raises(DecodeError):
            decode(data)


def test_every_message_has_a_size_limit_within_the_largest() -> None:
    assert set(messages.SIZE_LIMITS) == set(messages.MESSAGES)
    assert max(messages.SIZE_LIMITS.values()) == messages.MAX_MESSAGE_SIZE
