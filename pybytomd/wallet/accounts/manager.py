"""Accounts: made, found, listed, renamed and removed.

Keys and values of wallet.db are the reference's. Source: wallet-and-keys reference, section 4;
``account/accounts.go``. Where we differ: an account that was removed is gone at once, while the reference finds it
by id until it is restarted; and removing one happens in one step.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence

from cachetools import LRUCache

from pybytomd.clock import Clock
from pybytomd.codec.golang.gotext import lower, trim
from pybytomd.crypto.chainkd import XPub
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import DecodeError
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import Changes, damaged
from pybytomd.wallet.accounts.account_records import Account, ControlProgram, decode_counter, encode_counter
from pybytomd.wallet.accounts.control_programs import Addresses
from pybytomd.wallet.accounts.mining_address import MiningAccount
from pybytomd.wallet.accounts.signers import BIP44, Signer, SignerIds
from pybytomd.wallet.errors import (
    AccountNotFound,
    DuplicateAccountAlias,
    DuplicateAccountIndex,
    TooManyAccounts,
)
from pybytomd.wallet.forms import Network

logger = logging.getLogger(__name__)

SIGNER_KIND = "account"
MAX_ACCOUNT_INDEX = (1 << 31) - 1
"""The last one that is not for hardened keys in BIP-44."""
CACHED_ACCOUNTS = 1000


class AccountManager:
    """The accounts of a wallet. Safe to use from several threads.

    ``addresses`` are all their addresses, ``mining`` knows which of them gets the rewards. Every method raises
    StoreError when the database fails or holds something that does not parse.
    """

    def __init__(
        self, database: KeyValueStore, params: Network, clock: Clock, new_id: Callable[[], str] | None = None
    ) -> None:
        """``new_id`` makes the ids of accounts, which sort by the time they were made at unless it is given."""
        self.addresses = Addresses(database, params)
        self.mining = MiningAccount(database, params, self.addresses, self.list)
        self._database = database
        self._new_id = new_id or SignerIds(clock).next
        self._lock = threading.RLock()
        self._cache: LRUCache[str, Account] = LRUCache(CACHED_ACCOUNTS)

    def create(self, xpubs: Sequence[XPub], quorum: int, alias: str, derive_rule: int = BIP44) -> Account:
        """Make an account with the next index of these root keys, whatever their order, and store it.

        Quirk: the alias is looked for as it is given, but stored in lower case and without blanks around it. So
        ``Alice`` can be made while ``alice`` exists, and takes its alias over. Clients see that it does, so it
        stays; the log says so, and the first account is found by its id and can be given another alias.

        Raises DuplicateAccountAlias, TooManyAccounts and what ``Signer.create`` does.
        """
        with self._lock:
            if self._id_of(alias) is not None:
                raise DuplicateAccountAlias
            index = self._last_index(xpubs) + 1
            account = self.candidate(xpubs, quorum, alias, index, derive_rule)
            before = self._id_of(account.alias)
            if before is not None:
                logger.warning(
                    "a new account takes over the alias of another one, which is found by its id alone now: give "
                    "it another alias",
                    extra={"alias": account.alias, "account": account.id, "before": before},
                )
            self._store(account, {_index_key(xpubs): encode_counter(index)})
        self._database.sync()
        logger.info("account created", extra={"account": account.id})
        return account

    def candidate(
        self, xpubs: Sequence[XPub], quorum: int, alias: str, index: int, derive_rule: int = BIP44
    ) -> Account:
        """An account with a new id that is not stored yet.

        Raises TooManyAccounts and what ``Signer.create`` does.
        """
        if index > MAX_ACCOUNT_INDEX:
            raise TooManyAccounts
        signer = Signer.create(SIGNER_KIND, xpubs, quorum, index, derive_rule)
        account_id = self._new_id()
        while self._database.get(schema.account_key(account_id)) is not None:
            account_id = self._new_id()  # the machine's clock was set back
        return Account(signer, account_id, lower(trim(alias)))

    def save(self, account: Account) -> None:
        """Store an account that was found on the chain. The counter of its root keys is only ever raised.

        Raises DuplicateAccountAlias, DuplicateAccountIndex.
        """
        with self._lock:
            if self._id_of(account.alias) is not None:
                raise DuplicateAccountAlias
            index = account.signer.key_index
            if index in self.by_index(account.xpubs):
                raise DuplicateAccountIndex
            raised = index > self._last_index(account.xpubs)
            self._store(account, {_index_key(account.xpubs): encode_counter(index)} if raised else {})

    def find(self, account_id: str = "", alias: str = "") -> Account:
        """The account with this alias if one is given, exactly as stored, else the one with this id.

        Raises AccountNotFound.
        """
        with self._lock:
            if alias:
                account_id = self._id_of(alias) or ""
            account = self._cache.get(account_id)
            if account is not None:
                return account
            key = schema.account_key(account_id)
            data = self._database.get(key)
            if data is None:
                raise AccountNotFound
            account = _decode(key, data)
            self._remember(account)
            return account

    def list(self, id_prefix: str = "") -> list[Account]:
        """All accounts whose ids begin with a text, by id, which is about the order they were made in."""
        found = self._database.iterate(schema.account_key(id_prefix))
        return [_decode(key, data) for key, data in found]

    def by_index(self, xpubs: Sequence[XPub]) -> dict[int, Account]:
        """The accounts of root keys in this order, by their indexes."""
        wanted = tuple(xpubs)
        return {account.signer.key_index: account for account in self.list() if account.xpubs == wanted}

    def alias_of(self, account_id: str) -> str:
        """The alias of an account, empty if there is no such account."""
        try:
            return self.find(account_id).alias
        except AccountNotFound:
            return ""

    def rename(self, account: Account, alias: str, also: Mapping[bytes, bytes | None] | None = None) -> Account:
        """Give an account another alias; ``also`` is written in the same step.

        Where we differ: an alias that another account took over stays that one's. Raises DuplicateAccountAlias,
        also when the alias is its own.
        """
        with self._lock:
            renamed = account.with_alias(lower(trim(alias)))
            if self._id_of(renamed.alias) is not None:
                raise DuplicateAccountAlias
            self._store(renamed, {**self._alias_of_its_own(account), **(also or {})})
        self._database.sync()
        return renamed

    def delete(self, account: Account, also: Mapping[bytes, bytes | None] | None = None) -> None:
        """Remove an account, its alias, its addresses and their counters; ``also`` is written in the same step.

        The counter of its root keys stays, so that an account made of them again gets other addresses, and so does
        the mining address.
        """
        with self._lock:
            gone: Changes = {**self._alias_of_its_own(account), schema.account_key(account.id): None}
            self.addresses.remove_account(account.id, {**gone, **(also or {})})
            self._cache.pop(account.id, None)
        self._database.sync()
        self.mining.account_removed(account.id)
        logger.info("account removed", extra={"account": account.id})

    def create_address(self, account: Account, change: bool = False) -> ControlProgram:
        """Make the next address of an account, for receiving or for change.

        One for change may be forgotten by a power cut until ``sync`` is called, once for all of a transaction.
        Raises what ``Addresses.create`` does.
        """
        program = self.addresses.create(account, change)
        if not change:
            self._database.sync()
        return program

    def sync(self) -> None:
        """Have all accounts and addresses made so far on the disk: none is handed out twice. Raises StoreError."""
        self._database.sync()

    def local_program(self, program: bytes) -> ControlProgram | None:
        """What is known of a control program, None if it is of no account here."""
        return self.addresses.local(program)

    def owner_of(self, program: bytes) -> tuple[str, str] | None:
        """Id and alias of the account that a control program is of; None for those of others."""
        owner = self.local_program(program)
        if owner is None:
            return None
        try:
            account = self.find(owner.account_id)
        except AccountNotFound:
            return None  # an address that outlived its account
        return account.id, account.alias

    def restore(self, accounts: Sequence[Account]) -> None:
        """Store accounts of an image, in one step; those whose ids are known are passed over.

        Quirk: the counters of their root keys and addresses are not restored: an account made of the same keys
        later begins at the same addresses.

        Raises DuplicateAccountAlias, and nothing is stored then.
        """
        with self._lock:
            changes: Changes = {}
            for account in accounts:
                key, alias_key = schema.account_key(account.id), schema.account_alias_key(account.alias)
                if self._database.get(key) is not None:
                    logger.warning("an account exists already and is not restored", extra={"account": account.id})
                    continue
                if self._database.get(alias_key) is not None:
                    raise DuplicateAccountAlias
                changes[key] = account.to_json()
                changes[alias_key] = account.id.encode()
            self._database.write(changes)
        self._database.sync()

    def _alias_of_its_own(self, account: Account) -> Changes:
        """The removal of an account's alias; nothing if it leads to another one."""
        leads_here = self._id_of(account.alias) == account.id
        return {schema.account_alias_key(account.alias): None} if leads_here else {}

    def _id_of(self, alias: str) -> str | None:
        data = self._database.get(schema.account_alias_key(alias))
        return None if data is None else data.decode("utf-8", "replace")

    def _last_index(self, xpubs: Sequence[XPub]) -> int:
        return decode_counter(self._database.get(_index_key(xpubs)))

    def _store(self, account: Account, also: Mapping[bytes, bytes | None]) -> None:
        changes: Changes = {
            **also,
            schema.account_key(account.id): account.to_json(),
            schema.account_alias_key(account.alias): account.id.encode(),
        }
        self._database.write(changes)
        self._remember(account)

    def _remember(self, account: Account) -> None:
        self._cache[account.id] = account


def _index_key(xpubs: Sequence[XPub]) -> bytes:
    return schema.account_index_key(sha3_256(b"".join(xpub.raw for xpub in sorted(xpubs))))


def _decode(key: bytes, data: bytes) -> Account:
    try:
        return Account.from_json(data)
    except DecodeError as error:
        raise damaged(key, error) from error
