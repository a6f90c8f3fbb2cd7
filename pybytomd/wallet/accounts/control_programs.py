"""The addresses of all accounts: counters, records, and which of them are whose.

Keys and values of wallet.db are the reference's. Source: wallet-and-keys reference, section 4.4.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter, itemgetter

from pybytomd.codec.golang.gosort import go_sorted
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import DecodeError
from pybytomd.store import schema
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.records.json_records import Changes, damaged
from pybytomd.wallet.accounts.account_records import Account, ControlProgram, decode_counter, encode_counter
from pybytomd.wallet.accounts.derivation import derive_program, program_of_address
from pybytomd.wallet.accounts.signers import BIP32, BIP44
from pybytomd.wallet.errors import AccountDerivationUnknown, AccountNotFound
from pybytomd.wallet.forms import Network

REMEMBERED_LOOKUPS = 10_000


class Addresses:
    """Makes, finds and lists addresses. Safe to use from several threads.

    From the first listing on, the addresses of all accounts are kept in memory, so that a page of them needs no
    scan. Every method raises StoreError when the database fails or holds something that does not parse.
    """

    def __init__(self, database: KeyValueStore, params: Network) -> None:
        self._database = database
        self._params = params
        self._lock = threading.RLock()
        self._by_account: dict[str, dict[bytes, ControlProgram]] | None = None
        self._lookups: dict[bytes, ControlProgram | None] = {}
        """What was last asked for: a scan of the chain asks for each program several times."""
        self._changes = 0
        self._ordered: dict[str, list[ControlProgram]] = {}
        """Of accounts that were listed since they last changed. A list is replaced, never changed."""
        self._unseen: set[bytes] = set()
        """Programs for change made since the start that no block, transaction or request has named."""

    def local(self, program: bytes) -> ControlProgram | None:
        """What is known of a control program, None if it is of no account here."""
        if program in self._unseen:
            with self._lock:
                self._unseen.discard(program)
        changes, lookups = self._changes, self._lookups
        if program in lookups:
            return lookups[program]
        key = schema.program_key(sha3_256(program))
        data = self._database.get(key)
        found = None if data is None else _decode(key, data)
        with self._lock:
            if changes == self._changes:  # else it may have been stored or removed just now
                if len(self._lookups) >= REMEMBERED_LOOKUPS:
                    self._lookups = {}
                self._lookups[program] = found
        return found

    def is_local(self, program: bytes) -> bool:
        """Whether a control program is of an account here."""
        return self._database.get(schema.program_key(sha3_256(program))) is not None

    def at(self, address: str) -> ControlProgram | None:
        """What is known of an address, None if it is of no account here. Raises DecodeError."""
        return self.local(program_of_address(address, self._params))

    def count(self, account: Account, change: bool) -> int:
        """How many addresses of a branch there are, which is the index of the last one.

        Accounts that follow BIP-32 have one count for both branches. Raises AccountDerivationUnknown.
        """
        return decode_counter(self._database.get(_counter_key(account, change)))

    def derive(self, account: Account, index: int, change: bool = False) -> ControlProgram:
        """The address at an index, without storing it. Raises what ``derive_program`` does."""
        return derive_program(account, index, change, self._params)

    def create(self, account: Account, change: bool = False, *, mining_key: bytes | None = None) -> ControlProgram:
        """Make the next address of a branch; with ``mining_key``, store its record under that key as well.

        Raises AccountNotFound, AccountDerivationUnknown and what ``derive_program`` does.
        """
        with self._lock:
            program = self.derive(account, self.count(account, change) + 1, change)
            self._store(account, [program], {} if mining_key is None else {mining_key: program.to_json()})
            if change:
                self._unseen.add(program.program)
        return program

    def take_back(self, account: Account, program: ControlProgram) -> None:
        """Unmake the address for change that ``create`` made last, if nobody was told of it.

        It stays if others were made since, or if it was asked for: keys that were restored may have been paid
        there before. Raises StoreError.
        """
        with self._lock:
            counter, index = _counter_key(account, program.change), program.key_index
            if program.program not in self._unseen or self.count(account, program.change) != index:
                return
            program_hash = program.hash
            before = encode_counter(index - 1) if index > 1 else None
            self._write({schema.program_key(program_hash): None, counter: before})
            self._unseen.discard(program.program)
            if self._by_account is not None:
                self._by_account.get(account.id, {}).pop(program_hash, None)
            self._ordered.pop(account.id, None)

    def create_up_to(self, account: Account, change: bool, last: int) -> None:
        """Make all addresses of a branch up to an index that are not there yet. Raises what ``create`` does."""
        with self._lock:
            first = self.count(account, change) + 1
            self.save(account, [self.derive(account, index, change) for index in range(first, last + 1)])

    def save(self, account: Account, programs: Iterable[ControlProgram]) -> None:
        """Store addresses of an account that were derived before. Counters are only ever raised.

        Raises AccountNotFound.
        """
        with self._lock:
            self._store(account, list(programs), {})

    def of_account(self, account_id: str) -> Sequence[ControlProgram]:
        """The addresses of an account by index; those of one index as the reference's sort leaves them."""
        with self._lock:
            ordered = self._ordered.get(account_id)
            if ordered is None:
                known = sorted(self._known().get(account_id, {}).items(), key=itemgetter(0))
                ordered = go_sorted((program for _, program in known), key=attrgetter("key_index"))
                self._ordered[account_id] = ordered
            return ordered

    def remove_account(self, account_id: str, also: Mapping[bytes, bytes | None]) -> None:
        """Remove all addresses of an account and their counters; ``also`` is written in the same step."""
        with self._lock:
            known = self._known()
            hashes = known.get(account_id, ())
            changes: Changes = {schema.program_key(program_hash): None for program_hash in hashes}
            for branch in (False, True, None):
                changes[schema.address_index_key(account_id, branch)] = None
            changes.update(also)
            self._write(changes)
            known.pop(account_id, None)
            self._ordered.pop(account_id, None)

    def _store(self, account: Account, programs: list[ControlProgram], also: Mapping[bytes, bytes]) -> None:
        if not programs:
            return
        if self._database.get(schema.account_key(account.id)) is None:
            raise AccountNotFound  # it was removed meanwhile
        changes: Changes = dict(also)
        counts: dict[bytes, int] = {}
        hashed = [(program.hash, program) for program in programs]
        for program_hash, program in hashed:
            changes[schema.program_key(program_hash)] = program.to_json()
            counter = _counter_key(account, program.change)
            before = counts.get(counter) or self.count(account, program.change)
            counts[counter] = max(before, program.key_index)
        changes.update({counter: encode_counter(count) for counter, count in counts.items()})
        self._write(changes)
        if self._by_account is not None:
            self._by_account.setdefault(account.id, {}).update(hashed)
        self._ordered.pop(account.id, None)

    def _write(self, changes: Changes) -> None:
        self._database.write(changes)
        self._changes += 1
        self._lookups = {}

    def _known(self) -> dict[str, dict[bytes, ControlProgram]]:
        if self._by_account is None:
            found: dict[str, dict[bytes, ControlProgram]] = {}
            for key, data in self._database.iterate(schema.PROGRAM_PREFIX):
                program = _decode(key, data)
                found.setdefault(program.account_id, {})[key[len(schema.PROGRAM_PREFIX) :]] = program
            self._by_account = found
        return self._by_account


def _counter_key(account: Account, change: bool) -> bytes:
    if account.signer.derive_rule == BIP32:
        return schema.address_index_key(account.id, None)
    if account.signer.derive_rule == BIP44:
        return schema.address_index_key(account.id, change)
    raise AccountDerivationUnknown


def _decode(key: bytes, data: bytes) -> ControlProgram:
    try:
        return ControlProgram.from_json(data)
    except DecodeError as error:
        raise damaged(key, error) from error
