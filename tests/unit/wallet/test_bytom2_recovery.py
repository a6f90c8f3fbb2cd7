"""A wallet of Bytom 2 brought back: from its keys and the chain alone, and from an image."""

from __future__ import annotations

from pathlib import Path

import pytest

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.codec.json import gojson
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.accounts.account_records import Account
from pybytomd.wallet.backup import WalletImage, back_up, restore
from pybytomd.wallet.check import check_wallet
from pybytomd.wallet.query.holdings import Parts
from pybytomd.wallet.query.votes import VoteDetail
from pybytomd.wallet.wallet import Wallet
from tests.unit.wallet.bytom2_recorded import load, memory, open_chain, open_wallet, records


def recorded_wallet(chain: Chain) -> Wallet:
    return open_wallet(memory(records("leveldb_dump", "wallet")), chain).wallet


def account_of(wallet: Wallet, alias: str) -> Account:
    return next(account for account in wallet.accounts.list() if account.alias == alias)


def holdings_of(wallet: Wallet, account: Account) -> dict[bytes, tuple[int, ...]]:
    """What is held of each asset: all of it, to spend, too young, in votes, locked there."""
    return {parts.asset_id: _amounts(parts) for parts in wallet.queries.holdings(account.id)}


def _amounts(parts: Parts) -> tuple[int, ...]:
    return parts.total, parts.spendable, parts.maturing, parts.voted, parts.locked


def votes_of(wallet: Wallet, account: Account) -> list[VoteDetail]:
    return [detail for row in wallet.queries.votes(account.id) for detail in row.vote_details]


@pytest.mark.parametrize(("alias", "voted"), [("alice", 3_200_000_000), ("bob", 500_000_000)])
def test_an_account_is_found_from_its_key_with_all_it_holds_and_votes_for(alias: str, voted: int) -> None:
    with open_chain() as chain:
        recorded = recorded_wallet(chain)
        lost = account_of(recorded, alias)
        wallet = open_wallet(MemoryStore(), chain).wallet
        wallet.catch_up()
        wallet.recover(lost.xpubs)
        wallet.catch_up()
        (found,) = wallet.accounts.list()
        assert (found.xpubs, found.signer.key_index) == (lost.xpubs, lost.signer.key_index)
        assert wallet.status().accounts_found == 1
        held = holdings_of(wallet, found)
        assert held == holdings_of(recorded, lost)
        assert held[BTM_ASSET_ID][3] == voted
        assert votes_of(wallet, found) == votes_of(recorded, lost)
        report = check_wallet(wallet)
        assert report.is_sound, report.lines()


def test_a_search_ends_with_a_block_of_after_its_start() -> None:
    """Times of blocks are in milliseconds there, and those of a search are not."""
    blocks = [Block.from_hex(raw) for raw in load("reorg_wallet")["branch_a"]]
    with open_chain() as chain:
        best = chain.best_header.timestamp
        assert max(block.header.timestamp for block in blocks) > best
        wallet = open_wallet(MemoryStore(), chain, clock=ManualClock(best / 1000)).wallet
        wallet.recover(account_of(recorded_wallet(chain), "alice").xpubs)
        wallet.catch_up()
        assert wallet.status().is_recovering
        assert wallet.status().accounts_found == 1
        for block in blocks:
            chain.process_block(block)
        wallet.catch_up()
        assert not wallet.status().is_recovering
        assert len(wallet.accounts.list()) == 1


def test_blocks_that_are_ahead_of_the_clock_are_looked_through() -> None:
    with open_chain() as chain:
        lost = recorded_wallet(chain).accounts.list()
        begun = ManualClock(chain.params.genesis.header.timestamp / 1000)
        wallet = open_wallet(MemoryStore(), chain, clock=begun).wallet
        wallet.recover(next(account for account in lost if account.alias == "bob").xpubs)
        wallet.catch_up()
        assert len(wallet.accounts.list()) == 1
        wallet = open_wallet(MemoryStore(), chain, clock=begun).wallet
        wallet.accounts.restore(lost)
        wallet.find_addresses()
        wallet.catch_up()
        assert all(wallet.accounts.addresses.of_account(account.id) for account in lost)


def test_an_image_brings_back_everything(tmp_path: Path) -> None:
    with open_chain() as chain:
        recorded = recorded_wallet(chain)
        image = back_up(recorded.hsm, recorded.accounts, recorded.assets)
        read = WalletImage.from_value(gojson.loads(gojson.dumps(image.to_value())))
        wallet = open_wallet(MemoryStore(), chain, keys=tmp_path).wallet
        wallet.catch_up()
        restore(read, wallet.hsm, wallet.accounts, wallet.assets)
        wallet.find_addresses([account for account, _ in read.accounts])
        wallet.catch_up()
        accounts = recorded.accounts.list()
        assert [account.alias for account in accounts] == ["multi", "bob", "alice"]
        assert wallet.accounts.list() == accounts
        assert [asset.alias for asset in wallet.assets.list()] == ["GOLD", "SILVER"]
        assert {key.xpub for key in wallet.hsm.list()} == {key.xpub for key in recorded.hsm.list()}
        assert wallet.hsm.list()
        for account in accounts:
            assert holdings_of(wallet, account) == holdings_of(recorded, account)
            assert votes_of(wallet, account) == votes_of(recorded, account)
            found = wallet.accounts.addresses.of_account(account.id)
            assert found
            assert set(found) <= set(recorded.accounts.addresses.of_account(account.id))
        report = check_wallet(wallet)
        assert report.is_sound, report.lines()
