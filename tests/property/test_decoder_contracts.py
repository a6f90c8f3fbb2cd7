"""Whatever bytes a decoder is given, it answers or raises its one class: no other error ever leaves one.

Inputs are good ones with damage, JSON with values of every shape in them, and JSON that is hard to read: half
pairs of surrogates, numbers of thousands of digits, brackets inside brackets, bytes that are no text.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybytomd.chain.archive.file_format import ArchiveError, ChainArchive, write_archive
from pybytomd.clock import ManualClock
from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json import gojson
from pybytomd.crypto.chainkd import XPub
from pybytomd.crypto.keystore import KeyFile
from pybytomd.errors import ConfigError, DecodeError
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.ledger.transaction import Transaction
from pybytomd.node.home import node_key
from pybytomd.node.settings.config import Config
from pybytomd.p2p.discovery.address_book import AddressBook
from pybytomd.p2p.discovery.address_file import UnreadableBook, decode_book
from pybytomd.p2p.discovery.packets import decode_packet
from pybytomd.p2p.errors import IncompatiblePeer
from pybytomd.p2p.peers.ban_store import decode_bans
from pybytomd.p2p.transport.node_info import NodeInfo, NodeInfoReader, major_version
from pybytomd.rpc.access.tokens import Token
from pybytomd.store.records.core_records import ChainState, decode_utxo
from pybytomd.store.records.output_records import Utxo
from pybytomd.sync import messages
from pybytomd.sync.message_handler import read_bodies
from pybytomd.sync.report.version_notice import VersionNotice
from pybytomd.wallet.accounts.account_records import Account, ControlProgram
from pybytomd.wallet.assets.asset_records import Asset
from pybytomd.wallet.index.status import Cursor
from pybytomd.wallet.recovery_state import RecoveryState
from tests.chain_builder import GENESIS, make_branch

BLOCKS = [GENESIS, *make_branch(GENESIS, 2)]
VECTORS = Path(__file__).parents[1] / "vectors" / "data"
DIGITS = 5000
DEPTH = sys.getrecursionlimit() * 2

HARD_VALUES: tuple[bytes, ...] = (
    b'"\\ud800"', b'"\\udfff\\ud800"', b'"\\u0000"', b'"\xff\xfe"', b'"\xed\xa0\x80"',
    b"9" * DIGITS, b"-" + b"9" * DIGITS, b"1." + b"9" * DIGITS, b"1e999999", b"Infinity", b"NaN",
    b"[" * DEPTH, b"[" * DEPTH + b"]" * DEPTH, b'{"a":' * DEPTH, b"null", b"true", b"{}", b"[]",
    b'""', b'"zz"', b"-1", b"1.5", b"18446744073709551616",
)  # fmt: skip


@dataclass(frozen=True)
class Decoder:
    """What reads bytes, the class of error it raises, and an input that it takes."""

    read: Callable[[bytes], object]
    refusal: type[Exception]
    good: bytes


def contents(data: bytes) -> None:
    message = messages.decode(data)
    if isinstance(message, messages.BlockMessage | messages.MineBlock):
        message.block()
        read_bodies([message.text], are_json=False)
    elif isinstance(message, messages.Headers):
        message.headers()
    elif isinstance(message, messages.Blocks):
        message.blocks()
        read_bodies(message.texts, are_json=True)
    elif isinstance(message, messages.TransactionMessage):
        message.transaction()


def listed(kind: type[messages.Headers] | type[messages.Blocks]) -> Callable[[bytes], object]:
    """A message of one item, whose text is what is damaged."""
    return lambda text: contents(messages.encode(kind((text,))))


def archive() -> bytes:
    packed = BytesIO()
    write_archive(packed, SOLONET, 0, len(BLOCKS), [block.to_bytes() for block in BLOCKS])
    return packed.getvalue()


def in_file(read: Callable[[Path], object], name: str) -> Callable[[bytes], object]:
    """A reader of a file."""

    def from_bytes(data: bytes) -> object:
        path = HOME / name
        path.write_bytes(data)
        return read(path)

    return from_bytes


def read_archive(path: Path) -> None:
    with ChainArchive.open(path) as opened:
        list(opened)


def text_of(read: Callable[[str], object]) -> Callable[[bytes], object]:
    """A reader of text, which may have come from the command line."""
    return lambda data: read(data.decode("utf-8", "surrogateescape"))


def read_packet() -> bytes:
    cases = json.loads((VECTORS / "discover_packet.json").read_text())["cases"]
    return bytes.fromhex(next(case["packet"] for case in cases if "packet" in case))


RECOVERY = b'{"StartTime":"2026-11-23T18:19:21Z","XPubs":[]}'
INFO = NodeInfo(bytes(32), "moniker", "solonet", "127.0.0.1:1", "1.1.1", ("7",))
KEY_FILE = json.dumps(
    {
        "crypto": {
            "cipher": "aes-128-ctr", "ciphertext": "00", "cipherparams": {"iv": "00"}, "kdf": "scrypt",
            "kdfparams": {"n": 2, "r": 8, "p": 1, "dklen": 32, "salt": "00"}, "mac": "00",
        },
        "id": "x", "type": "bytom_kd", "version": 1, "alias": "a", "xpub": "00",
    }
).encode()  # fmt: skip
BOOK = b'{"format":1,"addresses":[{"address":"1.2.3.4:5","node_id":"","answered_at":1,"failures":0}]}'
RECORDED = json.dumps({"blocks": [block.to_bytes().hex() for block in BLOCKS]}).encode()
HEADER = b'"%b"' % BLOCKS[1].header.to_hex().encode()
TRANSACTION = BLOCKS[1].transactions[0]


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> None:
    global HOME
    HOME = tmp_path_factory.mktemp("decoders")


HOME = Path()
DECODERS: dict[str, Decoder] = {
    "messages": Decoder(contents, DecodeError, messages.encode(messages.Headers.of([BLOCKS[1].header]))),
    "an item of headers": Decoder(listed(messages.Headers), DecodeError, HEADER),
    "an item of blocks": Decoder(listed(messages.Blocks), DecodeError, b'"%b"' % BLOCKS[1].to_hex().encode()),
    "node infos": Decoder(lambda data: NodeInfoReader().feed(data), DecodeError, INFO.encode()),
    "versions": Decoder(text_of(major_version), IncompatiblePeer, b"1.1.1"),
    "newer versions": Decoder(text_of(VersionNotice("1.1.1").seen), IncompatiblePeer, b"1.1.2"),
    "datagrams": Decoder(decode_packet, DecodeError, read_packet()),
    "hex": Decoder(text_of(decode_hex), DecodeError, b"00ff"),
    "block hex": Decoder(text_of(Block.from_hex), DecodeError, BLOCKS[1].to_hex().encode()),
    "header hex": Decoder(text_of(BlockHeader.from_hex), DecodeError, BLOCKS[1].header.to_hex().encode()),
    "transaction hex": Decoder(text_of(Transaction.from_hex), DecodeError, TRANSACTION.to_hex().encode()),
    "transactions": Decoder(Transaction.from_bytes, DecodeError, TRANSACTION.to_bytes()),
    "keys": Decoder(text_of(XPub.from_hex), DecodeError, b"00" * 64),
    "JSON": Decoder(gojson.loads, DecodeError, b'{"a":[1,"x",null]}'),
    "key files": Decoder(KeyFile.from_json, DecodeError, KEY_FILE),
    "the best block": Decoder(ChainState.from_json, DecodeError, ChainState(1, bytes(32)).to_json()),
    "unspent outputs": Decoder(decode_utxo, DecodeError, b"\x08\x01"),
    "accounts": Decoder(Account.from_json, DecodeError, b'{"id":"0A","alias":"a","xpubs":[],"quorum":1}'),
    "programs": Decoder(ControlProgram.from_json, DecodeError, b'{"AccountID":"","KeyIndex":1}'),
    "outputs of the wallet": Decoder(Utxo.from_json, DecodeError, b'{"OutputID":"00","Amount":1}'),
    "assets": Decoder(Asset.from_json, DecodeError, b'{"id":"%b","alias":"a"}' % (b"00" * 32)),
    "the wallet's cursor": Decoder(Cursor.from_json, DecodeError, b'{"WorkHeight":1}'),
    "recoveries": Decoder(RecoveryState.from_json, DecodeError, RECOVERY),
    "tokens": Decoder(Token.from_json, DecodeError, b'{"id":"a","token":"b"}'),
    "bans": Decoder(decode_bans, DecodeError, b'{"1.2.3.4":"2026-11-23T18:19:21Z"}'),
    "address book": Decoder(
        lambda data: decode_book(data, AddressBook(ManualClock(0))), UnreadableBook, BOOK,
    ),
    "archives": Decoder(in_file(read_archive, "archive"), ArchiveError, archive()),
    "packed archives": Decoder(in_file(read_archive, "archive.gz"), ArchiveError, gzip.compress(archive())),
    "recorded chains": Decoder(in_file(read_archive, "chain.json"), ArchiveError, RECORDED),
    "node keys": Decoder(
        in_file(lambda path: node_key.read_key(path), "node_key.json"), ConfigError,
        node_key.NodeKey.generate().to_json().encode(),
    ),
    "config.toml": Decoder(
        in_file(lambda path: Config.load(path.parent, {}, {}), "config.toml"), ConfigError,
        b'api_addr = "127.0.0.1:9888"\nchain_id = "solonet"\n[p2p]\nmax_num_peers = 50\n',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DECODERS)
def test_what_is_good_is_read(name: str) -> None:
    DECODERS[name].read(DECODERS[name].good)


@pytest.mark.parametrize("name", DECODERS)
def test_what_is_hard_to_read_is_read_or_refused(name: str) -> None:
    decoder = DECODERS[name]
    good = decoder.good
    values = [good[i:j] for i, j in _json_values(good)]
    for hard in HARD_VALUES:
        for data in (
            hard,
            *(good.replace(value, hard, 1) for value in values),
            good + hard,
            b'{"a":' + hard + b"}",
        ):
            _try(decoder, data)


@pytest.mark.parametrize("name", DECODERS)
@given(data=st.data())
def test_damage_is_read_or_refused(name: str, data: st.DataObject) -> None:
    decoder = DECODERS[name]
    damaged = bytearray(decoder.good)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged)))
        length = data.draw(st.integers(0, 8))
        damaged[place : place + length] = data.draw(st.binary(max_size=8) | st.sampled_from(HARD_VALUES))
    _try(decoder, bytes(damaged))


def _try(decoder: Decoder, data: bytes) -> None:
    try:
        decoder.read(data)
    except decoder.refusal as error:
        assert str(error)


def _json_values(text: bytes) -> list[tuple[int, int]]:
    """Where numbers and texts stand in JSON."""
    found = []
    start = 0
    while start < len(text) and len(found) < 40:
        if text[start : start + 1] == b'"':
            end = text.find(b'"', start + 1) + 1 or len(text)
            found.append((start, end))
            start = end
        elif text[start : start + 1].isdigit():
            end = start
            while text[end : end + 1].isdigit():
                end += 1
            found.append((start, end))
            start = end
        else:
            start += 1
    return found
