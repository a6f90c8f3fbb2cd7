"""The first transaction of a block of Bytom 2: nothing for its producer, or the rewards of an epoch for all."""

from __future__ import annotations

from pybytomd.consensus.errors import CoinbaseArbitraryOversize
from pybytomd.ledger.bytom2.checkpoint import Amounts
from pybytomd.ledger.bytom2.inputs import TxOutput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID, COINBASE_ARBITRARY_LIMIT
from pybytomd.ledger.creation import CoinbaseInput


def coinbase_transaction(program: bytes, extra: bytes, height: int, rewards: Amounts) -> Transaction:
    """What pays ``rewards`` (neu by the hex text of a program) in the block at ``height``; empty ones but rarely.

    The first output is of the producer's own ``program``, also when it has earned nothing; the others are in order
    of their programs, where the reference's are in any. The free data is a zero byte, the height in decimal, and
    ``extra``. Raises CoinbaseArbitraryOversize.
    """
    arbitrary = b"\x00" + str(height).encode() + extra
    if len(arbitrary) > COINBASE_ARBITRARY_LIMIT:
        raise CoinbaseArbitraryOversize
    others = sorted((bytes.fromhex(text), amount) for text, amount in rewards.items() if text != program.hex())
    paid = [(program, rewards.get(program.hex(), 0)), *others]
    outputs = tuple([TxOutput(BTM_ASSET_ID, amount, code) for code, amount in paid])
    return Transaction(1, 0, (CoinbaseInput(arbitrary),), outputs)
