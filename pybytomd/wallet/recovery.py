"""Finding accounts and addresses again from root keys, by looking for them in the outputs of all blocks.

Two searches share one record: for addresses of accounts that are there (before a rescan, after a restore), and for
the accounts of given root keys. Candidates reach a window past the last one found.

Quirks: a search ends with the first block younger than its start, so on an idle chain it stays open, and no other
one for root keys can begin. Accounts of several keys are found only if all had to sign, in the order given; those
that follow BIP-32 are not found from root keys at all. Source: wallet-and-keys reference, section 7.2;
``wallet/recovery.go``. Where we differ: the reference gives up, without a word but in its log, when an account
that it finds is here already or its alias is taken; ours goes on with the one here, or under another alias.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from itertools import chain, count

from pybytomd.chain.events import AnyBlock
from pybytomd.clock import Clock
from pybytomd.codec.golang.gotime import NANOSECONDS
from pybytomd.crypto.chainkd import XPub
from pybytomd.errors import BytomError, DecodeError, StoreError
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.wallet.accounts.account_records import Account, ControlProgram
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.accounts.signers import BIP32
from pybytomd.wallet.errors import AccountNotFound, DuplicateAccountAlias, WalletError
from pybytomd.wallet.recovery_state import ACCOUNT_WINDOW, AccountSearch, Branch, RecoveryState

logger = logging.getLogger(__name__)

ALIAS_KEY_BYTES = 6
"""Bytes of each root key in the alias of an account that was found."""


class RecoveryBusy(WalletError):
    """Accounts of root keys are being looked for already."""

    message = "another recovery in progress"
    name = "ErrRecoveryBusy"


class Recovery:
    """The search that is under way, if any. Safe to use from several threads.

    ``accounts_found`` and ``addresses_found`` count what it brought to light since the process started.
    """

    def __init__(self, database: KeyValueStore, accounts: AccountManager, clock: Clock) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._lock = threading.RLock()
        self._state: RecoveryState | None = None
        self._candidates: dict[bytes, ControlProgram] = {}
        self.failure = ""
        """Why the last search ended before its time, empty if it did not."""
        self.accounts_found = 0
        self.addresses_found = 0

    @property
    def is_active(self) -> bool:
        """Whether blocks are being looked through."""
        return self._state is not None

    @property
    def is_finding_accounts(self) -> bool:
        """Whether accounts of root keys are being looked for."""
        state = self._state
        return state is not None and state.xpubs is not None

    def load(self) -> None:
        """Go on with the search that was under way when the process ended.

        A record that does not parse is logged and removed: a rescan begins the search anew. Raises StoreError.
        """
        data = self._database.get(schema.RECOVERY_STATUS)
        if data is None:
            return
        with self._lock:
            try:
                state = RecoveryState.from_json(data)
                for search in state.accounts.values():
                    for change in (True, False):
                        self._look_for(search.account, range(1, search.branch(change).horizon + 1), change)
            except BytomError as error:
                logger.warning("the recovery cannot go on", extra={"err": str(error)})
                self._finish()
                return
            self._state = state

    def find_addresses(self, accounts: Iterable[Account], best_time: int = 0) -> None:
        """Look for addresses of these accounts past those that are known. Raises StoreError, SignerError.

        ``best_time``: the best block's, in Unix seconds. What is there already is looked through, also where it is
        ahead of the clock; the reference stops there.
        """
        with self._lock:
            state = self._state or RecoveryState(self._now())
            for account in accounts:
                self._search_of(state, account)
            self._begin(state, best_time)

    def find_accounts(self, xpubs: Sequence[XPub], best_time: int = 0) -> None:
        """Look for the accounts of root keys; ``best_time`` as in ``find_addresses``.

        Raises RecoveryBusy, StoreError and what ``Signer.create`` does.
        """
        with self._lock:
            if self.is_finding_accounts:
                raise RecoveryBusy
            state = self._state or RecoveryState(self._now())
            state.xpubs = tuple(xpubs)
            state.accounts_branch = Branch(ACCOUNT_WINDOW)
            before = set(state.accounts)
            try:
                self._extend_accounts(state)
            except BytomError:
                state.xpubs = state.accounts_branch = None
                self._forget(state, set(state.accounts) - before)
                raise
            self.accounts_found = self.addresses_found = 0
            self._begin(state, best_time)

    def examine(self, block: AnyBlock, time: int) -> None:
        """Look through a block that is about to be attached, or end the search if it is younger than that.

        ``time`` is that of the block, in Unix seconds.
        """
        with self._lock:
            state = self._state
            if state is None:
                return
            if time * NANOSECONDS > state.start_time:
                logger.info("recovery finished", extra={"accounts": self.accounts_found})
                self._finish()
                return
            try:
                for tx in block.transactions:
                    for output in tx.outputs:
                        candidate = self._candidates.get(output.control_program)
                        if candidate is not None:
                            self._found(state, candidate)
            except StoreError:
                raise  # the block is tried again
            except BytomError as error:
                logger.error("filter recovery txs", extra={"err": str(error)})  # noqa: TRY400 - no traceback
                self.failure = f"the search for accounts and addresses ended early: {error}"
                self._finish()

    def _begin(self, state: RecoveryState, best_time: int) -> None:
        state.start_time = max(self._now(), best_time * NANOSECONDS)
        self.failure = ""
        self._save(state)
        self._state = state

    def _finish(self) -> None:
        self._database.delete(schema.RECOVERY_STATUS)
        self._state = None
        self._candidates.clear()

    def _found(self, state: RecoveryState, candidate: ControlProgram) -> None:
        search = state.accounts.get(candidate.account_id)
        if search is None:
            raise DecodeError("invalid account id")
        branch = search.branch(candidate.change)
        if candidate.key_index < branch.next_unfound:
            return  # this address and those before it are stored already
        is_of_root_keys = state.accounts_branch is not None and state.xpubs == search.account.xpubs
        if is_of_root_keys and not self._is_stored(search.account) and not self._store(state, search):
            of_known = self._candidates.get(candidate.program)
            if of_known is not None:
                self._found(state, of_known)
            return
        account = self._accounts.find(search.account.id)
        is_new = self._accounts.local_program(candidate.program) is None
        self._accounts.addresses.create_up_to(account, candidate.change, candidate.key_index)
        self.addresses_found += is_new
        # Only what is stored counts as found: after a failure the block is looked through again.
        branch.found(candidate.key_index)
        self._extend(state, account, candidate.change)
        if is_of_root_keys and state.accounts_branch is not None:
            state.accounts_branch.found(account.signer.key_index)
            self._extend_accounts(state)
        self._save(state)

    def _store(self, state: RecoveryState, search: AccountSearch) -> bool:
        """Store an account that was found. False: one of its keys and index was made meanwhile, and counts."""
        found = search.account
        known = self._accounts.by_index(found.xpubs).get(found.signer.key_index)
        if known is not None:
            logger.info(
                "an account that was looked for is here", extra={"account": known.id, "alias": known.alias}
            )
            self._forget(state, {found.id})
            self._search_of(state, known)
            return False
        for alias in chain((found.alias,), (f"{found.alias}-{number}" for number in count(2))):
            try:
                search.account = found.with_alias(alias)
                self._accounts.save(search.account)
            except DuplicateAccountAlias:
                continue
            break
        self.accounts_found += 1
        logger.info("account found", extra={"account": found.id, "alias": search.account.alias})
        return True

    def _is_stored(self, account: Account) -> bool:
        try:
            self._accounts.find(account.id)
        except AccountNotFound:
            return False
        return True

    def _extend_accounts(self, state: RecoveryState) -> None:
        if state.accounts_branch is None or state.xpubs is None:
            return
        prefix = b"".join(xpub.raw[:ALIAS_KEY_BYTES] for xpub in state.xpubs).hex()
        known = self._accounts.by_index(state.xpubs)
        while indexes := state.accounts_branch.extend():
            for index in indexes:
                if index in known:
                    state.accounts_branch.found(index)
                    self._search_of(state, known[index])
                else:
                    alias = f"{prefix}:{index:x}"
                    self._search_of(state, self._accounts.candidate(state.xpubs, len(state.xpubs), alias, index))

    def _search_of(self, state: RecoveryState, account: Account) -> None:
        """Look for the addresses of an account past those that are known."""
        state.search_of(account)
        self._extend(state, account, change=False)
        if account.signer.derive_rule != BIP32:  # it has one branch for both
            self._extend(state, account, change=True)

    def _extend(self, state: RecoveryState, account: Account, change: bool) -> None:
        search = state.accounts[account.id]
        self._look_for(search.account, search.branch(change).extend(), change)

    def _look_for(self, account: Account, indexes: Iterable[int], change: bool) -> None:
        for index in indexes:
            candidate = self._accounts.addresses.derive(account, index, change)
            self._candidates[candidate.program] = candidate

    def _forget(self, state: RecoveryState, account_ids: set[str]) -> None:
        """Look no longer for accounts that were never begun with."""
        for account_id in account_ids:
            del state.accounts[account_id]
        self._candidates = {
            program: candidate
            for program, candidate in self._candidates.items()
            if candidate.account_id not in account_ids
        }

    def _save(self, state: RecoveryState) -> None:
        self._database.put(schema.RECOVERY_STATUS, state.to_json())

    def _now(self) -> int:
        return int(self._clock.now() * 1_000_000) * 1000
