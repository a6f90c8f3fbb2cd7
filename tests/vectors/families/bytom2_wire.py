"""``bytom2_wire.json``: every message of both channels of Bytom 2."""

from collections.abc import Callable
from typing import Any

from pybytomd.errors import DecodeError
from pybytomd.ledger.bytom2.block import BlockHeader
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.sync.bytom2 import messages
from tests.vectors.registry import Case, family, refused

Fields = dict[str, Any]
Message = messages.ChainMessage | messages.ConsensusMessage

DECODERS: dict[int, Callable[[bytes], Message]] = {
    messages.CHAIN_CHANNEL: messages.decode_chain,
    messages.CONSENSUS_CHANNEL: messages.decode_consensus,
}
GO_NAMES = {
    messages.BlockVerification: "*consensusmgr.BlockVerificationMsg",
    messages.BlockPropose: "*consensusmgr.BlockProposeMsg",
}


def hexes(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(text) for text in texts)


def texts(items: list[str]) -> tuple[bytes, ...]:
    return tuple(item.encode() for item in items)


def quoted(items: list[str]) -> tuple[bytes, ...]:
    return tuple(b'"%b"' % item.encode() for item in items)


BUILDERS: dict[str, Callable[[Fields], Message]] = {
    "get_block": lambda f: messages.GetBlock(f["height"], bytes.fromhex(f["hash"])),
    "block": lambda f: messages.BlockMessage(f["block"].encode()),
    "get_headers": lambda f: messages.GetHeaders(hexes(f["locator"]), bytes.fromhex(f["stop_hash"]), f["skip"]),
    "headers": lambda f: messages.Headers(quoted(f["headers"])),
    "get_blocks": lambda f: messages.GetBlocks(hexes(f["locator"]), bytes.fromhex(f["stop_hash"])),
    "blocks": lambda f: messages.Blocks(quoted(f["blocks"])),
    "status": lambda f: messages.Status(
        f["best_height"], bytes.fromhex(f["best_hash"]), f["justified_height"], bytes.fromhex(f["justified_hash"])
    ),
    "transaction": lambda f: messages.TransactionMessage(f["transaction"].encode()),
    "transactions": lambda f: messages.Transactions(texts(f["transactions"])),
    "mine_block": lambda f: messages.MineBlock(f["block"].encode()),
    "filter_load": lambda f: messages.FilterLoad(hexes(f["addresses"])),
    "filter_add": lambda f: messages.FilterAdd(bytes.fromhex(f["address"])),
    "filter_clear": lambda f: messages.FilterClear(),
    "get_merkle_block": lambda f: messages.GetMerkleBlock(f["height"], bytes.fromhex(f["hash"])),
    "merkle_block": lambda f: messages.MerkleBlock(
        f["header"].encode(), hexes(f["tx_hashes"]), texts(f["transactions"]), bytes.fromhex(f["flags"])
    ),
    "block_verification": lambda f: messages.BlockVerification(
        bytes.fromhex(f["source_hash"]),
        bytes.fromhex(f["target_hash"]),
        bytes.fromhex(f["pubkey"]),
        bytes.fromhex(f["signature"]),
    ),
    "block_propose": lambda f: messages.BlockPropose(f["block"].encode()),
}


def go_name(message: Message) -> str:
    name = type(message).__name__.removesuffix("Message")
    return GO_NAMES.get(type(message), f"*messages.{name}Message")


def check_message(case: Case) -> None:
    message = BUILDERS[case["type"]](case["fields"] or {})
    assert messages.encode(message).hex() == case["hex"]
    assert DECODERS[case["channel"]](bytes.fromhex(case["hex"])) == message
    assert message.describe() == case["text"]
    match message:
        case messages.Headers():
            decoded = message.headers()
            assert [header.to_hex() for header in decoded] == case["fields"]["headers"]
            assert messages.Headers.of(decoded) == message
        case messages.Blocks():
            assert messages.Blocks.of(message.blocks()) == message
        case messages.BlockMessage() | messages.MineBlock() | messages.BlockPropose():
            assert type(message).of(message.block()) == message
        case messages.TransactionMessage():
            assert messages.TransactionMessage.of(message.transaction()) == message
        case messages.Transactions():
            assert messages.Transactions.of(message.transactions()) == message
        case messages.BlockVerification():
            assert messages.BlockVerification.of(message.verification()) == message
        case messages.MerkleBlock():
            assert BlockHeader.from_hex(message.header_text).to_hex() == case["fields"]["header"]
            assert [Transaction.from_hex(text).to_hex() for text in case["fields"]["transactions"]] == case[
                "fields"
            ]["transactions"]


def check_decode(case: Case) -> None:
    data, decode = bytes.fromhex(case["hex"]), DECODERS[case["channel"]]
    if case["panic"] or case["error"] or case["message"] == "nil":
        with refused(DecodeError) as refusal:
            decode(data)
        if case["error"]:
            assert str(refusal.error) == case["error"]
        return
    message = decode(data)
    assert go_name(message) == case["message"]
    assert messages.encode(message).hex() == case.get("reencoded", case["hex"])
    assert message.describe() == case["text"]


@family("bytom2_wire")
def check_bytom2_wire(case: Case, _document: Case) -> None:
    {"message": check_message, "decode": check_decode}[case["op"]](case)
