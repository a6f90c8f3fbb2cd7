"""What can be subscribed to: one row a topic, with its filter, the role it takes, and what tells of it.

The same topics serve WebSocket subscriptions and hooks. A filter is read as the request of a method is, but a
member that it does not know is refused: what is mistyped would let everything through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Protocol

from pybytomd.chain.annotated import JsonObject
from pybytomd.chain.ports import ServedChain
from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError, DecodeError, RequestError
from pybytomd.rpc.push.events import selectors, tellers
from pybytomd.rpc.push.events.seen import SeenBlock, SeenTransaction
from pybytomd.rpc.push.events.selectors import Selector
from pybytomd.rpc.push.events.tellers import BlockTeller, ConfirmationTeller, Teller, TransactionTeller
from pybytomd.rpc.push.feed_filter import parse_filter
from pybytomd.rpc.push.feeds import FeedStore
from pybytomd.rpc.push.filter_expressions import is_applicable
from pybytomd.rpc.push.ledger_view import LedgerView, ShowsTransactions
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Flag, HexBytes, ListKind, Text, TextKind, Uint64, parse_hash
from pybytomd.rpc.schema.requests import fields_of, read_struct
from pybytomd.vm.programs.address import decode_address

if TYPE_CHECKING:
    from pybytomd.wallet.accounts.account_records import Account

MAX_ADDRESSES = 500
"""In one filter; a message may have 64 KiB."""
DEFAULT_CONFIRMATIONS, MAX_CONFIRMATIONS = 6, 10_000
TextList = Annotated[tuple[str, ...], ListKind(TextKind(), "")]


class BadSubscription(RequestError):
    """What is subscribed to does not exist, or is not said as it has to be."""

    message = "this cannot be subscribed to"


class Accounts(Protocol):
    """The accounts of a wallet: ``AccountManager``."""

    def owner_of(self, program: bytes) -> tuple[str, str] | None:
        """Id and alias of the account that a control program is of; None for those of others."""

    def find(self, account_id: str = "", alias: str = "") -> Account:
        """An account. Raises BytomError."""


@dataclass(frozen=True)
class Sources:
    """What topics draw on. ``height_of`` gives the height of a transaction's block if it is known here."""

    chain: ServedChain
    view: LedgerView
    feeds: FeedStore | None = None
    accounts: Accounts | None = None
    height_of: Callable[[bytes], int | None] = lambda _: None
    watched: Callable[[], frozenset[bytes]] | None = None
    """Gives the control programs of the watched addresses."""

    @cached_property
    def anybody(self) -> ShowsTransactions:
        """Shows transactions as everybody may see them."""
        return self.view.annotator()

    @cached_property
    def owner(self) -> ShowsTransactions:
        """Shows transactions with the names of the wallet's accounts."""
        return self.view.annotator(self.wallet_accounts.owner_of)

    @property
    def wallet_accounts(self) -> Accounts:
        """The accounts. Raises BadSubscription."""
        if self.accounts is None:
            raise BadSubscription.because("this node has no wallet")
        return self.accounts


@dataclass(frozen=True, slots=True)
class NoFilter:
    """Takes everything."""


@dataclass(frozen=True, slots=True)
class BlockFilter:
    """How much of a block is told: ``full``, with its transactions, or ``summary``."""

    detail: Text = "full"


@dataclass(frozen=True, slots=True)
class EveryTransaction:
    """``pending``: also those that wait for a block."""

    pending: Flag = True


@dataclass(frozen=True, slots=True)
class AddressFilter:
    """An address, several, or a control program in hex; ``pending``: also those that wait for a block."""

    address: Text = ""
    addresses: TextList = ()
    control_program: HexBytes = b""
    pending: Flag = True


@dataclass(frozen=True, slots=True)
class AssetFilter:
    """An asset by its id; ``pending``: also those that wait for a block."""

    asset_id: Text = ""
    pending: Flag = True


@dataclass(frozen=True, slots=True)
class FeedFilter:
    """A stored transaction feed by its alias, or the text of a filter; ``pending``: also those that wait."""

    alias: Text = ""
    filter: Text = ""
    pending: Flag = True


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """An account by its id or alias; ``pending``: also those that wait for a block."""

    account_id: Text = ""
    account_alias: Text = ""
    pending: Flag = True


@dataclass(frozen=True, slots=True)
class ConfirmationFilter:
    """A transaction, and up to how many confirmations it is followed, 6 unless said."""

    tx_id: Text = ""
    confirmations: Uint64 = DEFAULT_CONFIRMATIONS


def _blocks(sources: Sources, wanted: BlockFilter) -> Teller:
    if wanted.detail not in ("full", "summary"):
        raise BadSubscription.because(f"detail is full or summary, not {wanted.detail[:40]!r}")

    def full(seen: SeenBlock) -> JsonValue:
        return sources.view.block(seen.judged)

    def short(seen: SeenBlock) -> JsonValue:
        return sources.view.summary(seen.block)

    return BlockTeller(full if wanted.detail == "full" else short, short)


def _told(sources: Sources, selector: Selector, pending: bool) -> Teller:
    return TransactionTeller(selector, lambda seen: seen.shown(sources.anybody), with_pool=pending)


def _transactions(sources: Sources, wanted: EveryTransaction) -> Teller:
    return _told(sources, selectors.every(), wanted.pending)


def _of_address(sources: Sources, wanted: AddressFilter) -> Teller:
    texts = [*wanted.addresses, *([wanted.address] if wanted.address else [])]
    if len(texts) > MAX_ADDRESSES:
        raise BadSubscription.because(f"more than {MAX_ADDRESSES} addresses")
    programs = [program_of(text, sources.chain.params.address_prefix) for text in texts]
    if wanted.control_program:
        programs.append(wanted.control_program)
    if not programs:
        raise BadSubscription.because("address, addresses or control_program is missing")
    return _told(sources, selectors.of_programs(programs), wanted.pending)


def program_of(address: str, prefix: str) -> bytes:
    """The control program that pays to an address. Raises BadSubscription."""
    try:
        return decode_address(address, prefix).control_program
    except DecodeError as error:
        raise BadSubscription.because(f"{address[:100]!r} is no address of this network: {error}") from error


def _hash(text: str, name: str) -> bytes:
    try:
        return parse_hash(text)
    except DecodeError as error:
        raise BadSubscription.because(f"{name} is not 64 hex digits") from error


def _of_asset(sources: Sources, wanted: AssetFilter) -> Teller:
    return _told(sources, selectors.of_asset(_hash(wanted.asset_id, "asset_id")), wanted.pending)


def _of_feed(sources: Sources, wanted: FeedFilter) -> Teller:
    if bool(wanted.alias) == bool(wanted.filter):
        raise BadSubscription.because("either alias or filter has to be given")
    text = wanted.filter
    if wanted.alias:
        if sources.feeds is None:
            raise BadSubscription.because("this node keeps no transaction feeds")
        text = Fields(sources.feeds.get(wanted.alias), "TxFeed").text("filter")
    expression = parse_filter(text)
    if expression is not None and not is_applicable(expression):
        raise BadSubscription.because("the filter has a placeholder like $1, for which there is no value")
    return _told(sources, selectors.of_filter(expression), wanted.pending)


def _owned(sources: Sources, account_id: str | None, pending: bool) -> Teller:
    annotator, owner_of = sources.owner, sources.wallet_accounts.owner_of

    def show(seen: SeenTransaction) -> JsonObject:
        return annotator.transaction(seen.tx, seen.place)  # anew each time: accounts may get other names

    return TransactionTeller(selectors.of_owners(owner_of, account_id), show, with_pool=pending)


def _of_wallet(sources: Sources, wanted: EveryTransaction) -> Teller:
    return _owned(sources, None, wanted.pending)


def _of_account(sources: Sources, wanted: AccountFilter) -> Teller:
    account = sources.wallet_accounts.find(wanted.account_id, wanted.account_alias)
    return _owned(sources, account.id, wanted.pending)


def _confirmations(sources: Sources, wanted: ConfirmationFilter) -> Teller:  # noqa: ARG001 - as the others
    if not 1 <= wanted.confirmations <= MAX_CONFIRMATIONS:
        raise BadSubscription.because(f"confirmations is from 1 to {MAX_CONFIRMATIONS}")
    return ConfirmationTeller(_hash(wanted.tx_id, "tx_id"), wanted.confirmations)


def _of_watched(sources: Sources, wanted: EveryTransaction) -> Teller:
    watched = sources.watched
    if watched is None:
        raise BadSubscription.because("this node watches no addresses")
    return _told(sources, selectors.of_current_programs(watched), wanted.pending)


@dataclass(frozen=True, slots=True)
class Topic:
    """A row: what it takes to subscribe, and what is told then.

    ``role`` is that of the token it takes. ``make`` gives the teller, None for a topic that is not about the
    chain.
    """

    name: str
    role: Role
    filter: type[Any]
    about: str
    events: tuple[str, ...]
    make: Callable[[Sources, Any], Teller] | None

    def teller(self, sources: Sources, value: JsonValue) -> Teller:
        """What tells of it, for a filter as JSON. Raises BytomError."""
        if self.make is None:
            raise BadSubscription.because(f"{self.name} is told over a WebSocket only")
        return self.make(sources, self.read(value))

    def read(self, value: JsonValue) -> Any:
        """The filter. Raises BadSubscription."""
        members = {} if value is None else value
        if not isinstance(members, Mapping):
            raise BadSubscription.because("filter is no object")
        known = {name for name, _ in fields_of(self.filter)}
        unknown = sorted(set(members) - known)
        if unknown:
            takes = ", ".join(sorted(known)) or "nothing"
            raise BadSubscription.because(f"the filter of {self.name} takes {takes}, not {unknown[0][:40]!r}")
        try:
            return read_struct(self.filter, members, "")
        except BytomError as error:
            raise BadSubscription.because(f"filter: {error}") from error


NEW_WORK = "new_work"
_BLOCKS = (tellers.BLOCK_CONNECTED, tellers.BLOCK_DISCONNECTED)
_TRANSACTIONS = (tellers.ADDED, tellers.DROPPED, tellers.CONNECTED, tellers.DISCONNECTED)
_ROWS = (
    Topic("blocks", Role.READ, BlockFilter, "blocks of the main chain, decoded", _BLOCKS, _blocks),
    Topic("transactions", Role.READ, EveryTransaction, "all transactions", _TRANSACTIONS, _transactions),
    Topic(
        "address_transactions", Role.READ, AddressFilter, "transactions of addresses or of a control program",
        _TRANSACTIONS, _of_address,
    ),
    Topic("asset_transactions", Role.READ, AssetFilter, "transactions of an asset", _TRANSACTIONS, _of_asset),
    Topic(
        "feed_transactions", Role.WALLET, FeedFilter, "transactions that a transaction feed's filter is true of",
        _TRANSACTIONS, _of_feed,
    ),
    Topic(
        "wallet_transactions", Role.WALLET, EveryTransaction, "transactions of the wallet's accounts",
        _TRANSACTIONS, _of_wallet,
    ),
    Topic(
        "account_transactions", Role.WALLET, AccountFilter, "transactions of an account",
        _TRANSACTIONS, _of_account,
    ),
    Topic(
        "watched_transactions", Role.WALLET, EveryTransaction, "transactions of watched addresses",
        _TRANSACTIONS, _of_watched,
    ),
    Topic(
        "confirmations", Role.READ, ConfirmationFilter, "the confirmations of a transaction, one by one",
        (tellers.ADDED, tellers.DROPPED, tellers.CONFIRMATION, tellers.DISCONNECTED), _confirmations,
    ),
    Topic(NEW_WORK, Role.MINING, NoFilter, "work for miners, as get-work gives it", (NEW_WORK,), None),
)  # fmt: skip
TOPICS: Mapping[str, Topic] = {topic.name: topic for topic in _ROWS}
"""All of them."""


def find_topic(name: str) -> Topic:
    """A topic by its name. Raises BadSubscription."""
    topic = TOPICS.get(name)
    if topic is None:
        raise BadSubscription.because(f"there is no topic {name[:40]!r}; there are {', '.join(TOPICS)}")
    return topic
