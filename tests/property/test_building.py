"""Built transactions: inputs and outputs balance, nothing is spent twice, and failures leave nothing reserved."""

from __future__ import annotations

import json
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from pybytomd.codec.json import gojson
from pybytomd.errors import BytomError, DecodeError
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import SpendInput
from pybytomd.wallet.spend.build import BuildRequest
from pybytomd.wallet.spend.errors import BadWitnessComponent
from pybytomd.wallet.spend.ledgers.bytom1 import Template
from tests.unit.wallet.spend.small_wallet import ADDRESS, FOREIGN_ADDRESS, SmallWallet, pay, spend

GOLD = b"\x77" * 32
ASSETS = st.sampled_from([BTM_ASSET_ID.hex(), GOLD.hex()])
AMOUNTS = st.integers(0, 120) | st.integers(0, 1 << 64)

spends = st.builds(spend, AMOUNTS, st.sampled_from(["alice", "multi", "alice"]), ASSETS)
pays = st.builds(pay, AMOUNTS, st.sampled_from([ADDRESS, ADDRESS, ADDRESS, FOREIGN_ADDRESS, ""]), ASSETS)
retirements = st.builds(
    lambda amount, asset: {"type": "retire", "asset_id": asset, "amount": amount}, AMOUNTS, ASSETS
)
actions = st.lists(spends | pays | pays | retirements, max_size=6)


def wallet_with(funds: list[tuple[int, bool, bool]]) -> SmallWallet:
    wallet = SmallWallet()
    for amount, is_gold, is_multi in funds:
        asset = GOLD if is_gold else BTM_ASSET_ID
        wallet.fund(amount, account=wallet.multi if is_multi else wallet.alice, asset_id=asset)
    return wallet


funds = st.lists(st.tuples(st.integers(1, 80), st.booleans(), st.booleans()), max_size=8)


@given(funds, st.lists(actions, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_what_is_built_balances(
    funds: list[tuple[int, bool, bool]], requests: list[list[dict[str, object]]]
) -> None:
    wallet = wallet_with(funds)
    spent: set[bytes] = set()
    for request in requests:
        before = wallet.keeper.reservations
        wanted: Counter[str] = Counter()
        paid: Counter[str] = Counter()
        for action in request:
            counter = wanted if action["type"] == "spend_account" else paid
            counter[str(action["asset_id"])] += int(str(action["amount"]))
        try:
            template = wallet.build(*request)
        except BytomError:
            assert wallet.keeper.reservations == before
            continue
        tx = template.transaction
        assert tx is not None
        into: Counter[str] = Counter()
        for tx_input in tx.inputs:
            assert isinstance(tx_input, SpendInput)
            into[tx_input.asset_id.hex()] += tx_input.amount
        out: Counter[str] = Counter()
        for output in tx.outputs:
            out[(output.asset_id or b"").hex()] += output.amount
        for asset in {*into, *out, *wanted, *paid}:
            assert into[asset] - (out[asset] - paid[asset]) == wanted[asset]
        btm = BTM_ASSET_ID.hex()
        assert template.fee == (into[btm] - out[btm]) % (1 << 64)
        assert spent.isdisjoint(tx.spent_output_ids)
        spent.update(tx.spent_output_ids)
        assert len(tx.spent_output_ids) == len(tx.inputs)
        again = Template.from_value(gojson.loads(gojson.dumps(template.to_value())))
        assert again == template


@given(st.lists(st.integers(6_000_001, 90_000_000), min_size=1, max_size=30), st.integers(1, 900_000_000))
@settings(max_examples=40, deadline=None)
def test_chains_spend_each_output_once_and_pay_for_each_merging(amounts: list[int], wanted: int) -> None:
    wallet = SmallWallet()
    funded = {utxo.output_id: utxo.amount for utxo in wallet.fund(*amounts)}
    try:
        templates = wallet.build_chain(spend(wanted), pay(1))
    except BytomError:
        assert wallet.keeper.reservations == []
        return
    unspent = dict(funded)
    for template in templates:
        tx = template.transaction
        assert tx is not None
        total = sum(unspent.pop(output_id) for output_id in tx.spent_output_ids)
        for output_id, output in zip(tx.result_ids, tx.outputs, strict=True):
            unspent[output_id] = output.amount
        assert template.fee == total - sum(output.amount for output in tx.outputs)
        assert len(tx.inputs) <= 5
    assert all(template.fee == 6_000_000 for template in templates[:-1])
    last = templates[-1].transaction
    assert last is not None
    assert sum(output.amount for output in last.outputs) - 1 + wanted == sum(
        tx_input.amount for tx_input in last.inputs if isinstance(tx_input, SpendInput)
    )


TEMPLATE_NAMES = (
    "type", "keys", "xpub", "quorum", "signatures", "position", "witness_components", "signing_instructions",
    "raw_transaction", "fee", "derivation_path", "value", "raw_data",
)  # fmt: skip
ACTION_NAMES = (
    "type", "asset_id", "amount", "address", "arguments", "output_id", "account_alias", "asset_alias",
    "control_program", "arbitrary", "use_unconfirmed",
)  # fmt: skip
WORDS = (
    "spend_account", "issue", "retire", "control_address", "spend_account_unspent_output", "BTM", "alice",
)  # fmt: skip

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 70), 1 << 70) | st.text(max_size=70),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(TEMPLATE_NAMES), inner, max_size=5)
    ),
    max_leaves=12,
)
any_actions = st.lists(
    st.dictionaries(st.sampled_from(ACTION_NAMES), json_values | st.sampled_from(WORDS)), max_size=4
)


@given(any_actions)
@settings(max_examples=150, deadline=None)
def test_whatever_comes_is_built_or_refused(actions: list[dict[str, object]]) -> None:
    wallet = wallet_with([(50, False, False)])
    request = BuildRequest(gojson.loads(json.dumps(actions)))  # type: ignore[arg-type]
    for build in (wallet.builder.build, wallet.builder.build_chain):
        before = wallet.keeper.reservations
        try:
            build(request)
        except BytomError:
            assert wallet.keeper.reservations == before


@given(json_values)
@settings(max_examples=150, deadline=None)
def test_whatever_comes_is_a_template_or_refused(value: object) -> None:
    try:
        template = Template.from_value(gojson.loads(json.dumps(value)))
    except (DecodeError, BadWitnessComponent):
        return
    again = gojson.loads(gojson.dumps(template.to_value()))
    assert Template.from_value(again) == template
