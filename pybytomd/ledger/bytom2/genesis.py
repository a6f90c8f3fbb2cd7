"""The first blocks of Bytom 2. All networks share the transactions; test network and solonet the whole block.

Source: bytom2-ledger-and-consensus reference, section 1.4; ``config/genesis_tx.go``.
"""

from __future__ import annotations

from pybytomd.ledger import merkle
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.constants import INITIAL_SUPPLY
from pybytomd.ledger.bytom2.inputs import TxOutput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID, ZERO_HASH
from pybytomd.ledger.creation import CoinbaseInput, IssuanceInput

GENESIS_ARBITRARY = b"Information is power. -- Jan/11/2013. Computing is power. -- Apr/24/2018."
GENESIS_PROGRAM = bytes.fromhex("00148dea804c8f5a27518be2696e43dca0352b9a93cc")

_DEFINITION = """{
  "decimals": 8,
  "description": {},
  "name": "%(symbol)s",
  "quorum": %(quorum)d,
  "reissue": "%(reissue)s",
  "symbol": "%(symbol)s"
}"""


def _issuance(symbol: str, nonce: str, amount: int, quorum: int, reissue: str, program: str) -> IssuanceInput:
    """The issuance of an asset that 1.x had. Its program is never run: it has no arguments."""
    definition = (_DEFINITION % {"symbol": symbol, "quorum": quorum, "reissue": reissue}).encode()
    code = bytes.fromhex(program)
    asset_id = compute_asset_id(code, 1, definition)
    return IssuanceInput(bytes.fromhex(nonce), asset_id, amount, definition, 1, code)


MAG = _issuance(
    symbol="MAG",
    nonce="8e972359c6441299",
    amount=100_000_000_000_000,
    quorum=2,
    reissue="true",
    program="ae20d66ab117eca2bba6aefed569e52d6bf68a7a4ad7d775cbc01f7b2cfcd798f7b2"
    "2031ab3c2147c330c5e360b4e585047d1dea5f529476ad5aff475ecdd5554192312"
    "0851b4a24975df6dbeb4f8e5348542764f85bed67b763875325aa5e45116751b35253ad",
)
SUP = _issuance(
    symbol="SUP",
    nonce="f57f15fbbdf5f70d",
    amount=9_866_701_291_045,
    quorum=1,
    reissue="false",
    program="0354df07cda069ae203c939b7ba615a49adf57b5b4c9c37e80666436970f8507d56a272539cabcb9e15151ad",
)


def genesis_transactions() -> tuple[Transaction, ...]:
    """All BTM of 1.x to one program, and two assets to the same."""
    coinbase = Transaction(
        version=1,
        time_range=0,
        inputs=(CoinbaseInput(GENESIS_ARBITRARY),),
        outputs=(TxOutput(BTM_ASSET_ID, INITIAL_SUPPLY, GENESIS_PROGRAM),),
    )
    assets = Transaction(
        version=1,
        time_range=0,
        inputs=(MAG, SUP),
        outputs=tuple(TxOutput(asset.asset_id, asset.amount, GENESIS_PROGRAM) for asset in (MAG, SUP)),
    )
    return coinbase, assets


def genesis_block(timestamp: int) -> Block:
    """The first block of a network; ``timestamp`` in milliseconds. It is never validated, and nobody signed it."""
    transactions = genesis_transactions()
    header = BlockHeader(
        version=1,
        height=0,
        previous_block_hash=ZERO_HASH,
        timestamp=timestamp,
        transactions_merkle_root=merkle.transaction_root([tx.id for tx in transactions]),
    )
    return Block(header, transactions)


MAINNET_GENESIS = genesis_block(timestamp=1_524_549_600_000)
TESTNET_GENESIS = genesis_block(timestamp=1_528_945_000_000)
