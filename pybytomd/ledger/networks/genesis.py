"""The first blocks. All networks share one transaction; test network and solonet share the whole block."""

from __future__ import annotations

from pybytomd.ledger import merkle
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.constants import BTM_ASSET_ID, GENESIS_SUBSIDY, ZERO_HASH
from pybytomd.ledger.inputs import CoinbaseInput, TxOutput
from pybytomd.ledger.transaction import Transaction

GENESIS_ARBITRARY = b"Information is power. -- Jan/11/2013. Computing is power. -- Apr/24/2018."
GENESIS_PROGRAM = bytes.fromhex("00148c9d063ff74ee6d9ffa88d83aeb038068366c4c4")
GENESIS_NONCE = 9253507043297


def genesis_block(timestamp: int, bits: int) -> Block:
    """The first block of a network. Its proof of work is never checked."""
    coinbase = Transaction(
        version=1,
        time_range=0,
        inputs=(CoinbaseInput(GENESIS_ARBITRARY),),
        outputs=(TxOutput(BTM_ASSET_ID, GENESIS_SUBSIDY, GENESIS_PROGRAM),),
    )
    header = BlockHeader(
        version=1,
        height=0,
        previous_block_hash=ZERO_HASH,
        timestamp=timestamp,
        transactions_merkle_root=merkle.transaction_root([coinbase.id]),
        transaction_status_hash=merkle.status_root([False]),
        nonce=GENESIS_NONCE,
        bits=bits,
    )
    return Block(header, (coinbase,))


MAINNET_GENESIS = genesis_block(timestamp=1_524_549_600, bits=2161727821137910632)
TESTNET_GENESIS = genesis_block(timestamp=1_528_945_000, bits=2305843009214532812)

DEV_GENESIS = genesis_block(timestamp=1_577_836_800, bits=0x20000000007FFFFF)
"""Its target is half of all hashes, so that a block counts as two hashes of work."""
