"""The wallet: follows the chain with a cursor of its own and keeps the index of our transactions and outputs.

Source: wallet-and-keys reference, sections 6.1, 6.2 and 7.1; ``wallet/wallet.go``. Where we differ: a failure
does not end the following, it is told in ``status`` and tried again; a replaced core.db leads to a new scan and
not to a standstill; and what needs a rescan says so in the same step in which it changes the database, so that
none is lost when the process is killed.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import Any

from pybytomd.chain.events import AnyJudgedBlock, BestBlockChanged, TransactionAdded, TransactionRemoved
from pybytomd.chain.following.follower import ChainFollower
from pybytomd.chain.mempool.pool_entry import Waiting
from pybytomd.clock import Clock
from pybytomd.crypto.chainkd import XPub
from pybytomd.errors import BytomError, DecodeError
from pybytomd.events import QUEUE_LIMIT, Subscription
from pybytomd.ledger.constants import ZERO_HASH
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import Changes, damaged
from pybytomd.wallet.accounts.account_records import Account, ControlProgram
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.bytom1 import BYTOM1
from pybytomd.wallet.contract_registry import ContractRegistry
from pybytomd.wallet.forms import LedgerForms, WalletChain
from pybytomd.wallet.index.indexer import Indexer
from pybytomd.wallet.index.own_rows import MARK, OUTPUTS, TRANSACTIONS, Progress, quiet
from pybytomd.wallet.index.status import VERSION, Cursor, WalletStatus
from pybytomd.wallet.index.tally import StaleIndex
from pybytomd.wallet.index.transaction_index import TransactionIndex
from pybytomd.wallet.index.unconfirmed import CHECK_SECONDS, UnconfirmedTransactions
from pybytomd.wallet.index.utxo_set import UtxoSet
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.query.lists import Queries
from pybytomd.wallet.recovery import Recovery
from pybytomd.wallet.spend.coin_selection import UtxoKeeper
from pybytomd.worker import Worker

logger = logging.getLogger(__name__)

TRANSACTIONS_AT_ONCE = 32
"""How many are attached, or blocks of one, before the database is written: a tenth of a millisecond each."""

INDEX_PREFIXES = (
    schema.TRANSACTION_PREFIX,
    schema.TRANSACTION_POSITION_PREFIX,
    schema.OWN_OUTPUT_PREFIX,
    schema.CONTRACT_OUTPUT_PREFIX,
)
"""What a scan from the beginning makes anew."""


class Wallet(ChainFollower[AnyJudgedBlock]):
    """The wallet of a node: its parts, and the thread that follows the chain.

    Use as a context manager, or call ``start`` and ``stop``. Without the thread, ``catch_up`` does its work. Every
    method is safe to use from several threads, and raises StoreError when the database fails.
    """

    def __init__(
        self,
        database: KeyValueStore,
        chain: WalletChain,
        accounts: AccountManager,
        assets: AssetRegistry,
        hsm: PseudoHSM,
        clock: Clock,
        *,
        forms: LedgerForms = BYTOM1,
        txindex: bool = False,
        together: Callable[[], AbstractContextManager[None]] = nullcontext,
        progress: Progress = quiet,
    ) -> None:
        """``forms`` are of the ledger. ``txindex`` keeps the place of every transaction of the chain, from the
        blocks attached with it on.

        ``together`` is entered for some blocks at a time: what is written within it may be written at its end.
        ``progress`` is told how far the indexes are where they have to be made anew, which takes a while.
        """
        self.database = database
        self.chain = chain
        self.accounts = accounts
        self.assets = assets
        self.hsm = hsm
        self.contracts = ContractRegistry(database)
        self.utxos = UtxoSet(database, forms.read_utxo, progress)
        self.keeper = UtxoKeeper(self.utxos, lambda: chain.best_height, clock)
        self.recovery = Recovery(database, accounts, clock)
        self.forms = forms
        self.transactions = TransactionIndex(database, progress)
        database.seal()
        annotator = forms.annotator(chain.params.address_prefix, accounts.owner_of)
        self.unconfirmed = UnconfirmedTransactions(
            database, forms, annotator, accounts, self.utxos, self.keeper, clock
        )
        self._indexer = Indexer(
            database,
            forms,
            annotator,
            accounts,
            assets,
            self.utxos,
            self.transactions,
            self.unconfirmed,
            txindex=txindex,
        )
        self.queries = Queries(
            database,
            forms,
            chain,
            accounts,
            assets,
            self.utxos,
            self.keeper,
            self.transactions,
            self.unconfirmed,
            txindex=txindex,
        )
        """The answers to what is asked of the index."""
        self._clock = clock
        self._together = together
        self._changing = threading.RLock()
        self._following_pool = threading.Lock()
        self._arrivals: deque[Waiting[Any]] = deque()
        self._departures: deque[Waiting[Any]] = deque()
        """What entered and left the pool and was not followed yet."""
        work = partial(self.step, TRANSACTIONS_AT_ONCE)
        super().__init__(chain, Worker("wallet", work, self._note_failure, self._note_success))
        self._failure = ""
        self._next_expiry = 0.0
        events, wake = chain.events, self._worker.wake
        self._best_blocks = events.subscribe(BestBlockChanged, wake=wake)
        self._added = events.subscribe(TransactionAdded, wake=wake)
        self._removed = events.subscribe(TransactionRemoved, wake=wake)
        self._subscriptions += [self._best_blocks, self._added, self._removed]
        self._cursor = self._load()
        self.recovery.load()
        for entry in chain.pool.entries():
            self.unconfirmed.add(entry)

    # --- questions ----------------------------------------------------------------------------------------------

    @property
    def cursor(self) -> Cursor:
        """Where the index stands."""
        return self._cursor

    def status(self) -> WalletStatus:
        """What is told about the index."""
        cursor = self._cursor
        return WalletStatus(
            chain_height=self.chain.best_height,
            wallet_height=cursor.work_height,
            is_rescanning=cursor.work_height < cursor.best_height,
            is_recovering=self.recovery.is_finding_accounts,
            accounts_found=self.recovery.accounts_found,
            addresses_found=self.recovery.addresses_found,
            failure=self._failure or self.recovery.failure,
        )

    def local_program(self, program: bytes) -> ControlProgram | None:
        """What is known of a control program, None if it is of no account here."""
        return self.accounts.local_program(program)

    def height_of(self, tx_id: bytes) -> int | None:
        """The height of the block that a transaction of ours is in, None for others. Raises StoreError."""
        key = schema.transaction_position_key(tx_id.hex())
        place = self.database.get(key)
        if place is None:
            return None
        try:
            return schema.parse_transaction_position(place)[0]
        except ValueError as error:
            raise damaged(key, error) from error

    # --- changes on request -------------------------------------------------------------------------------------

    def rescan(self) -> None:
        """Go through the chain again from the beginning. Records are overwritten on the way, none is removed.

        Quirk: until it is through, spent outputs reappear, and balances are too high.
        """
        with self._changing:
            self._cursor = self._restart(self._cursor)
        self._worker.wake()

    def find_addresses(self, accounts: Sequence[Account] | None = None) -> None:
        """Rescan, and look for addresses of these accounts, or all, past those that are known."""
        chosen = self.accounts.list() if accounts is None else accounts
        with self._changing, self._together():
            self.recovery.find_addresses(chosen, self._best_time())
            self.rescan()
            self.database.sync()

    def recover(self, xpubs: Sequence[XPub]) -> None:
        """Rescan, and look for the accounts of root keys. Raises RecoveryBusy and what ``Signer.create`` does."""
        with self._changing, self._together():
            self.recovery.find_accounts(xpubs, self._best_time())
            self.rescan()
            self.database.sync()

    def _best_time(self) -> int:
        """Of the best block, in Unix seconds: it may be ahead of the clock."""
        return self.forms.block_time(self.chain.best_header)

    def rename_account(self, account: Account, alias: str) -> Account:
        """Give an account another alias, and rescan, as transactions carry it. Raises DuplicateAccountAlias."""
        with self._changing:
            renamed = self.accounts.rename(account, alias, also=self._without_transactions())
            self._begin_anew()
        return renamed

    def delete_account(self, account: Account) -> None:
        """Remove an account, its addresses and outputs, and rescan, as transactions name it."""
        with self._changing:
            outputs = self.utxos.removal_of(account.id)
            try:
                self.accounts.delete(account, also={**outputs, **self._without_transactions()})
            finally:
                self.utxos.others_wrote()
            self._begin_anew()

    def _without_transactions(self) -> Changes:
        """Remove all transactions and, in the same step, set the cursor back to have them indexed again."""
        changes = self._keys_of(schema.TRANSACTION_PREFIX, schema.TRANSACTION_POSITION_PREFIX)
        genesis = self.chain.params.genesis
        cursor = self._cursor._replace(work_height=0, work_hash=genesis.hash)
        return {**changes, TRANSACTIONS + MARK: None, schema.WALLET_STATUS: cursor.to_json()}

    def _begin_anew(self) -> None:
        """All transactions were removed."""
        self.transactions.reload()
        self._cursor = self._restart(self._cursor)
        self._worker.wake()

    # --- following the chain ------------------------------------------------------------------------------------

    def _load(self) -> Cursor:
        """The stored cursor; if it is not of this chain or version, the index is removed and begun anew."""
        data = self.database.get(schema.WALLET_STATUS)
        if data is None:
            return self._restart(Cursor())
        try:
            cursor = Cursor.from_json(data)
        except DecodeError as error:
            logger.warning("the status of the wallet does not parse", extra={"err": str(error)})
            return self._clear()
        if cursor.version != VERSION:
            logger.warning("wallet version mismatch")
            return self._clear()
        if not self._is_stored(cursor.best_hash):
            logger.warning("best block not found in core")
            return self._clear()
        return cursor

    def _is_stored(self, block_hash: bytes) -> bool:
        """Whether a block can be undone, even if the chain knows it no more, as it was rolled back."""
        return self.chain.block_hex(block_hash) is not None

    def _clear(self) -> Cursor:
        marks = dict.fromkeys((TRANSACTIONS + MARK, OUTPUTS + MARK))
        self.database.write({**self._keys_of(*INDEX_PREFIXES), **marks, schema.WALLET_STATUS: None})
        self.utxos.reload()
        self.transactions.reload()
        return self._restart(Cursor())

    def _keys_of(self, *prefixes: bytes) -> Changes:
        return {key: None for prefix in prefixes for key, _ in self.database.iterate(prefix)}

    def _restart(self, cursor: Cursor) -> Cursor:
        """Attach the genesis block as if nothing was attached before."""
        genesis = self.chain.judged(self.chain.params.genesis.hash)
        return self._attach(genesis, cursor._replace(work_height=0, work_hash=ZERO_HASH))

    def _attach(self, judged: AnyJudgedBlock, cursor: Cursor) -> Cursor:
        block = judged.block
        self.recovery.examine(block, self.forms.block_time(block.header))
        return self._indexer.attach(block, judged.fails, cursor)

    def step(self, transactions: int = 1) -> bool:
        """Do the next piece of work: news of the pool, and blocks to detach or attach, until they had so many
        transactions; these are written together. False: there was nothing to do.
        """
        self.follow_arrivals()
        with self._changing:
            try:
                done = self._follow_some(transactions)
            except StaleIndex as error:
                logger.warning("%s: they are made anew", error)
                self.utxos.reload()
                self.transactions.reload()
                return True
        self._follow_departures()  # after the block that a transaction left for: it is known in between
        if not done:
            self.utxos.compact()
        return done > 0

    def _follow_some(self, transactions: int) -> int:
        """Blocks until they had so many transactions; how many they had."""
        with self._together():
            done = 0
            ahead = self._read_ahead(transactions)
            while done < transactions and (more := self._follow_chain(ahead)):
                done += more
            return done

    def _read_ahead(self, transactions: int) -> dict[bytes, AnyJudgedBlock]:
        """The next blocks of the chain by hash, until they have so many transactions, with their ids computed.

        It may be reorganised before they are attached. To read, hash and index in turn for each block would take
        a seventh longer: each has much code and data of its own, which the caches of a processor cannot hold.
        """
        ahead: dict[bytes, AnyJudgedBlock] = {}
        height = self._cursor.work_height + 1
        while transactions > 0 and (block_hash := self.chain.hash_at(height)) is not None:
            try:
                judged = self._feed.take(block_hash)
            except BytomError:
                break  # it is told when it is the turn of this block
            ahead[block_hash] = judged
            _ = judged.block.hash, [tx.ids for tx in judged.block.transactions]  # computed when first asked for
            transactions -= max(1, len(judged.block.transactions))
            height += 1
        return ahead

    def _follow_chain(self, ahead: Mapping[bytes, AnyJudgedBlock]) -> int:
        """Detach or attach a block; returns how many transactions that took, 0 if there was nothing to do."""
        cursor = self._cursor
        if not self.chain.is_in_main_chain(cursor.best_hash):
            if not self._is_stored(cursor.best_hash):
                logger.warning("best block not found in core")
                self._cursor = self._clear()
                return 1
            left = self.chain.judged(cursor.best_hash)
            self._cursor = self._indexer.detach(left.block, left.fails, cursor)
            return len(left.block.transactions)
        next_hash = self.chain.hash_at(cursor.work_height + 1)
        if next_hash is None:
            return 0
        judged = ahead.get(next_hash) or self._feed.take(next_hash)
        if judged.block.header.previous_block_hash == cursor.work_hash:
            self._cursor = self._attach(judged, cursor)
        elif self.chain.is_in_main_chain(cursor.best_hash):  # else the chain was reorganised just now
            logger.warning("the wallet is not on the main chain, it is indexed anew")
            self._cursor = self._restart(cursor)
        return max(1, len(judged.block.transactions))

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """No block is attached or detached meanwhile, but by whoever is inside."""
        with self._changing:
            yield

    def catch_up(self) -> None:
        """Do all the work there is. Raises what fails."""
        while self.step(TRANSACTIONS_AT_ONCE):
            pass

    def follow_arrivals(self) -> None:
        """Take in what entered the pool, on return all that did so before: who handed it in may ask for it then.

        What raises is tried again the next time. Raises StoreError.
        """
        # Events of arrival and departure have no common order: the pool itself decides.
        with self._following_pool:
            for entry in _each(self._arrivals, self._added):
                if entry.transaction.id in self.chain.pool:
                    self.unconfirmed.add(entry)

    def _follow_departures(self) -> None:
        with self._following_pool:
            for entry in _each(self._departures, self._removed):
                if entry.transaction.id not in self.chain.pool:
                    self.unconfirmed.remove(entry)
        self._best_blocks.drain()
        if self._clock.monotonic() >= self._next_expiry:
            self._next_expiry = self._clock.monotonic() + CHECK_SECONDS
            self.unconfirmed.expire()

    # --- the thread ---------------------------------------------------------------------------------------------

    def _note_success(self) -> None:
        if self._failure:
            logger.info("the wallet goes on", extra={"height": self._cursor.work_height})
            self._failure = ""

    def _note_failure(self, error: Exception) -> None:
        reason = str(error) if isinstance(error, BytomError) else f"{type(error).__name__}: {error}"
        logger.error(
            "the wallet cannot go on",
            exc_info=None if isinstance(error, BytomError) else error,
            extra={"height": self._cursor.work_height, "err": reason},
        )
        self._failure = reason


def _each(
    waiting: deque[Waiting[Any]],
    events: Subscription[TransactionAdded[Any]] | Subscription[TransactionRemoved[Any]],
) -> Iterator[Waiting[Any]]:
    """What waits, and the news behind it. Each leaves the queue when the next one is asked for, so that none is
    lost by an error; with one that lasts the events stay in theirs, which has a bound.
    """
    if len(waiting) < QUEUE_LIMIT:
        waiting.extend(event.entry for event in events.drain())
    while waiting:
        yield waiting[0]
        waiting.popleft()
