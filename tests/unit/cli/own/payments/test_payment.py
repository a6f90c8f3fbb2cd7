"""The flow of a payment, over a node that answers as it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from pybytomd.cli.own.payments.assets import BTM, Asset
from pybytomd.cli.own.payments.payment import (
    MAX_SINGLE_FEE,
    PAUSES,
    PAYMENT_MILLISECONDS,
    TRIAL_MILLISECONDS,
    Payer,
    Payment,
    PaymentFailed,
    PaymentUncertain,
    Receiver,
)
from pybytomd.client.errors import NoAnswer, OddAnswer, Refused
from pybytomd.errors import ConfigError
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import SpendInput, TxOutput
from pybytomd.ledger.transaction import Transaction

BOB = Receiver("sm1qpd59sj5g4fakhwmf3v28adsvraczdc6vk8fz5h", 150_000_000)
OTHER = bytes.fromhex("0014" + "77" * 20)
PAYMENT = Payment("ACCOUNT", BTM, (BOB,))
GOLD = Asset("01" * 32, "gold", 6)


def transaction(fee: int, program: bytes = BOB.program, amount: int = BOB.amount) -> Transaction:
    spend = SpendInput(bytes(32), BTM_ASSET_ID, 10**9, 0, 1, OTHER, ())
    outputs = (TxOutput(BTM_ASSET_ID, amount, program), TxOutput(BTM_ASSET_ID, 10**9 - amount - fee, OTHER))
    return Transaction(1, 0, (spend,), outputs)


class FakeNode:
    """Builds payments, prices them, signs, and takes what it is handed, after what ``submits`` says."""

    def __init__(self, prices: Sequence[int] = (684_000,), submits: Sequence[Exception | None] = (None,)) -> None:
        self.prices = list(prices)
        self.submits = list(submits)
        self.asked: list[tuple[str, Any]] = []
        self.slept: list[float] = []
        self.program = BOB.program
        self.complete = True
        self.known = False
        self.signs: Transaction | None = None

    def ask(self, method: str, request: Any) -> Any:
        self.asked.append((method, request))
        answer = getattr(self, method.replace("-", "_"))(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def build_transaction(self, request: Any) -> Any:
        spent = request["actions"][0]["amount"]
        paid = request["actions"][1]["amount"] if len(request["actions"]) == 2 else 0
        return {"raw_transaction": transaction(spent - paid, self.program).to_hex()}

    def build_chain_transactions(self, request: Any) -> Any:
        return [self.build_transaction(request)]

    def estimate_chain_transaction_gas(self, _: Any) -> Any:
        price = self.prices.pop(0) if len(self.prices) > 1 else self.prices[0]
        return {"total_neu": price, "chain_tx_neu": 0}

    def sign_transactions(self, request: Any) -> Any:
        given = request["transactions"]
        signed = given if self.signs is None else [{"raw_transaction": self.signs.to_hex()}]
        return {"transaction": signed, "sign_complete": self.complete}

    def submit_transactions(self, _: Any) -> Any:
        return self.submits.pop(0)

    def get_unconfirmed_transaction(self, _: Any) -> Any:
        return Refused("no such transaction")

    def get_transaction(self, _: Any) -> Any:
        return {"block_height": 7} if self.known else Refused("no such transaction")

    def get_block_count(self, _: Any) -> Any:
        return {"block_count": 9}

    def requests(self, method: str) -> list[Any]:
        return [request for name, request in self.asked if name == method]

    def payer(self) -> Payer:
        return Payer(self.ask, self.slept.append)


def test_the_fee_is_raised_until_it_is_enough() -> None:
    node = FakeNode(prices=[500_000, 700_000, 700_000])
    plan = node.payer().plan(PAYMENT)
    assert (plan.fee, plan.merges, plan.chained) == (700_000, 0, False)
    assert [request["actions"][0]["amount"] for request in node.requests("build-transaction")] == [
        150_000_000, 150_500_000, 150_700_000
    ]  # fmt: skip
    assert {request["ttl"] for request in node.requests("build-transaction")} == {TRIAL_MILLISECONDS}


def test_what_does_not_fit_into_one_transaction_is_merged() -> None:
    node = FakeNode(prices=[MAX_SINGLE_FEE + 1, 684_000])
    plan = node.payer().plan(PAYMENT)
    assert plan.chained
    assert len(node.requests("build-transaction")) == 1
    assert len(node.requests("build-chain-transactions")) == 2


def test_so_is_an_asset_which_the_node_is_told() -> None:
    for asset, told in ((BTM, None), (GOLD, True)):
        node = FakeNode(prices=[MAX_SINGLE_FEE + 1, 684_000])
        assert node.payer().plan(replace(PAYMENT, asset=asset)).chained
        assert {one.get("merge_assets") for one in node.requests("build-chain-transactions")} == {told}


def test_what_never_fits_is_refused() -> None:
    with pytest.raises(PaymentFailed, match="no fee was found that is enough"):
        FakeNode(prices=[MAX_SINGLE_FEE + 1]).payer().plan(replace(PAYMENT, asset=GOLD))


def test_an_asset_is_paid_by_two_spends() -> None:
    actions: Any = replace(PAYMENT, asset=GOLD).actions(5)
    assert [(one["type"], one["asset_id"], one["amount"]) for one in actions] == [
        ("spend_account", BTM.id, 5),
        ("spend_account", GOLD.id, BOB.amount),
        ("control_address", GOLD.id, BOB.amount),
    ]


def test_a_payment_is_built_signed_and_handed_in() -> None:
    node = FakeNode()
    payer = node.payer()
    built = payer.build(payer.plan(PAYMENT))
    assert node.requests("build-transaction")[-1]["ttl"] == PAYMENT_MILLISECONDS
    (signed,) = payer.sign(built, "pw")
    assert payer.submit([signed]) == [signed.id.hex()]


def test_a_payment_to_somebody_else_is_not_signed() -> None:
    node = FakeNode()
    payer = node.payer()
    plan = payer.plan(PAYMENT)
    node.program = OTHER
    with pytest.raises(PaymentFailed, match="somebody else"):
        payer.build(plan)


def test_another_fee_is_not_signed() -> None:
    node = FakeNode()
    plan = node.payer().plan(PAYMENT)
    with pytest.raises(PaymentFailed, match="fee"):
        node.payer().build(replace(plan, merge_fees=1))


def test_a_price_that_has_risen_meanwhile_is_not_paid() -> None:
    node = FakeNode()
    plan = node.payer().plan(PAYMENT)
    node.prices = [684_001]
    with pytest.raises(PaymentFailed, match="changed"):
        node.payer().build(plan)


def test_what_is_not_wholly_signed_is_not_handed_in() -> None:
    node = FakeNode()
    built = node.payer().build(node.payer().plan(PAYMENT))
    node.complete = False
    with pytest.raises(PaymentFailed):
        node.payer().sign(built, "pw")
    node.complete, node.signs = True, transaction(9)
    with pytest.raises(OddAnswer):
        node.payer().sign(built, "pw")


def test_an_uncertain_payment_is_repeated_with_the_same_bytes() -> None:
    node = FakeNode(submits=[NoAnswer(), NoAnswer(), None])
    tx = transaction(5)
    assert node.payer().submit([tx]) == [tx.id.hex()]
    assert node.requests("submit-transactions") == [{"raw_transactions": [tx.to_hex()]}] * 3
    assert node.slept == list(PAUSES[:2])
    assert {name for name, _ in node.asked} == {"submit-transactions"}


def test_a_payment_that_got_into_a_block_meanwhile_is_no_failure() -> None:
    node = FakeNode(submits=[NoAnswer(), Refused("spent already")])
    node.known = True
    tx = transaction(5)
    assert node.payer().submit([tx]) == [tx.id.hex()]


@pytest.mark.parametrize("before", [(), (NoAnswer(),)])
def test_a_payment_that_is_refused_and_nowhere_is_a_failure(before: tuple[Exception, ...]) -> None:
    node = FakeNode(submits=[*before, Refused("no")])
    with pytest.raises(Refused):
        node.payer().submit([transaction(5)])


def test_nobody_knows() -> None:
    node = FakeNode(submits=[NoAnswer() for _ in range(len(PAUSES) + 1)])
    tx = transaction(5)
    with pytest.raises(PaymentUncertain) as raised:
        node.payer().submit([tx])
    assert raised.value.transactions == (tx.to_hex(),)
    assert node.slept == list(PAUSES)


def test_confirmations() -> None:
    node = FakeNode()
    assert node.payer().confirmations("aa") == 0
    node.known = True
    assert node.payer().confirmations("aa") == 3
    assert node.payer().wait("aa", 3) == 3


@pytest.mark.parametrize("text", ["", "1", "bob", "sm1", "sm1qpd59sj5g4fakhwmf3v28adsvraczdc6vk8fz5x"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ConfigError):
        _ = Receiver(text, 1).program
