"""What a search for addresses on the chain has found so far: the record of wallet.db.

Source: wallet-and-keys reference, section 7.2; ``wallet/recovery.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pybytomd.codec.golang.gotime import format_moment, parse_moment
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.crypto.chainkd import XPub
from pybytomd.errors import DecodeError
from pybytomd.store.records.json_records import parse_record
from pybytomd.wallet.accounts.account_records import Account

ACCOUNT_WINDOW = 6
"""How many accounts past the last one found are looked for."""
ADDRESS_WINDOW = 128
"""How many addresses past the last one found, on each branch of an account."""
MAX_HORIZON = 1 << 22
"""More addresses of one branch are not derived again from a record: they would take minutes."""


@dataclass(slots=True)
class Branch:
    """Indexes that are being looked for: all below ``horizon``. ``next_unfound`` follows the last one found."""

    window: int
    horizon: int = 1
    next_unfound: int = 1

    def extend(self) -> range:
        """The indexes to look for in addition, so that there is a whole window past the last one found."""
        first, wanted = self.horizon, self.next_unfound + self.window
        self.horizon = max(first, wanted)
        return range(first, wanted)

    def found(self, index: int) -> None:
        """An index is in use."""
        self.next_unfound = max(self.next_unfound, index + 1)

    def to_value(self) -> dict[str, JsonValue]:
        """The JSON object."""
        return {"RecoveryWindow": self.window, "Horizon": self.horizon, "NextUnfound": self.next_unfound}

    @classmethod
    def from_fields(cls, fields: Fields) -> Branch:
        """Take the fields of a record. Raises DecodeError."""
        window, horizon, unfound = (
            fields.integer(name, "uint64") for name in ("RecoveryWindow", "Horizon", "NextUnfound")
        )
        if max(window, horizon, unfound) > MAX_HORIZON:
            raise DecodeError("the record of the recovery has a horizon out of all bounds")
        return cls(window, horizon, unfound)


@dataclass(slots=True)
class AccountSearch:
    """The addresses of an account that are being looked for: to receive with (external), and for change."""

    account: Account
    external: Branch = field(default_factory=lambda: Branch(ADDRESS_WINDOW))
    internal: Branch = field(default_factory=lambda: Branch(ADDRESS_WINDOW))

    def branch(self, change: bool) -> Branch:
        """One of the two branches."""
        return self.internal if change else self.external


@dataclass(slots=True)
class RecoveryState:
    """A search. ``start_time`` is in nanoseconds since the Unix epoch: blocks after it need not be looked through.

    ``xpubs`` are the root keys whose accounts are looked for, and ``accounts_branch`` their indexes.
    """

    start_time: int
    xpubs: tuple[XPub, ...] | None = None
    accounts_branch: Branch | None = None
    accounts: dict[str, AccountSearch] = field(default_factory=dict)

    def search_of(self, account: Account) -> AccountSearch:
        """The search for an account's addresses, begun if there was none."""
        return self.accounts.setdefault(account.id, AccountSearch(account))

    def to_json(self) -> bytes:
        """The stored form."""
        return gojson.dumps(
            {
                "XPubs": None if self.xpubs is None else [str(xpub) for xpub in self.xpubs],
                "StartTime": format_moment(self.start_time),
                "XPubsStatus": None if self.accounts_branch is None else self.accounts_branch.to_value(),
                "AccountsStatus": {
                    account_id: {
                        "ExternalBranch": search.external.to_value(),
                        "InternalBranch": search.internal.to_value(),
                        "Account": search.account.to_value(),
                    }
                    for account_id, search in sorted(self.accounts.items())
                },
            }
        )

    @classmethod
    def from_json(cls, data: bytes) -> RecoveryState:
        """Read the stored form. Raises DecodeError."""
        fields = parse_record(data, "recoveryState")
        xpubs = fields.texts("XPubs")
        is_finding_accounts = isinstance(fields.value("XPubsStatus"), Mapping)
        branch = Branch.from_fields(fields.inner("XPubsStatus", "branchRecoveryState"))
        accounts = {}
        for account_id in fields.mapping("AccountsStatus") or {}:
            search = Fields((fields.mapping("AccountsStatus") or {})[account_id], "addressRecoveryState")
            accounts[account_id] = AccountSearch(
                Account.from_fields(search.inner("Account", "Account")),
                Branch.from_fields(search.inner("ExternalBranch", "branchRecoveryState")),
                Branch.from_fields(search.inner("InternalBranch", "branchRecoveryState")),
            )
        return cls(
            start_time=parse_moment(fields.text("StartTime")),
            xpubs=None if xpubs is None else tuple(map(XPub.from_hex, xpubs)),
            accounts_branch=branch if is_finding_accounts else None,
            accounts=accounts,
        )
