"""What accounts hold, told apart by whether it can be spent. Not in the reference, whose balances are one sum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from pybytomd.wallet.index.utxo_set import Holding, UtxoSet

ASSET_ID_SIZE = 32


@dataclass(frozen=True, slots=True)
class Parts:
    """What an account holds of an asset. ``total`` is what its balance says.

    ``spendable`` could be spent in the next block, ``maturing`` are rewards that are too young for that. ``voted``
    is in votes, ``locked`` is the part of it that cannot be taken back yet.
    """

    account_id: str
    asset_id: bytes
    total: int
    spendable: int
    maturing: int
    voted: int
    locked: int


def holdings(utxos: UtxoSet, height: int, account_id: str = "") -> list[Parts]:
    """What accounts, or one, hold by account and asset when the best block is at this height."""
    found = []
    for (account, asset_id), rows in groupby(utxos.balances(account_id), _of_asset):
        ready, maturing = [0, 0], [0, 0]
        for _, purse, _ in rows:
            is_vote = len(purse) > ASSET_ID_SIZE
            for coin in utxos.coins(account, purse):
                amounts = ready if coin.valid_height <= height else maturing
                amounts[is_vote] += coin.amount
        found.append(
            Parts(
                account,
                asset_id,
                total=sum(ready) + sum(maturing),
                spendable=ready[False],
                maturing=maturing[False],
                voted=ready[True] + maturing[True],
                locked=maturing[True],
            )
        )
    return found


def assets_of(purses: Iterable[Holding]) -> list[Holding]:
    """What accounts hold of each asset, whatever purses it is in. Those of one asset stand side by side."""
    return [
        (account, asset_id, sum(amount for _, _, amount in rows) % (1 << 64))
        for (account, asset_id), rows in groupby(purses, _of_asset)
    ]


def _of_asset(row: Holding) -> tuple[str, bytes]:
    return row[0], row[1][:ASSET_ID_SIZE]
