"""Libraries that others wrote for Go nodes, against a live node of ours: ``python-bytom`` and ``pybytom``.

Both want packages that no longer install, for SHA-3 and for checking signatures; stand-ins take their place.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
import types
from collections.abc import AsyncIterator, Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from pybytomd.rpc.methods import load_methods
from tests.functional.node_process import RunningNode, node
from tests.functional.recorded_home import RECORDED, unpacked
from tests.functional.wallet_home import pay, spend

pytestmark = pytest.mark.skipif(
    find_spec("bytom") is None or find_spec("pybytom") is None,
    reason="the client libraries are not installed: pip install --no-deps python-bytom pybytom",
)

ALICE = RECORDED["keys"][0]
GOLD = RECORDED["assets"]["gold"]["id"]
FEE = 10**7
MESSAGE = "1246b84985e1ab5f83f4ec2bdf271114666fd3d9e24d12981a3c861b9ed523c6"
MNEMONIC = "indicate warm sock mistake code spot acid ribbon sing over taxi toast"


class VerifyingKey:
    """What ``pybytom`` uses of the package ``ed25519``."""

    def __init__(self, key: bytes, encoding: str) -> None:
        assert encoding == "hex"
        self._key = VerifyKey(bytes.fromhex(key.decode()))

    def verify(self, signature: bytes, message: bytes, encoding: str) -> None:
        assert encoding == "hex"
        self._key.verify(message, bytes.fromhex(signature.decode()))


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    contents: dict[str, dict[str, Any]] = {
        "sha3": {"sha3_256": hashlib.sha3_256},
        "_pysha3": {"sha3_256": hashlib.sha3_256},
        "ed25519": {"VerifyingKey": VerifyingKey, "BadSignatureError": BadSignatureError},
    }
    for name, members in contents.items():
        module = types.ModuleType(name)
        vars(module).update(members)
        monkeypatch.setitem(sys.modules, name, module)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningNode]:
    """A node with money in it."""
    async with node(unpacked(tmp_path / "home")) as running:
        yield running


class PythonBytom:
    """The client of ``python-bytom``, off the event loop. ``called`` are the methods that have answered."""

    def __init__(self, url: str, access_token: str = "") -> None:
        from bytom.client import BytomAPI

        self._client = BytomAPI(url, access_token)
        self.called: set[str] = set()

    async def __call__(self, name: str, *arguments: object, **options: object) -> Any:
        """The data of an answer, as the library gives it."""
        method: Callable[..., Any] = getattr(self._client, name)
        found = await asyncio.to_thread(method, *arguments, **options)
        self.called.add(name)
        return found

    def offered(self) -> set[str]:
        """Names of all methods."""
        return {
            name for name in vars(type(self._client)) if callable(getattr(self._client, name)) and name[0] != "_"
        }


async def test_everything_python_bytom_offers(running: RunningNode) -> None:
    from bytom.bind import BytomAPIError

    api = PythonBytom(running.url)
    await keys_and_accounts(api)
    await assets_and_messages(api)
    tx_id = await transactions(api, running)
    await the_rest(api, running, tx_id)
    with pytest.raises(BytomAPIError) as refused:
        await api("create_account", ["00"], "x", 1)
    assert refused.value.status_code == "BTM002"
    unknown = {name for name in api.offered() - api.called if name.replace("_", "-") in load_methods()}
    assert unknown == set()


async def keys_and_accounts(api: PythonBytom) -> None:
    key = await api("create_key", "kim", "pw", "en")
    assert len(key.mnemonic.split()) == 12
    assert "kim" in [one.alias for one in await api("list_keys")]
    assert (await api("reset_key_password", key.xpub, "pw", "new")).changed
    assert (await api("check_key_password", key.xpub, "new")).check_result
    account = await api("create_account", [key.xpub], "kim", 1)
    assert (await api("list_accounts", account.id))[0].alias == "kim"
    receiver = await api("create_account_receiver", "kim")
    assert [entry.address for entry in await api("list_addresses", "kim")] == [receiver.address]
    assert (await api("validate_address", receiver.address)).is_local
    assert (await api("list_pubkeys", "kim")).root_xpub == key.xpub
    assert (await api("set_mining_address", receiver.address)).mining_address == receiver.address
    assert (await api("get_mining_address")).mining_address == receiver.address
    assert (await api("set_coinbase_arbitrary", "ff")).arbitrary == "ff"
    assert (await api("get_coinbase_arbitrary")).arbitrary == "ff"
    await api("delete_account", account_alias="kim")
    await api("delete_key", key.xpub, "new")
    image = await api("backup_wallet", return_dict=True)
    assert await api("restore_wallet", **image) is None


async def assets_and_messages(api: PythonBytom) -> None:
    asset = await api("create_asset", "copper", {"name": "Copper"}, [ALICE["xpub"]], 1)
    await api("update_asset_alias", asset.id, "cu")
    assert (await api("get_asset", asset.id)).alias == "CU"
    assert "CU" in [one["alias"] for one in await api("list_assets", return_dict=True)]
    address = (await api("create_account_receiver", "alice")).address
    signed = await api("sign_message", address, MESSAGE, ALICE["password"])
    assert (await api("verify_message", address, signed.derived_xpub, MESSAGE, signed.signature)).result


async def transactions(api: PythonBytom, running: RunningNode) -> str:
    """Build, sign, submit, alone and in a chain; returns the id of the first."""
    bob = (await api("create_account_receiver", "bob")).address
    actions = [spend("alice", 3 * FEE), pay(bob, 2 * FEE)]
    template = await api("build_transaction", actions=actions, return_dict=True)
    assert (await api("estimate_transaction_gas", template)).total_neu > 0
    signed = await api("sign_transaction", ALICE["password"], template, return_dict=True)
    assert signed["sign_complete"]
    raw = signed["transaction"]["raw_transaction"]
    tx_id = str((await api("submit_transaction", raw)).tx_id)
    assert (await api("decode_raw_transaction", raw)).tx_id == tx_id
    assert tx_id in (await api("list_unconfirmed_transactions")).tx_ids
    assert (await api("get_unconfirmed_transaction", tx_id)).id == tx_id

    chain = await api("build_chain_transactions", actions=actions, return_dict=True)
    signed = await api("sign_transactions", password=ALICE["password"], transactions=chain, return_dict=True)
    raws = [one["raw_transaction"] for one in signed["transaction"]]
    assert len((await api("submit_transactions", raws)).tx_id) == len(raws)

    await running.call("generate", count=1)
    await until_indexed(running)
    found = await api("get_transaction", tx_id)
    assert found.block_height == 271
    assert tx_id in [one.tx_id for one in await api("list_transactions", account_id=found.inputs[0].account_id)]
    assert {one.asset_alias for one in await api("list_balances", account_alias="bob")} >= {"BTM"}
    outputs = await api("list_unspent_outputs", account_alias="bob", count=3)
    assert 1 <= len(outputs) <= 3
    assert (await api("list_unspent_outputs", outputs[0].id))[0].id == outputs[0].id
    program = await api("decode_program", outputs[0].program)
    assert program.instructions.startswith("DUP")
    return tx_id


async def the_rest(api: PythonBytom, running: RunningNode, tx_id: str) -> None:
    assert (await api("get_block_count")).block_count == 271
    best = (await api("get_block_hash")).block_hash
    block = await api("get_block", block_hash=best, return_dict=True)
    assert tx_id in [tx["id"] for tx in block["transactions"]]
    assert (block["hash"], block["height"]) == (best, 271)
    header = await api("get_block_header", 271)
    assert (await api("get_difficulty", 271)).hash == (await api("get_hash_rate", 271)).hash == best

    token = await api("create_access_token", "me", "client")
    assert [one.id for one in await api("list_access_tokens")] == ["me"]
    with_token = PythonBytom(running.url, token.token)
    assert (await with_token("gas_rate")).gas_rate == 200
    await api("check_access_token", "me", token.token.split(":")[1])
    await api("delete_access_token", "me")

    await api("create_transaction_feed", "f", f"asset_id='{GOLD}'")
    await api("update_transaction_feed", "f", "amount_lower_limit=5")
    assert (await api("get_transaction_feed", "f", return_dict=True))["txfeed"]["alias"] == "f"
    assert "f" in [one["alias"] for one in await api("list_transaction_feeds", return_dict=True)]
    await api("delete_transaction_feed", "f")

    source = "contract Open() locks coins of kind { clause take() { unlock coins of kind } }"
    compiled = await api("compile", source)
    assert (compiled.name, compiled.program) == ("Open", "51")

    assert (await api("gas_rate")).gas_rate == 200
    assert (await api("net_info")).network_id == "solonet"
    assert await api("list_peers") == []
    for name, arguments in (("connect_peer", ("127.0.0.1", 1)), ("disconnect_peer", ("00",))):
        await refused(api, name, *arguments)
    assert not (await api("is_mining")).is_mining
    await api("set_mining", False)
    assert len((await api("get_work")).seed) == 64
    await refused(api, "submit_work", header.block_header)  # that work is done
    fields = (await api("get_work_json", return_dict=True))["block_header"]
    assert fields["height"] == 272
    await refused(api, "submit_work_json", {**fields, "previous_block_hash": "00" * 32})
    assert header.reward == 41_250_000_000 + FEE * 2
    assert await api("rescan_wallet") is None
    assert (await api("wallet_info")).best_block_height == 271


async def refused(api: PythonBytom, name: str, *arguments: object) -> None:
    """The node refuses, in words the library understands."""
    from bytom.bind import BytomAPIError

    with pytest.raises(BytomAPIError):
        await api(name, *arguments)
    api.called.add(name)


async def until_indexed(running: RunningNode) -> None:
    async with asyncio.timeout(60):
        while (await running.call("wallet-info"))["wallet_height"] < await running.height():  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # the API has nothing to wait on


async def test_python_bytom_signs_a_contract_input(running: RunningNode) -> None:
    """The library signs with keys two steps below a root, as outputs of contracts name them."""
    from bytom.signatures import Signatures
    from pybytom import Wallet
    from pybytom.wallet.tools import get_child_xpublic_key

    root = Wallet(network="solonet").from_mnemonic(ALICE["mnemonic"])
    assert root.xpublic_key() == ALICE["xpub"]
    path = ["010400000000000000", "0100000000000000"]
    public_key = get_child_xpublic_key(root.xpublic_key(), indexes=path)[:64]
    locked = {"type": "control_program", "control_program": f"20{public_key}ae7cac", "asset_id": GOLD, "amount": 5}
    api = PythonBytom(running.url)

    async def finish(template: Any) -> None:
        signed = await api("sign_transaction", ALICE["password"], template, return_dict=True)
        assert signed["sign_complete"]
        await api("submit_transaction", signed["transaction"]["raw_transaction"])

    lock = [spend("alice", FEE), spend("alice", 5, GOLD), locked]
    await finish(await api("build_transaction", actions=lock, return_dict=True))
    await running.call("generate", count=1)
    await until_indexed(running)
    outputs = await api("list_unspent_outputs", smart_contract=True)
    (output,) = [one for one in outputs if one.program == locked["control_program"]]
    argument = {"type": "raw_tx_signature", "raw_data": {"xpub": ALICE["xpub"], "derivation_path": path}}
    unlock = {"type": "spend_account_unspent_output", "output_id": output.id, "arguments": [argument]}
    bob = (await api("create_account_receiver", "bob")).address
    actions = [unlock, spend("alice", FEE), pay(bob, 5, GOLD)]
    template = await api("build_transaction", actions=actions, return_dict=True)
    decoded = await api("decode_raw_transaction", template["raw_transaction"], return_dict=True)
    contract, own = template["signing_instructions"]
    made = await asyncio.to_thread(
        Signatures.generate_signatures,
        [root.xprivate_key()],
        {**template, "signing_instructions": [contract]},
        decoded,
    )
    (component,) = made["signing_instructions"][0]["witness_components"]
    (signature,) = component["signatures"]
    component["signatures"] = [signature.decode()]
    await finish({**made, "signing_instructions": [*made["signing_instructions"], own]})
    (waiting,) = (await api("list_unconfirmed_transactions")).tx_ids
    found = await api("get_unconfirmed_transaction", waiting)
    assert found.inputs[contract["position"]].witness_arguments == [signature.decode()]


async def test_keys_addresses_and_signatures_of_pybytom(running: RunningNode) -> None:
    from pybytom import Wallet, verify

    wallet = Wallet(network="solonet").from_mnemonic(MNEMONIC)
    key = await running.call("create-key", alias="pat", password="pw", mnemonic=MNEMONIC)
    assert key["xpub"] == wallet.xpublic_key()
    await running.call("create-account", alias="pat", root_xpubs=[key["xpub"]], quorum=1)
    for index in (1, 2, 3):
        receiver = await running.call("create-account-receiver", account_alias="pat")
        wallet.clean_derivation()
        wallet.from_path(f"m/44/153/1/0/{index}")
        assert receiver == {"address": wallet.address(), "control_program": wallet.program()}
        signed = await running.call("sign-message", address=receiver["address"], message=MESSAGE, password="pw")
        assert signed["derived_xpub"] == wallet.child_xpublic_key()
        assert signed["signature"] == wallet.sign(MESSAGE)
        assert verify(wallet.public_key(), MESSAGE, signed["signature"])
        assert not verify(wallet.public_key(), "00" + MESSAGE[2:], signed["signature"])


async def test_pybytom_signs_what_the_node_built(running: RunningNode) -> None:
    """Offline signing: the node builds, the library signs, the node checks."""
    from pybytom import Wallet

    bob = (await running.call("create-account-receiver", account_alias="bob"))["address"]
    template = await running.call("build-transaction", actions=[spend("alice", 3 * FEE), pay(bob, 2 * FEE)])
    decoded = await running.call("decode-raw-transaction", raw_transaction=template["raw_transaction"])
    for instruction in template["signing_instructions"]:
        component, public_key = instruction["witness_components"]
        wallet = Wallet(network="solonet").from_mnemonic(ALICE["mnemonic"])
        wallet.from_indexes(component["keys"][0]["derivation_path"])
        assert public_key["value"] == wallet.public_key()
        data = bytes.fromhex(decoded["inputs"][instruction["position"]]["input_id"] + decoded["tx_id"])
        component["signatures"] = [wallet.sign(hashlib.sha3_256(data).hexdigest())]
    answer = await running.call("sign-transaction", password="no password of any key", transaction=template)
    assert answer["sign_complete"]
    submitted = await running.call("submit-transaction", raw_transaction=answer["transaction"]["raw_transaction"])
    assert submitted["tx_id"] == decoded["tx_id"]
