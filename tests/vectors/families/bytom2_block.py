"""``bytom2_block.json``: raw headers and blocks of Bytom 2, their fields, hashes and serialization."""

from typing import Any

from pybytomd.errors import DecodeError
from pybytomd.ledger.bytom2.block import Block, BlockHeader, transactions_from_bytes
from pybytomd.ledger.bytom2.params import NETWORKS
from tests.vectors.registry import Case, family, refused


def header_fields(header: BlockHeader) -> dict[str, Any]:
    return {
        "version": header.version,
        "height": header.height,
        "previous_block_hash": header.previous_block_hash.hex(),
        "timestamp": header.timestamp,
        "transaction_merkle_root": header.transactions_merkle_root.hex(),
        "witness": header.witness.hex(),
        "sup_links": [
            {
                "source_height": link.source_height,
                "source_hash": link.source_hash.hex(),
                "signatures": [signature.hex() for signature in link.signatures],
            }
            for link in header.sup_links
        ],
    }


@family("bytom2_block")
def check_bytom2_block(case: Case, _document: Case) -> None:
    decode = BlockHeader.from_hex if case["kind"] == "header" else Block.from_hex
    if case["error"] is not None or case.get("panic"):
        with refused(DecodeError) as refusal:
            decode(case["raw"])
        if case["error"] is not None:
            assert str(refusal.error) == case["error"]
        return
    decoded = decode(case["raw"])
    header = decoded if isinstance(decoded, BlockHeader) else decoded.header
    assert header_fields(header) == case["header"]
    assert header.hash.hex() == case["hash"]
    assert header.with_witness(b"").with_sup_links(()).hash == header.hash
    assert decoded.to_hex() == case.get("reserialized", case["raw"])
    if isinstance(decoded, BlockHeader):
        return
    assert header.to_hex() == case["header_raw"]
    assert decoded.transactions_to_bytes().hex() == case["transactions_raw"]
    assert [tx.id.hex() for tx in decoded.transactions] == case["tx_ids"]
    assert decoded.root.hex() == case["computed_tx_merkle_root"]
    stored = transactions_from_bytes(bytes.fromhex(case["transactions_raw"]))
    assert Block(BlockHeader.from_hex(case["header_raw"]), stored) == decoded
    assert Block.from_bytes(decoded.to_bytes(), expected=header) == decoded
    if case.get("genesis"):
        assert NETWORKS[case["network"]].genesis == decoded
