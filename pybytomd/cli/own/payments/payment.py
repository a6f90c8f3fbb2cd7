"""A payment from the wish to the pool: the fee is found, the transactions are built, checked, signed, handed in.

One transaction is made where the outputs that it takes fit into one. Otherwise the node merges them before, by
transactions that follow one another; none is handed in before all are signed. What cannot be known to have arrived
is handed in again, the same bytes: a payment is never built twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pybytomd.cli.client.answers import Record, record, records, text, texts, whole
from pybytomd.cli.own.payments.assets import BTM, Ask, Asset
from pybytomd.client.errors import NoAnswer, OddAnswer, Refused
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError, ConfigError, DecodeError
from pybytomd.ledger.constants import MAX_TRANSACTION_GAS, NEU_PER_GAS
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.programs.address import decode_address

TRIAL_MILLISECONDS = 1
"""Outputs of a trial are free again after so long."""
TRIAL_PAUSE = 0.005
PAYMENT_MILLISECONDS = 600_000
"""Outputs of the payment itself are kept for it, while it is signed and handed in."""
ROUNDS = 8
"""A higher fee may take more outputs, which make the fee higher. More rounds than two are rare."""
GUESSED_FEE = 1_000_000
"""In neu, to try what a payment of another asset costs: nothing can be spent of BTM at all without an amount."""
MAX_SINGLE_FEE = MAX_TRANSACTION_GAS * NEU_PER_GAS
"""What a transaction pays that uses all the gas it may; one that should pay more must be split."""
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between attempts to hand a payment in, as long as it is not known whether it arrived."""
POLL_SECONDS = 1.0


class PaymentFailed(BytomError):
    """The payment cannot be made. Nothing was handed in."""


class PaymentUncertain(BytomError):
    """Nobody knows whether the node has the payment. ``transactions`` are its bytes, in hex."""

    def __init__(self, ids: Sequence[str], transactions: Sequence[str]) -> None:
        super().__init__(f"it is not known whether the node has taken the payment {ids[-1]}")
        self.ids = tuple(ids)
        self.transactions = tuple(transactions)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets how much, in the smallest unit of the asset."""

    address: str
    amount: int

    @property
    def program(self) -> bytes:
        """The program that an output for it has. Raises ConfigError for what is no address."""
        try:
            return decode_address(self.address, self.address.rpartition("1")[0].lower()).control_program
        except DecodeError as error:
            raise ConfigError(f"{self.address!r} is no address: {error}") from error


@dataclass(frozen=True, slots=True)
class Payment:
    """What somebody wants to pay, from an account by its id."""

    account_id: str
    asset: Asset
    receivers: tuple[Receiver, ...]

    @property
    def amount(self) -> int:
        """What all receivers get together."""
        return sum(receiver.amount for receiver in self.receivers)

    def actions(self, fee: int) -> list[JsonValue]:
        """The actions of a build request that pays a fee in neu."""
        is_btm = self.asset == BTM
        spent = {BTM.id: fee + (self.amount if is_btm else 0)}
        if not is_btm:
            spent[self.asset.id] = self.amount
        spends: list[JsonValue] = [
            {"type": "spend_account", "account_id": self.account_id, "asset_id": asset_id, "amount": amount}
            for asset_id, amount in spent.items()
        ]
        pays: list[JsonValue] = [
            {
                "type": "control_address",
                "address": receiver.address,
                "asset_id": self.asset.id,
                "amount": receiver.amount,
            }
            for receiver in self.receivers
        ]
        return [*spends, *pays]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a payment is made. Fees are in neu: of the last transaction, and of those that merge outputs for it."""

    payment: Payment
    last_fee: int
    merge_fees: int
    merges: int
    chained: bool

    @property
    def fee(self) -> int:
        """All that is paid besides the amount."""
        return self.last_fee + self.merge_fees


@dataclass(frozen=True, slots=True)
class Built:
    """The transactions of a payment, not signed yet."""

    templates: Sequence[Record]
    transactions: tuple[Transaction, ...]


@dataclass(frozen=True, slots=True)
class Payer:
    """Makes payments through a node. ``sleep`` takes seconds.

    What a payment spends is kept for it so many ``milliseconds``, while it is signed and handed in.
    """

    ask: Ask
    sleep: Callable[[float], None]
    notice: Callable[[str], None] = field(default=lambda _line: None)
    milliseconds: int = PAYMENT_MILLISECONDS

    def plan(self, payment: Payment) -> Plan:
        """The cheapest way. Raises PaymentFailed, NoAnswer, Refused."""
        single = self._fit(payment, chained=False)
        if single is not None:
            return single
        chained = self._fit(payment, chained=True)
        if chained is None:
            raise PaymentFailed("no fee was found that is enough; try a slightly smaller amount")
        return chained

    def _fit(self, payment: Payment, *, chained: bool) -> Plan | None:
        """The plan whose fee is enough for what it builds; None if one transaction cannot hold it."""
        fee = 0 if payment.asset == BTM else GUESSED_FEE
        for _ in range(ROUNDS):
            templates = self._templates(payment, fee, TRIAL_MILLISECONDS, chained=chained)
            price, merge_fees = self._price(templates)
            if price > MAX_SINGLE_FEE:
                return None
            if price <= fee:
                return Plan(payment, fee, merge_fees, len(templates) - 1, chained)
            fee = price
            self.sleep(TRIAL_PAUSE)
        return None

    def build(self, plan: Plan) -> Built:
        """The transactions as planned; what they spend is kept for them. Raises PaymentFailed if they differ."""
        self.sleep(TRIAL_PAUSE)
        templates = self._templates(plan.payment, plan.last_fee, self.milliseconds, chained=plan.chained)
        built = Built(templates, tuple(_transaction(template) for template in templates))
        check(built.transactions, plan)
        price, _ = self._price(templates)
        if price > plan.last_fee:
            raise PaymentFailed("the account's outputs have changed meanwhile; try again")
        return built

    def sign(self, built: Built, password: str) -> list[Transaction]:
        """The transactions, signed. Raises PaymentFailed unless all are, OddAnswer for others than built."""
        request: JsonValue = {"password": password, "transactions": list(built.templates)}
        answer = record(self.ask("sign-transactions", request))
        if answer.get("sign_complete") is not True:
            raise PaymentFailed("the password does not open the keys that must sign")
        signed = [_transaction(template) for template in records(answer.get("transaction"))]
        if [tx.id for tx in signed] != [tx.id for tx in built.transactions]:
            raise OddAnswer.because("the node signed something else than was asked")
        return signed

    def submit(self, signed: Sequence[Transaction]) -> list[str]:
        """Hand the transactions in; their ids. Raises PaymentUncertain, Refused."""
        ids, raws = [tx.id.hex() for tx in signed], [tx.to_hex() for tx in signed]
        is_uncertain = False
        for pause in (*PAUSES, None):
            try:
                self.ask("submit-transactions", {"raw_transactions": list(raws)})
            except NoAnswer as error:
                is_uncertain = True
                if pause is not None:
                    self.notice(f"no answer ({error.context[0] if error.context else error}); asking again")
                    self.sleep(pause)
            except Refused:
                # After an attempt without an answer it may be in a block by now, and so be refused.
                if is_uncertain and self._is_known(ids[-1]):
                    return ids
                raise
            else:
                return ids
        raise PaymentUncertain(ids, raws)

    def wait(self, tx_id: str, confirmations: int) -> int:
        """Wait until a transaction has so many blocks, its own the first; how many it has. There is no limit."""
        told = -1
        while (found := self.confirmations(tx_id)) < confirmations:
            if found != told:
                self.notice(f"{found} of {confirmations} confirmations")
                told = found
            self.sleep(POLL_SECONDS)
        return found

    def confirmations(self, tx_id: str) -> int:
        """How many blocks a transaction of the wallet has: 0 while it waits for one."""
        try:
            height = whole(record(self.ask("get-transaction", {"tx_id": tx_id})), "block_height")
        except Refused:
            return 0
        if not height:
            return 0
        return whole(record(self.ask("get-block-count", None)), "block_count") - height + 1

    def _is_known(self, tx_id: str) -> bool:
        for method in ("get-unconfirmed-transaction", "get-transaction"):
            try:
                self.ask(method, {"tx_id": tx_id})
            except (NoAnswer, Refused):
                continue
            return True
        return False

    def _templates(self, payment: Payment, fee: int, milliseconds: int, *, chained: bool) -> list[Record]:
        request: dict[str, JsonValue] = {"actions": payment.actions(fee), "ttl": milliseconds}
        if chained:
            if payment.asset != BTM:
                request["merge_assets"] = True
            return records(self.ask("build-chain-transactions", request))
        return [record(self.ask("build-transaction", request))]

    def _price(self, templates: Sequence[Record]) -> tuple[int, int]:
        """What the last transaction should pay, and what those before it do pay, in neu."""
        answer = record(self.ask("estimate-chain-transaction-gas", {"transaction_templates": list(templates)}))
        return whole(answer, "total_neu"), whole(answer, "chain_tx_neu")


def check(transactions: Sequence[Transaction], plan: Plan) -> None:
    """What will be signed is as asked for: its fee, and an output for each receiver. Raises PaymentFailed."""
    fee = sum(tx.btm_left for tx in transactions)
    if fee != plan.fee:
        raise PaymentFailed(f"the fee would be {BTM.show(fee)} rather than {BTM.show(plan.fee)}; try again")
    asset_id = bytes.fromhex(plan.payment.asset.id)
    wanted = Counter((receiver.program, receiver.amount) for receiver in plan.payment.receivers)
    last = transactions[-1].outputs
    there = Counter((output.control_program, output.amount) for output in last if output.asset_id == asset_id)
    if wanted - there:
        raise PaymentFailed("the node built a payment to somebody else than was asked; it is not signed")


def keys_that_open(ask: Ask, xpubs: Sequence[str], password: str) -> int:
    """How many keys of an account, of those that are on the node, have this password."""
    opened = 0
    for xpub in xpubs:
        try:
            answer: Mapping[str, JsonValue] = record(
                ask("check-key-password", {"xpub": xpub, "password": password})
            )
        except Refused:
            continue
        opened += answer.get("check_result") is True
    return opened


def find_account(ask: Ask, name: str) -> Record:
    """The account with an alias or id; without a name the only one there is. Raises ConfigError."""
    accounts = records(ask("list-accounts", {}))
    if not name:
        if len(accounts) == 1:
            return accounts[0]
        aliases = ", ".join(text(account, "alias") for account in accounts)
        raise ConfigError(
            f"there are several accounts: say --from and one of {aliases}" if accounts
            else "there is no account yet; pybytomcli wallet create makes one"
        )  # fmt: skip
    for account in accounts:
        if name.lower() == text(account, "alias").lower() or name == text(account, "id"):
            return account
    raise ConfigError(f"there is no account {name!r}; pybytomcli accounts shows those there are")


def quorum_of(account: Record) -> tuple[list[str], int]:
    """The root keys of an account, and how many of them must sign."""
    return texts(account, "xpubs"), whole(account, "quorum")


def _transaction(template: Record) -> Transaction:
    try:
        return Transaction.from_hex(text(template, "raw_transaction"))
    except DecodeError as error:
        raise OddAnswer.because(str(error)) from error
