"""Whatever the chain did, the index of the wallet is that of a fresh scan, and its balances are the truth."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from pybytomd.store import schema
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.store.records.output_records import Utxo
from pybytomd.wallet.check import check_wallet
from pybytomd.wallet.index.transaction_index import TransactionIndex
from pybytomd.wallet.index.utxo_set import UtxoSet
from pybytomd.wallet.wallet import Wallet
from tests.property.wallet_world import World, make_accounts, open_wallet
from tests.unit.wallet.recorded import rows_of_our_own


class SealedStore(MemoryStore):
    """One that nobody else has open, so that a restart finds the indexes as they were left."""

    @property
    def is_sealed(self) -> bool:
        return True


INDEX = (
    schema.TRANSACTION_PREFIX,
    schema.TRANSACTION_POSITION_PREFIX,
    schema.OWN_OUTPUT_PREFIX,
    schema.CONTRACT_OUTPUT_PREFIX,
)

EVENTS = st.one_of(
    st.tuples(st.just("grow"), st.integers(1, 8)),
    st.tuples(st.just("reorganise"), st.integers(1, 12)),
    st.tuples(st.just("step"), st.integers(1, 15)),
    st.tuples(st.just("reorganise meanwhile"), st.integers(1, 12)),
    st.tuples(st.just("rescan"), st.just(0)),
    st.tuples(st.just("restart"), st.just(0)),
)


def index_of(database: MemoryStore) -> dict[bytes, bytes]:
    """The index, without the heights of rewards: quirk, those that a reorganisation made unspent lose theirs."""
    found = {}
    for key, data in database.iterate():
        if key.startswith((schema.OWN_OUTPUT_PREFIX, schema.CONTRACT_OUTPUT_PREFIX)):
            found[key] = Utxo.from_json(data)._replace(valid_height=0).to_json()
        elif key.startswith(INDEX) or key == schema.WALLET_STATUS:
            found[key] = data
    return found


def lists_of(wallet: Wallet) -> tuple[object, ...]:
    accounts = ["", *(account.id for account in wallet.accounts.list())]
    return (
        wallet.utxos.balances(),
        [wallet.utxos.page(0, 10_000, account) for account in accounts],
        [[coin.output_id for coin in wallet.utxos.coins(*key[:2])] for key in wallet.utxos.balances()],
        wallet.utxos.page(0, 10_000, contracts=True),
        [wallet.transactions.page(0, 10_000, account) for account in accounts],
    )


def answers_of(utxos: UtxoSet, transactions: TransactionIndex, accounts: list[str]) -> list[object]:
    pages = [(0, 10_000), (0, 3), (1, 4), (2, 2)]
    return [
        [utxos.balances(account) for account in accounts],
        [utxos.count(account, digit) for account in accounts for digit in ("", "0", "7a")],
        [utxos.page(*page, account, digit) for page in pages for account in accounts for digit in ("", "0")],
        [utxos.count(contracts=True), *(utxos.page(*page, contracts=True) for page in pages)],
        [transactions.count(account) for account in accounts],
        [transactions.page(*page, account) for page in pages for account in accounts],
    ]


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 1 << 32), events=st.lists(EVENTS, max_size=12))
def test_what_was_answered_before_is_not_answered_after_a_change(seed: int, events: list[tuple[str, int]]) -> None:
    database = SealedStore()
    world = World(Random(seed), make_accounts(database))
    wallet = open_wallet(database, world)
    accounts = ["", *(account.id for account in wallet.accounts.list())]
    for event, number in events:
        match event:
            case "grow":
                world.grow(number)
            case "reorganise" | "reorganise meanwhile":
                world.reorganise(number, number + 1)
            case "rescan":
                wallet.rescan()
            case "restart":  # as of others, who change the records and have all read anew
                wallet.utxos.reload()
                wallet.transactions.reload()
        for _ in range(number):
            wallet.step()
            asked = answers_of(wallet.utxos, wallet.transactions, accounts)
            assert asked == answers_of(UtxoSet(database), TransactionIndex(database), accounts)
            assert asked == answers_of(wallet.utxos, wallet.transactions, accounts)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 1 << 32), events=st.lists(EVENTS, max_size=25))
def test_any_history_equals_a_fresh_scan(seed: int, events: list[tuple[str, int]]) -> None:
    database = SealedStore()
    own = make_accounts(database)
    accounts = dict(database.iterate())
    world = World(Random(seed), own)
    wallet = open_wallet(database, world)
    for event, number in events:
        match event:
            case "grow":
                world.grow(number)
            case "reorganise":
                world.reorganise(number, number + 1)
            case "step":
                for _ in range(number):
                    wallet.step()
            case "reorganise meanwhile":
                world.reads_to_reorganisation = number
                wallet.step(12)
                world.reads_to_reorganisation = 0
            case "rescan":
                wallet.rescan()
            case "restart":
                wallet = open_wallet(database, world)
    wallet.catch_up()

    scanned = MemoryStore()
    scanned.write(accounts)
    fresh = open_wallet(scanned, world)
    fresh.catch_up()
    assert index_of(database) == index_of(scanned)
    assert lists_of(wallet) == lists_of(fresh)
    rows = rows_of_our_own(database)
    wallet.utxos.reload()
    wallet.transactions.reload()
    assert rows == rows_of_our_own(database)

    truth: dict[tuple[str, bytes], int] = {}
    for (program, asset_id), amount in world.balances().items():
        owner = wallet.accounts.local_program(program)
        assert owner is not None
        truth[owner.account_id, asset_id] = truth.get((owner.account_id, asset_id), 0) + amount
    assert {(account, asset): amount for account, asset, amount in wallet.utxos.balances()} == truth
    assert not [f for f in check_wallet(wallet).findings if f.recorded is None or f.proved is None]
