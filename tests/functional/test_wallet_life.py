"""The life of a wallet on a network of its own. After each step its balances are those counted over the chain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.chain_builder import make_branch
from tests.functional.wallet_home import BTM, Balances, Home, pay, spend

COIN = 10**8
FEE = COIN // 10
LOCK = "02abcd87"
"""A program that only ``abcd`` opens."""


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    """Three keys, accounts of one key and of two out of three, and eleven rewards that can be spent."""
    home = Home(tmp_path / "keys")
    xpubs = {name: (await home.ask("create-key", alias=name, password="pw"))["xpub"] for name in ("alice", "bob")}
    xpubs["carol"] = (await home.ask("create-key", alias="carol", password="carol's"))["xpub"]
    for name in ("alice", "bob"):
        await home.ask("create-account", alias=name, root_xpubs=[xpubs[name]], quorum=1)
    await home.ask("create-account", alias="multi", root_xpubs=list(xpubs.values()), quorum=2)
    home.mine(111)
    await home.check()
    return home


async def fund(home: Home, alias: str, *amounts: int) -> None:
    """Pay from alice."""
    address = await home.address(alias)
    await home.send(spend("alice", sum(amounts) + FEE), *(pay(address, amount) for amount in amounts))
    home.mine()


def change(before: Balances, after: Balances, alias: str, asset: str = BTM) -> int:
    return after.get((alias, asset), 0) - before.get((alias, asset), 0)


async def test_rewards_transfer_and_fees(home: Home) -> None:
    before = await home.check()
    assert before == {("alice", BTM): 111 * 41_250_000_000}
    bob = await home.address("bob")
    tx_id = await home.send(spend("alice", 50 * COIN + FEE), pay(bob, 50 * COIN))
    assert await home.check() == before  # not in a block yet
    home.mine()
    after = await home.check()
    assert change(before, after, "bob") == 50 * COIN
    assert change(before, after, "alice") == 41_250_000_000 + FEE - 50 * COIN - FEE
    found = await home.ask("get-transaction", tx_id=tx_id)
    assert found["block_height"] == 112
    assert await home.fails("build-transaction", actions=[spend("bob", 51 * COIN), pay(bob, COIN)]) == "BTM700"


async def test_rewards_that_are_too_young(home: Home) -> None:
    bob = await home.address("bob")
    whole = (await home.balances())["alice", BTM]
    actions = [spend("alice", whole), pay(bob, COIN)]
    assert await home.fails("build-transaction", actions=actions) == "BTM701"
    assert home.wallet.keeper.reservations == []


async def test_issuing_moving_and_retiring(home: Home) -> None:
    keys = [account["xpubs"][0] for account in await home.ask("list-accounts")][:2]
    gold = (await home.ask("create-asset", alias="gold", root_xpubs=keys, quorum=2))["id"]
    alice, bob = await home.address("alice"), await home.address("bob")
    issue = {"type": "issue", "asset_alias": "gold", "amount": 1000}
    await home.send(issue, spend("alice", FEE), pay(alice, 1000, gold), passwords=("pw", "pw"))
    home.mine()
    assert (await home.check())["alice", gold] == 1000
    await home.send(spend("alice", FEE), spend("alice", 300, gold), pay(bob, 300, gold))
    home.mine()
    await home.check()
    retire = {"type": "retire", "asset_alias": "gold", "amount": 100, "arbitrary": "beef"}
    await home.send(spend("alice", FEE), spend("alice", 100, gold), retire)
    home.mine()
    after = await home.check()
    assert (after["alice", gold], after["bob", gold]) == (600, 300)


async def test_two_of_three(home: Home) -> None:
    await fund(home, "multi", 20 * COIN)
    bob = await home.address("bob")
    template = await home.build(spend("multi", 10 * COIN + FEE), pay(bob, 10 * COIN))
    once = await home.ask("sign-transaction", password="carol's", transaction=template)
    assert not once["sign_complete"]
    raw = once["transaction"]["raw_transaction"]
    assert await home.fails("submit-transaction", raw_transaction=raw) in ("BTM763", "BTM766", "BTM000")
    await home.submit(await home.sign(once["transaction"], "pw"))
    home.mine()
    after = await home.check()
    assert after["multi", BTM] == 10 * COIN - FEE
    assert after["bob", BTM] == 10 * COIN


async def test_locking_in_a_contract_and_taking_back(home: Home) -> None:
    keys = [account["xpubs"][0] for account in await home.ask("list-accounts")][:1]
    gold = (await home.ask("create-asset", alias="gold", root_xpubs=keys, quorum=1))["id"]
    alice = await home.address("alice")
    issue = {"type": "issue", "asset_alias": "gold", "amount": 50}
    lock = {"type": "control_program", "control_program": LOCK, "asset_id": gold, "amount": 50}
    await home.send(issue, spend("alice", FEE), lock)
    home.mine()
    assert ("alice", gold) not in await home.check()
    (locked,) = await home.ask("list-unspent-outputs", smart_contract=True)
    unlock = {
        "type": "spend_account_unspent_output",
        "output_id": locked["id"],
        "arguments": [{"type": "data", "raw_data": {"value": "abcd"}}],
    }
    await home.send(unlock, spend("alice", FEE), pay(alice, 50, gold))
    home.mine()
    assert (await home.check())["alice", gold] == 50
    assert await home.ask("list-unspent-outputs", smart_contract=True) == []


async def test_merging_fifty_outputs(home: Home) -> None:
    await fund(home, "bob", *[COIN] * 50)
    alice = await home.address("alice")
    before = await home.check()
    templates = await home.ask(
        "build-chain-transactions", actions=[spend("bob", 49 * COIN), pay(alice, 49 * COIN - FEE)]
    )
    signed = await home.ask("sign-transactions", password="pw", transactions=templates)
    assert signed["sign_complete"]
    estimate = await home.ask("estimate-chain-transaction-gas", transaction_templates=templates)
    assert estimate["chain_tx_neu"] == 6_000_000 * (len(templates) - 1)
    raw = [template["raw_transaction"] for template in signed["transaction"]]
    assert len((await home.ask("submit-transactions", raw_transactions=raw))["tx_id"]) == len(templates)
    home.wallet.catch_up()
    home.mine()
    after = await home.check()
    fees = 6_000_000 * (len(templates) - 1)
    assert after["bob", BTM] == COIN - fees
    assert change(before, after, "alice") == 49 * COIN - FEE + 41_250_000_000 + fees + FEE


async def test_spending_what_no_block_has_confirmed(home: Home) -> None:
    await fund(home, "bob", 30 * COIN)
    multi = await home.address("multi")
    whole = spend("bob", 10 * COIN + FEE, use_unconfirmed=True)
    await home.send(whole, pay(multi, 10 * COIN))
    assert await home.fails("build-transaction", actions=[spend("bob", COIN), pay(multi, 1)]) == "BTM702"
    await home.send(whole, pay(multi, 10 * COIN))
    assert len((await home.ask("list-unconfirmed-transactions"))["tx_ids"]) == 2
    home.mine()
    after = await home.check()
    assert after["bob", BTM] == 10 * COIN - 2 * FEE
    assert after["multi", BTM] == 20 * COIN


async def test_ten_blocks_are_undone(home: Home) -> None:
    before = await home.check()
    fork = home.chain.block(home.chain.best_hash)
    await fund(home, "bob", 30 * COIN)
    home.mine(9)
    assert (await home.check())["bob", BTM] == 30 * COIN
    for block in make_branch(fork, 11):
        home.chain.process_block(block, proof=True)
    home.wallet.catch_up()
    assert home.chain.best_height == fork.height + 11
    assert await home.check() == before  # the payment waits again, or is gone; the rewards are somebody else's
    home.clock.advance(11 * 150)
    home.mine()
    await home.check()


async def test_rescan(home: Home) -> None:
    await fund(home, "bob", 5 * COIN, 6 * COIN)
    before = await home.check()
    transactions = await home.ask("list-transactions")
    await home.ask("rescan-wallet")
    home.wallet.catch_up()
    assert await home.check() == before
    assert await home.ask("list-transactions") == transactions


async def test_recovery_from_mnemonics_in_a_new_home(home: Home, tmp_path: Path) -> None:
    created = await home.ask("create-key", alias="dora", password="pw")
    await home.ask("create-account", alias="dora", root_xpubs=[created["xpub"]], quorum=1)
    for _ in range(3):
        await fund(home, "dora", 7 * COIN)
    await home.send(spend("dora", COIN), pay(await home.address("alice"), COIN - FEE))
    home.mine()
    owned = (await home.check())["dora", BTM]
    other = Home(tmp_path / "other", chain=home.chain, clock=home.clock)
    await other.ask("create-key", alias="dora", password="new", mnemonic=created["mnemonic"])
    await other.ask("recovery-wallet", xpubs=[created["xpub"]])
    other.wallet.catch_up()
    assert list((await other.check()).values()) == [owned]
    (account,) = await other.ask("list-accounts")
    alias = account.get("alias", "")
    template = await other.build(spend(alias, COIN), pay(await home.address("bob"), COIN - FEE))
    await other.submit(await other.sign(template, "new"))
    home.mine()
    other.wallet.catch_up()
    assert list((await other.check()).values()) == [owned - COIN]


async def test_backup_and_restore(home: Home, tmp_path: Path) -> None:
    await fund(home, "bob", 5 * COIN)
    await fund(home, "multi", 8 * COIN)
    before = await home.check()
    image: dict[str, Any] = await home.ask("backup-wallet")
    other = Home(tmp_path / "other", chain=home.chain, clock=home.clock)
    await other.ask("restore-wallet", **image)
    other.wallet.catch_up()
    assert await other.check() == before
    template = await other.build(spend("multi", COIN), pay(await home.address("bob"), COIN - FEE))
    await other.submit(await other.sign(template, "pw", "carol's"))


async def test_a_wrong_password_spends_nothing(home: Home) -> None:
    bob = await home.address("bob")
    template = await home.build(spend("alice", COIN), pay(bob, COIN - FEE))
    answer = await home.ask("sign-transaction", password="nonsense", transaction=template)
    assert not answer["sign_complete"]
    raw = answer["transaction"]["raw_transaction"]
    assert (await home.fails("submit-transaction", raw_transaction=raw)).startswith("BTM76")
    assert (await home.ask("list-unconfirmed-transactions"))["tx_ids"] == []
    await home.submit(await home.sign(answer["transaction"], "pw"))
    home.mine()
    assert (await home.check())["bob", BTM] == COIN - FEE


async def test_a_template_that_cannot_be_signed_frees_what_it_spends(home: Home) -> None:
    bob = await home.address("bob")
    template = await home.build(spend("alice", COIN), pay(bob, COIN - FEE))
    assert len(home.wallet.keeper.reservations) == 1
    template["signing_instructions"] *= 2
    assert await home.fails("sign-transaction", password="pw", transaction=template) == "BTM000"
    assert home.wallet.keeper.reservations == []
