"""Whom accounts vote for. Source: bytom2-network-wallet-api reference, section 5.4; ``wallet/indexer.go``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.wallet.index.utxo_set import UINT64, Holding


@dataclass(frozen=True, slots=True)
class VoteDetail:
    """A validator by its key in hex, and how much votes for it, in neu."""

    vote: str
    vote_number: int


@dataclass(frozen=True, slots=True)
class AccountVotes:
    """The votes of an account, by the keys they are for."""

    account_id: str
    account_alias: str
    total_vote_number: int
    vote_details: Sequence[VoteDetail]


def votes_in(purses: Iterable[Holding], alias_of: Callable[[str], str]) -> list[AccountVotes]:
    """What of the holdings of accounts are votes: purses of BTM that name a key behind the asset."""
    found = []
    for account_id, rows in groupby(purses, lambda row: row[0]):
        details = [
            VoteDetail(purse[len(BTM_ASSET_ID) :].hex(), amount)
            for _, purse, amount in rows
            if purse.startswith(BTM_ASSET_ID) and len(purse) > len(BTM_ASSET_ID)
        ]
        if details:
            total = sum(detail.vote_number for detail in details) & UINT64
            found.append(AccountVotes(account_id, alias_of(account_id), total, details))
    return found
