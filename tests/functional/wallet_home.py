"""A wallet with its chain and API in this process, and a count of what it owns that asks nothing of the wallet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pybytomd.chain.chain import Chain
from pybytomd.clock import ManualClock
from pybytomd.crypto.chainkd import XPub
from pybytomd.crypto.hashes import ripemd160, sha3_256
from pybytomd.ledger.block import Block
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import SpendInput
from pybytomd.ledger.networks.params import SOLONET
from pybytomd.mining.proposer import BlockProposer
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.api import Api
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.wallet.accounts.manager import AccountManager
from pybytomd.wallet.assets.registry import AssetRegistry
from pybytomd.wallet.keys.pseudohsm import PseudoHSM
from pybytomd.wallet.spend.build import TransactionBuilder
from pybytomd.wallet.spend.materials import Materials
from pybytomd.wallet.wallet import Wallet
from tests.chain_builder import open_chain
from tests.unit.rpc.recorded import Client

BTM = BTM_ASSET_ID.hex()
BLOCK_SECONDS = 150
ADDRESSES_LOOKED_AT = 150
"""Per account and branch, by the independent count."""

Balances = dict[tuple[str, str], int]


class Home:
    """A wallet over a chain of its own, or over that of another home."""

    def __init__(
        self,
        keys: Path,
        *,
        chain: Chain | None = None,
        clock: ManualClock | None = None,
        database: KeyValueStore | None = None,
    ) -> None:
        self.clock = clock or ManualClock(float(SOLONET.genesis.header.timestamp))
        self.chain = chain or open_chain(clock=self.clock)
        self.database = database or MemoryStore()
        self.accounts = AccountManager(self.database, SOLONET, self.clock)
        assets = AssetRegistry(self.database)
        hsm = PseudoHSM(keys, self.clock)
        self.wallet = Wallet(self.database, self.chain, self.accounts, assets, hsm, self.clock)
        materials = Materials(self.accounts, assets, self.wallet.keeper, SOLONET)
        self.builder = TransactionBuilder(materials, self.clock)
        self.proposer = BlockProposer(self.chain, self.accounts.mining, self.clock)
        tokens = CredentialStore(MemoryStore(), self.clock)
        api = Api(chain=self.chain, clock=self.clock, tokens=tokens, wallet=self.wallet, builder=self.builder)
        self._client = Client(api)

    async def ask(self, method: str, **request: object) -> Any:
        """The data of an answer that must be a success."""
        answer = await self._client.call(method, request)
        assert answer["status"] == "success", (method, answer)
        return answer.get("data")

    async def fails(self, method: str, **request: object) -> str:
        """The code of an answer that must be a failure."""
        answer = await self._client.call(method, request)
        assert answer["status"] == "fail", (method, answer)
        return str(answer["code"])

    def mine(self, count: int = 1) -> list[Block]:
        """Blocks with what waits in the pool, paid for by nobody's work; the wallet takes them in."""
        blocks = []
        for _ in range(count):
            self.clock.advance(BLOCK_SECONDS)
            block = self.proposer.propose()
            assert not self.chain.process_block(block, proof=True)
            blocks.append(block)
        self.wallet.catch_up()
        return blocks

    async def build(self, *actions: dict[str, object], **fields: object) -> Any:
        return await self.ask("build-transaction", actions=actions, **fields)

    async def sign(self, template: Any, *passwords: str) -> Any:
        """A template signed with one password after another, until it is complete."""
        for password in passwords:
            answer = await self.ask("sign-transaction", password=password, transaction=template)
            template = answer["transaction"]
        assert answer["sign_complete"]
        return template

    async def submit(self, template: Any) -> str:
        answer = await self.ask("submit-transaction", raw_transaction=template["raw_transaction"])
        self.wallet.catch_up()
        return str(answer["tx_id"])

    async def send(self, *actions: dict[str, object], passwords: Sequence[str] = ("pw",)) -> str:
        """Build, sign and hand in; returns the transaction's id."""
        return await self.submit(await self.sign(await self.build(*actions), *passwords))

    async def address(self, alias: str) -> str:
        return str((await self.ask("create-account-receiver", account_alias=alias))["address"])

    async def balances(self) -> Balances:
        found = await self.ask("list-balances")
        return {(entry["account_alias"], entry["asset_id"]): entry["amount"] for entry in found}

    async def check(self) -> Balances:
        """Compare what the wallet says with a count over the whole chain; returns it."""
        said, counted = await self.balances(), self.count()
        assert said == counted
        return said

    def count(self) -> Balances:
        """What the accounts own, by going through all blocks and deriving all programs anew."""
        owners = {
            program: account.alias
            for account in self.accounts.list()
            for program in programs_of(account.xpubs, account.signer.quorum, account.signer.key_index)
        }
        unspent: dict[bytes, tuple[bytes, int, bytes]] = {}
        for height in range(self.chain.best_height + 1):
            block = self.chain.block_at(height)
            fails = self.chain.transaction_status(block.hash).fails
            for tx, failed in zip(block.transactions, fails, strict=True):
                for position, tx_input in enumerate(tx.inputs):
                    spent = tx.ids.prevout_ids[position]
                    if isinstance(tx_input, SpendInput) and not (failed and tx_input.asset_id != BTM_ASSET_ID):
                        assert spent is not None
                        del unspent[spent]
                for output_id, output in zip(tx.result_ids, tx.outputs, strict=True):
                    if output.asset_id == BTM_ASSET_ID or not failed:
                        unspent[output_id] = (output.asset_id or b"", output.amount, output.control_program)
        totals: Balances = {}
        for asset_id, amount, program in unspent.values():
            if program in owners:
                holding = (owners[program], asset_id.hex())
                totals[holding] = totals.get(holding, 0) + amount
        return totals


def programs_of(xpubs: Sequence[XPub], quorum: int, key_index: int) -> list[bytes]:
    """The first control programs of an account by BIP-44, put together byte by byte."""
    programs = []
    for branch in (0, 1):
        for index in range(1, ADDRESSES_LOOKED_AT + 1):
            path = [number.to_bytes(4, "little") for number in (44, 153, key_index, branch, index)]
            keys = [xpub.derive(path).public_key for xpub in xpubs]
            if len(keys) == 1:
                programs.append(b"\x00\x14" + ripemd160(keys[0]))
            else:
                script = b"\xae" + b"".join(b"\x20" + key for key in keys)
                script += bytes((0x50 + quorum, 0x50 + len(keys))) + b"\xad"
                programs.append(b"\x00\x20" + sha3_256(script))
    return programs


def spend(alias: str, amount: int, asset: str = BTM, **fields: object) -> dict[str, object]:
    return {"type": "spend_account", "account_alias": alias, "asset_id": asset, "amount": amount, **fields}


def pay(address: str, amount: int, asset: str = BTM) -> dict[str, object]:
    return {"type": "control_address", "address": address, "asset_id": asset, "amount": amount}
