"""The same requests to build, sign and estimate, to a Go node and to ours, over the same recorded home.

Both begin with the same counters of addresses and the same outputs, so whatever is not random must be the same to
the byte, in this order of requests. Nothing here crashes the Go node.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pybytomd.wallet.spend.build import TransactionBuilder
from pybytomd.wallet.spend.materials import Materials
from tests.interop.reference_node import ReferenceNode, each_reference, needs_reference, reference_node, version_of
from tests.unit.rpc.recorded import Client, make_api
from tests.unit.wallet import recorded

pytestmark = needs_reference

ACCOUNTS = json.loads((recorded.FOLDER / "accounts.json").read_text())
_, BOB, MULTI = (account["id"] for account in ACCOUNTS["accounts"][:3])
"""Accounts of few outputs: of more than twelve, those of one amount come in an order of Go's sorting."""
XPUB = ACCOUNTS["keys"][0]["xpub"]
BTM = "ff" * 32
GOLD = "dc13dcc42470264e65e4a9866ef8be99aeda012a78304c307396a0a4c38baa79"
ADDRESS = "sm1qqmfc88mspryhlgyjj2te44yj0d9cwwf95sarzm"
PAY = {"type": "control_address", "address": ADDRESS, "asset_id": BTM, "amount": 1000}


def spend(amount: object, account: object = BOB, asset: object = BTM, **more: object) -> dict[str, object]:
    return {"type": "spend_account", "account_id": account, "asset_id": asset, "amount": amount, **more}


UNSPENT = {"type": "spend_account_unspent_output"}
ODD_VALUES: dict[tuple[str, str], list[object]] = {
    ("control_address", "amount"): [0, 1 << 63, (1 << 64) - 1, 1 << 64, -1, 1.5, "5", None, [], {}, True],
    ("control_address", "asset_id"): ["", "zz", "zz" * 32, "00" * 32, 5, None, [], {}, True],
    ("control_address", "address"): ["", "sm1", "bm1qqmfc88mspryhlgyjj2te44yj0d9cwwf94phzz4", 5, None, []],
    ("retire", "arbitrary"): ["", "AB", "abc", "xx", 5, None, []],
    ("control_program", "control_program"): ["", "51", "6a", "zz", 5, None],
    ("spend_account_unspent_output", "output_id"): ["77" * 32, "zz", None, 5, ""],
    ("spend_account", "account_id"): ["nobody", "", 7],
    ("spend_account", "use_unconfirmed"): ["yes", True, None],
}
"""Values of one field of an otherwise good action."""

ODD_REQUESTS: list[dict[str, object]] = [
    {"time_range": 5}, {"time_range": -1}, {"time_range": "5"},
    {"ttl": -1}, {"ttl": "x"}, {"ttl": 1.5}, {"ttl": True}, {"ttl": "1h"}, {"ttl": 60000},
    {"base_transaction": ""}, {"base_transaction": "06"}, {"base_transaction": "zz"}, {"base_transaction": 5},
    {"base_transaction": "0701000000"},
    {"actions": [5]}, {"actions": 5}, {"actions": [None]}, {"actions": {}},
]  # fmt: skip

ACTIONS: list[list[dict[str, object]]] = [
    [],
    [{}],
    [{"type": 5}],
    [{"type": "nöpe\n"}, PAY],
    [PAY],
    [{**PAY, "amount": 1}, {**PAY, "amount": 1 << 62}],
    [{**PAY, "address": ADDRESS.upper()}],
    [{**PAY, "asset_id": "", "asset_alias": "btm"}],
    [{**PAY, "asset_id": 7, "asset_alias": "gold"}],
    [{**PAY, "asset_id": "", "asset_alias": "ñope"}],
    [{**PAY, "AMOUNT": 7}],
    [{**PAY, "address": 5, "amount": "x"}],
    [spend(10**17), PAY],
    [spend(10**8), PAY],
    [spend(10**8), PAY, spend(5), spend(7, MULTI)],
    [spend(10**8, BOB), spend(5, BOB, GOLD), {**PAY, "asset_id": GOLD, "amount": 5}],
    [spend(0), PAY],
    [{**spend(5, ""), "account_alias": "bob"}, PAY],
    [{**spend(5, ""), "account_alias": "Bob"}, PAY],
    [spend(1 << 63), spend(1 << 63), spend(9), PAY],
    [spend(5, "nobody"), {"type": "retire"}, {**PAY, "address": "x"}],
    [{"type": "issue", "asset_id": "77" * 32, "amount": 5}, PAY],
    [{"type": "issue", "amount": 5}, PAY],
    [{"type": "issue", "asset_id": GOLD, "amount": 1 << 63}, PAY],
    [UNSPENT, PAY],
    [spend(5)],
    [{"type": "spendx"}],
]


def builds() -> Iterator[object]:
    """Bodies of build-transaction, and of build-chain-transactions."""
    yield from ({"actions": actions} for actions in ACTIONS)
    good = {
        "spend_account": spend(5),
        "spend_account_unspent_output": UNSPENT,
        "control_address": PAY,
        "retire": {"type": "retire", "asset_id": BTM, "amount": 5},
        "control_program": {"type": "control_program", "asset_id": BTM, "amount": 5},
    }
    for (kind, field), values in ODD_VALUES.items():
        yield from ({"actions": [{**good[kind], field: value}, PAY]} for value in values)
    yield from ({"actions": [PAY], **more} for more in ODD_REQUESTS)


def argument_builds(output_id: str) -> Iterator[object]:
    """Spending an output of a contract with arguments, one after another until one is reserved."""
    for argument in (
        {"type": "float"},
        {"type": 5},
        5,
        {"type": "data"},
        {"type": "data", "raw_data": 7},
        {"type": "data", "raw_data": {"value": "zz"}},
        {"type": "data", "raw_data": {"value": 5}},
        {"type": "integer", "raw_data": {"value": 1.5}},
        {"type": "integer", "raw_data": {"value": 1 << 63}},
        {"type": "integer", "raw_data": {"value": "5"}},
        {"type": "boolean", "raw_data": {"value": 1}},
        {"type": "string", "raw_data": {"value": 1}},
        {"type": "raw_tx_signature", "raw_data": {"xpub": "00"}},
        {"type": "raw_tx_signature", "raw_data": {"xpub": 5}},
        {"type": "raw_tx_signature", "raw_data": {"xpub": XPUB, "derivation_path": "x"}},
        {"type": "raw_tx_signature", "raw_data": {"xpub": XPUB, "derivation_path": [5]}},
    ):
        action = {"type": "spend_account_unspent_output", "output_id": output_id, "arguments": [argument]}
        yield {"actions": [action, PAY]}
    good = [
        {"type": "raw_tx_signature", "raw_data": {"xpub": XPUB.upper(), "derivation_path": ["AB", None]}},
        {"type": "raw_tx_signature", "raw_data": {}},
        {"type": "data", "raw_data": None},
        {"type": "string", "raw_data": {"value": "grün\u2028<"}},
        {"type": "integer", "raw_data": {"value": -300}},
        {"type": "boolean", "raw_data": {"VALUE": True}},
    ]
    yield {"actions": [{"type": "spend_account_unspent_output", "output_id": output_id, "arguments": good}, PAY]}


def templates(built: Any) -> Iterator[tuple[str, object]]:
    """Requests about a template of one input: signed, damaged, estimated."""
    instruction = built["signing_instructions"][0]
    signature, data = instruction["witness_components"]

    def with_components(*components: object, position: int = 0, **fields: object) -> Any:
        return {
            **built,
            "signing_instructions": [{"position": position, "witness_components": components}],
            **fields,
        }

    variants = [
        built,
        {**built, "signing_instructions": None},
        {**built, "signing_instructions": []},
        {**built, "fee": (1 << 64) - 1, "allow_additional_actions": True},
        {**built, "signing_instructions": [{"position": 0}]},
        with_components(),
        with_components(data, data),
        with_components({**signature, "signatures": ["AB"]}, data),
        with_components({**signature, "signatures": []}, data),
        with_components({**signature, "signatures": ["", "cd"]}, data),
        with_components({**signature, "quorum": 0}),
        with_components({**signature, "quorum": -1}),
        with_components({**signature, "quorum": 2, "keys": signature["keys"] * 2}),
        with_components({**signature, "keys": None}),
        with_components({**signature, "keys": []}),
        with_components({**signature, "keys": [{"xpub": "11" * 64}]}),
        with_components({**signature, "type": "signature"}),
        with_components(data, {**signature, "type": "signature"}),
        with_components({**signature, "type": "signature"}, allow_additional_actions=True),
        with_components({**signature, "type": "signature", "program": "51"}),
        with_components({**signature, "type": "zzz"}),
        with_components({**signature, "quorum": "2"}),
        with_components({**signature, "keys": [{"xpub": "00"}]}),
        with_components({"type": "data", "value": "zz"}),
        with_components({"type": "data", "value": 5}),
        with_components({"type": "data"}),
        with_components(5),
        with_components(position=-1),
        {**built, "fee": -1},
        {**built, "fee": "1"},
        {**built, "raw_transaction": "zz"},
        {**built, "raw_transaction": 5},
        {**built, "raw_transaction": built["raw_transaction"] + "00"},
        {**built, "signing_instructions": [{"position": 0}, {"position": 0}]},
        {"signing_instructions": []},
        5,
    ]
    for template in variants:
        for password in ("pub-Bob-2", "wrong"):
            yield "sign-transaction", {"password": password, "transaction": template}
        yield "sign-transactions", {"password": "pub-Bob-2", "transactions": [template, built]}
        has_transaction = isinstance(template, dict) and "raw_transaction" in template
        if has_transaction:
            yield "estimate-transaction-gas", {"transaction_template": template}
            yield "estimate-chain-transaction-gas", {"transaction_templates": [template, built]}
    yield "sign-transactions", {}
    yield "sign-transactions", {"transactions": []}
    yield "sign-transaction", {"password": 5}


@each_reference
async def test_same_answers(binary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if await version_of(binary) != "1.1.1":
        pytest.skip("other versions build in other ways")
    home = tmp_path / "go"
    with tarfile.open(recorded.FOLDER / "datadir.tar.gz") as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (config,) = (tmp_path / "unpacked").rglob("config.toml")
    config.unlink()
    config.parent.rename(home)
    wallet = recorded.open_wallet(recorded.memory(recorded.records("leveldb_dump")), recorded.open_chain())
    materials = Materials(wallet.accounts, wallet.assets, wallet.keeper, wallet.chain.params)
    builder = TransactionBuilder(materials, wallet._clock)
    ours = Client(make_api(wallet.chain, wallet=wallet, builder=builder))  # type: ignore[arg-type]
    # A build that fails uses up a change address there, and later ones go to the next.
    monkeypatch.setattr(wallet.accounts.addresses, "take_back", lambda *_: None)
    different: list[str] = []

    async with reference_node(binary, home) as node:

        async def compare(method: str, body: object) -> Any:
            text = json.dumps(body, separators=(",", ":"))  # some errors quote it
            expected = await _ask(node, method, text)
            answer = (await ours.send(f"/{method}", text)).body.decode()
            if answer != expected:
                different.append(f"{method} {text[-300:]}\n  Go   {expected[:400]}\n  ours {answer[:400]}")
            return json.loads(expected)

        built = await compare("build-transaction", {"actions": [spend(10**8), PAY]})
        await compare("build-chain-transactions", {"actions": [spend(5 * 10**9, MULTI), PAY, PAY]})
        for body in builds():
            await compare("build-transaction", body)
        locked, *_ = await node.call("list-unspent-outputs", smart_contract=True)
        for body in argument_builds(locked["id"]):
            await compare("build-transaction", body)
        for body in builds():
            await compare("build-chain-transactions", body)
        for method, body in templates(built["data"]):
            await compare(method, body)
    assert not different, f"{len(different)} answers differ:\n" + "\n".join(different)


async def _ask(node: ReferenceNode, method: str, body: str) -> str:
    async with node.session.post(f"http://127.0.0.1:{node.api_port}/{method}", data=body.encode()) as response:
        return await response.text()
