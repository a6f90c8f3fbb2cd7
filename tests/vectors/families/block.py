"""``block.json``: raw headers and blocks, their fields, hashes and serialization."""

from pybytomd.errors import DecodeError
from pybytomd.ledger import merkle
from pybytomd.ledger.block import Block, BlockHeader
from tests.vectors.registry import Case, family, refused


def check_header(header: BlockHeader, case: Case) -> None:
    fields = {
        "version": header.version,
        "height": header.height,
        "previous_block_hash": header.previous_block_hash.hex(),
        "timestamp": header.timestamp,
        "transaction_merkle_root": header.transactions_merkle_root.hex(),
        "transaction_status_hash": header.transaction_status_hash.hex(),
        "nonce": header.nonce,
        "bits": header.bits,
    }
    assert fields == case["header"]
    assert header.hash.hex() == case["hash"]


@family("block")
def check_block(case: Case, _document: Case) -> None:
    if case["kind"] == "header_write_error":
        fields = {key: bytes.fromhex(v) if isinstance(v, str) else v for key, v in case["header"].items()}
        fields["transactions_merkle_root"] = fields.pop("transaction_merkle_root")
        header = BlockHeader(**fields)
        assert header.hash.hex() == case["hash"]
        with refused(DecodeError) as refusal:
            header.to_bytes()
        assert case["error"] in str(refusal.error)
        return
    decode = BlockHeader.from_hex if case["kind"] == "header" else Block.from_hex
    if case["error"] is not None or case.get("panic"):
        with refused(DecodeError) as refusal:
            decode(case["raw"])
        if case["error"] is not None:
            assert str(refusal.error) == case["error"]
        return
    decoded = decode(case["raw"])
    assert decoded.to_hex() == case.get("reserialized", case["raw"])
    if isinstance(decoded, BlockHeader):
        check_header(decoded, case)
        return
    check_header(decoded.header, case)
    assert decoded.header.to_hex() == case["header_raw"]
    ids = [tx.id for tx in decoded.transactions]
    assert [i.hex() for i in ids] == case["tx_ids"]
    assert merkle.transaction_root(ids).hex() == case["computed_tx_merkle_root"]
    if case.get("genesis"):
        assert merkle.status_root([False]).hex() == case["computed_status_merkle_root"]
