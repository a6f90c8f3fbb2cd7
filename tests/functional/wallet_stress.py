"""A wallet under random work, with reorganisations, and kills at any moment. After each step that counts, what the
wallet says it owns is what the chain says it does.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp

from pybytomd.ledger.block import Block
from pybytomd.ledger.transaction import Transaction
from tests.chain_builder import make_block, mine
from tests.functional.chain_count import ChainCount
from tests.functional.node_process import RunningNode, node
from tests.functional.recorded_home import RECORDED, unpacked
from tests.functional.wallet_home import BTM, pay, spend
from tests.functional.wallet_stress_inventory import Inventory

FEE = 10**7
LOCK = "02abcd87"
GOLD = RECORDED["assets"]["gold"]["id"]
KEYS = {key["alias"]: key for key in RECORDED["keys"]}
PASSWORDS = {"alice": ["pub-Alice-1"], "bob": ["pub-Bob-2"], "multi": ["pub-Carol-3", "pub-Alice-1"]}
INDEX_SECONDS = 60.0
FEW_BLOCKS, MANY_BLOCKS = [1, 2], [1, 1, 2, 3, 12]
"""How many a reorganisation undoes. Those in their place take twenty proofs of work each to be found."""
KILL_CHANCE = 0.04
REFUSALS = {"BTM700", "BTM701", "BTM702", "BTM704", "BTM705", "BTM003", "BTM747"}
"""Too little money, or too little mature or free; what may be gone meanwhile; more inputs than fit."""


class Refused(Exception):
    """The node says no."""

    def __init__(self, method: str, answer: dict[str, Any]) -> None:
        super().__init__(f"{method}: {answer}")
        self.code = str(answer["code"])


class Stress:
    """One home, one node after another, and what is known to be true of both."""

    def __init__(self, directory: Path, seed: int, blocks_undone: Sequence[int] = MANY_BLOCKS) -> None:
        self._blocks_undone = blocks_undone
        self.random = random.Random(seed)
        self.directory = directory
        self.chain = ChainCount()
        self.done: Counter[str] = Counter()
        self.accounts: dict[str, dict[str, Any]] = {}
        self.addresses: dict[str, list[str]] = {}
        self.inventory = Inventory(directory / "keystore")
        self._made = 0
        self._aliases: dict[str, list[str]] = dict(PASSWORDS)
        self._reserved: dict[str, int] = {}
        self._stack = AsyncExitStack()
        self.node: RunningNode

    async def __aenter__(self) -> Stress:
        unpacked(self.directory)
        await self._start()
        for account in await self.node.call("list-accounts"):
            self.chain.watch(account)
            if account.get("alias") in PASSWORDS:
                self.accounts[account["alias"]] = account
                self.addresses[account["id"]] = []
        for key in await self.node.call("list-keys"):
            self.inventory.keys[key["alias"]] = (key["xpub"], "")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _start(self) -> None:
        self.node = await self._stack.enter_async_context(node(self.directory))
        self._reserved.clear()

    async def _restart(self) -> None:
        await self.node.kill()
        await self._stack.aclose()
        self.done["kills"] += 1
        await self._start()
        before = {account["id"] for account in self.accounts.values()}
        for account in await self.inventory.settle(self.node, self.accounts):
            self._take_in(account["alias"], account)
        for account_id in before - {account["id"] for account in self.accounts.values()}:
            self._let_go(account_id)
        await self.check()

    async def run(self, operations: int) -> None:
        """So many operations, and a look at everything in the end."""
        work: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (30, self.transfer), (8, self.issue), (5, self.retire), (5, self.lock), (5, self.unlock),
            (6, self.merge), (5, self.abandon), (4, self.wrong_password), (8, self.receive),
            (2, self.new_account), (2, self.rename), (7, self.generate), (3, self.reorganise),
            (2, self.rescan), (3, self.kill), (1, self.delete_account), (2, self.new_asset), (2, self.new_key),
            (2, self.restore),
        ]  # fmt: skip
        weights, choices = zip(*work, strict=True)
        rare = [self.new_account, self.new_asset, self.new_key, self.rename, self.delete_account, self.restore]
        for number in range(operations):
            (operation,) = self.random.choices(choices, weights)
            if number == operations // 3:
                operation = self.reorganise
            if self.random.random() < KILL_CHANCE:
                await self.kill_during(self.random.choice([operation, self.random.choice(rare), self.rescan]))
            elif number == operations * 2 // 3:
                await self.kill_during(self.rename)
            else:
                await self._do(operation)
            self.done[operation.__name__] += 1
        await self.generate()
        await self._restart()
        await self.everything_can_be_spent()

    async def _do(self, operation: Callable[[], Awaitable[None]]) -> None:
        try:
            await operation()
        except Refused as refused:
            assert refused.code in REFUSALS, refused
            self.done[refused.code] += 1

    # Asking

    async def ask(self, method: str, **request: object) -> Any:
        """The data of an answer. Raises Refused."""
        answer = await self.node.ask(method, request)
        if answer["status"] != "success":
            raise Refused(method, answer)
        return answer.get("data")

    async def build(self, *actions: dict[str, object], method: str = "build-transaction") -> list[Any]:
        """Templates; what they spend is spent by no other that was built since the node started."""
        found = await self.ask(method, actions=actions)
        templates: list[Any] = found if isinstance(found, list) else [found]
        made: set[str] = set()
        for template in templates:
            tx = Transaction.from_hex(template["raw_transaction"])
            spent = {spent.hex() for spent in tx.ids.prevout_ids if spent is not None}
            assert spent.isdisjoint(self._reserved), "an output is reserved twice"
            assert spent.isdisjoint(made - {output.hex() for output in tx.result_ids})
            self._reserved |= dict.fromkeys(spent, 1)
        return templates

    async def sign(self, templates: Sequence[Any], passwords: Sequence[str]) -> list[Any]:
        for password in passwords:
            answer = await self.ask("sign-transactions", password=password, transactions=templates)
            templates = answer["transaction"]
        assert answer["sign_complete"]
        return list(templates)

    async def send(self, alias: str, *actions: dict[str, object], method: str = "build-transaction") -> None:
        templates = await self.sign(await self.build(*actions, method=method), self._aliases[alias])
        raws = [template["raw_transaction"] for template in templates]
        await self.ask("submit-transactions", raw_transactions=raws)

    def someone(self) -> str:
        return self.random.choice(sorted(self.accounts))

    async def address_of(self, alias: str) -> str:
        account = self.accounts[alias]
        found = await self.ask("create-account-receiver", account_id=account["id"])
        self.addresses[account["id"]].append(found["address"])
        return str(found["address"])

    async def balance(self, alias: str, asset: str) -> int:
        found = await self.ask("list-balances", account_id=self.accounts[alias]["id"])
        return sum(entry["amount"] for entry in found if entry["asset_id"] == asset)

    def part_of(self, whole: int) -> int:
        return max(1, int(whole * self.random.random() ** 3 / 8))

    def spend(self, alias: str, amount: int, asset: str = BTM) -> dict[str, object]:
        return spend(str(self.accounts[alias]["alias"]), amount, asset, use_unconfirmed=self.random.random() < 0.3)

    # The operations

    async def transfer(self) -> None:
        payer, asset = self.someone(), self.random.choice([BTM, BTM, BTM, GOLD])
        amount = self.part_of(await self.balance(payer, asset))
        actions = [self.spend(payer, amount + (FEE if asset == BTM else 0), asset)]
        if asset != BTM:
            actions.append(self.spend(payer, FEE))
        parts = self.random.randint(1, min(4, amount))
        amounts = [amount // parts] * (parts - 1) + [amount - amount // parts * (parts - 1)]
        await self.send(
            payer, *actions, *[pay(await self.address_of(self.someone()), part, asset) for part in amounts]
        )

    async def issue(self) -> None:
        amount = self.random.randint(1, 10**6)
        issue = {"type": "issue", "asset_id": GOLD, "amount": amount}
        await self.send(
            "alice", issue, self.spend("alice", FEE), pay(await self.address_of(self.someone()), amount, GOLD)
        )

    async def retire(self) -> None:
        payer = self.someone()
        amount = self.part_of(await self.balance(payer, GOLD))
        retire = {"type": "retire", "asset_id": GOLD, "amount": amount}
        await self.send(payer, self.spend(payer, amount, GOLD), self.spend(payer, FEE), retire)

    async def lock(self) -> None:
        payer = self.someone()
        amount = self.part_of(await self.balance(payer, GOLD))
        locked = {"type": "control_program", "control_program": LOCK, "asset_id": GOLD, "amount": amount}
        await self.send(payer, self.spend(payer, amount, GOLD), self.spend(payer, FEE), locked)

    async def unlock(self) -> None:
        """Take back what was locked, at times with a wrong argument: the gas is lost then, and nothing else."""
        outputs = await self.ask("list-unspent-outputs", smart_contract=True, unconfirmed=True)
        outputs = [one for one in outputs if one["program"] == LOCK and one["id"] not in self._reserved]
        if not outputs:
            return
        output, owner = self.random.choice(outputs), self.someone()
        value = self.random.choice(["abcd", "abcd", "ffff"])
        unlock = {
            "type": "spend_account_unspent_output", "output_id": output["id"], "use_unconfirmed": True,
            "arguments": [{"type": "data", "raw_data": {"value": value}}],
        }  # fmt: skip
        await self.send(
            owner, unlock, self.spend(owner, 2 * FEE), pay(await self.address_of(owner), output["amount"], GOLD)
        )

    async def merge(self) -> None:
        payer = self.someone()
        amount = self.part_of(await self.balance(payer, BTM)) + FEE
        actions = [
            spend(self.accounts[payer]["alias"], amount + FEE),
            pay(await self.address_of(self.someone()), amount),
        ]
        await self.send(payer, *actions, method="build-chain-transactions")

    async def abandon(self) -> None:
        """Build and forget: what it would have spent stays reserved for a while, and ours."""
        payer = self.someone()
        await self.build(self.spend(payer, 2 * FEE), pay(await self.address_of(payer), FEE))

    async def wrong_password(self) -> None:
        payer = self.someone()
        (template,) = await self.build(self.spend(payer, 2 * FEE), pay(await self.address_of(payer), FEE))
        answer = await self.ask("sign-transaction", password="wrong", transaction=template)
        assert not answer["sign_complete"]
        raw = answer["transaction"]["raw_transaction"]
        try:
            await self.ask("submit-transaction", raw_transaction=raw)
        except Refused:
            return
        raise AssertionError("a transaction without signatures was accepted")

    async def receive(self) -> None:
        await self.address_of(self.someone())

    async def new_account(self) -> None:
        name = self._new_alias("account")
        key = self.random.choice(["alice", "bob"])
        account = await self.ask("create-account", alias=name, root_xpubs=[KEYS[key]["xpub"]], quorum=1)
        self.inventory.begun.discard(name)
        self._take_in(name, account)

    def _new_alias(self, kind: str) -> str:
        """An alias nothing had yet. What is to have it may be there from now on."""
        self._made += 1
        alias = f"{kind} {self._made}"
        self.inventory.begun.add(alias)
        return alias

    def _take_in(self, name: str, account: dict[str, Any]) -> None:
        owner = next(key for key in ("alice", "bob") if KEYS[key]["xpub"] in account["xpubs"])
        self._aliases[name] = PASSWORDS[owner]
        self.chain.watch(account)
        self.accounts[name] = account
        self.addresses[account["id"]] = []

    def _let_go(self, account_id: str) -> None:
        self.chain.unwatch(account_id)
        del self.addresses[account_id]

    async def delete_account(self) -> None:
        """One that was made here, with whatever it owns."""
        names = sorted(self.accounts.keys() - PASSWORDS.keys())
        if not names:
            return
        name = self.random.choice(names)
        account_id = self.accounts[name]["id"]
        self.inventory.leaving.add(account_id)
        await self.ask("delete-account", account_id=account_id)
        self.inventory.leaving.clear()
        del self.accounts[name]
        self._let_go(account_id)
        await self.check()

    async def new_asset(self) -> None:
        alias = self._new_alias("ASSET")
        asset = await self.ask("create-asset", alias=alias, root_xpubs=[KEYS["bob"]["xpub"]], quorum=1)
        self.inventory.begun.discard(alias)
        self.inventory.assets[alias] = asset["id"]

    async def new_key(self) -> None:
        """Its password is its alias."""
        alias = self._new_alias("key")
        key = (await self.ask("create-key", alias=alias, password=alias))["xpub"]
        self.inventory.begun.discard(alias)
        self.inventory.keys[alias] = (key, alias)

    async def restore(self) -> None:
        """The image of the wallet as it is: everything in it is here, so all that follows is a rescan."""
        image = await self.ask("backup-wallet")
        await self.ask("restore-wallet", **image)
        await self.check()

    async def rename(self) -> None:
        name = self.someone()
        account = self.accounts[name]
        alias = self._new_alias("renamed")
        await self.ask("update-account-alias", account_id=account["id"], new_alias=alias)
        self.inventory.begun.discard(alias)
        account["alias"] = alias
        await self.check()  # it is a rescan, too

    async def rescan(self) -> None:
        """Until it is done the wallet lists what was spent later, as the reference's does."""
        await self.ask("rescan-wallet")
        await self.check()

    async def generate(self) -> None:
        await self.ask("generate", count=self.random.choice([1, 1, 1, 2]))
        await self.check()

    async def reorganise(self) -> None:
        """A longer branch that has some of the transactions of the blocks it undoes."""
        await self.chain.follow(self.node)
        undone = self.random.choice(self._blocks_undone)
        self.done["blocks undone"] += undone
        seed = bytes.fromhex((await self.ask("get-work"))["seed"])
        parent = self.chain.blocks[-1 - undone].block
        lost: set[bytes] = set()
        branch: list[Block] = []
        for entry in [*self.chain.blocks[-undone:], None]:
            kept: list[Transaction] = []
            fails: list[bool] = []
            pairs = zip(entry.block.transactions, entry.fails, strict=True) if entry is not None else ()
            for tx, failed in list(pairs)[:]:
                gone = tx.ids.prevout_ids[0] is None or not lost.isdisjoint(filter(None, tx.ids.prevout_ids))
                if gone or self.random.random() < 0.3:
                    lost |= set(tx.result_ids)
                else:
                    kept.append(tx)
                    fails.append(failed)
            block = make_block(
                parent, kept, fees=sum(tx.fee for tx in kept), fails=fails, timestamp=parent.header.timestamp + 1
            )
            parent = await asyncio.to_thread(mine, block, seed)
            branch.append(parent)
        for block in branch:
            await self.ask("submit-block", raw_block=block.to_hex())
        assert (await self.ask("get-block-hash"))["block_hash"] == branch[-1].hash.hex()
        await self.check()

    async def kill(self) -> None:
        await self._restart()

    async def kill_during(self, operation: Callable[[], Awaitable[None]]) -> None:
        """End the process at any moment of an operation. What it began is done, or not at all."""

        async def interrupted() -> None:
            try:
                await operation()
            except (Refused, aiohttp.ClientError, OSError):
                self.done["interrupted"] += 1

        async def killer() -> None:
            await asyncio.sleep(self.random.random() ** 2 / 5)  # the moment is what is being varied
            await self.node.kill()

        if operation.__name__ != "kill":
            await asyncio.gather(interrupted(), killer())
        self.done[f"killed during {operation.__name__}"] += 1
        await self._restart()

    # Looking

    async def until_indexed(self) -> None:
        async with asyncio.timeout(INDEX_SECONDS):
            while True:
                info = await self.ask("wallet-info")
                assert "error" not in info, info
                if info["wallet_height"] == info["best_block_height"]:
                    return
                await asyncio.sleep(0.02)  # the API has nothing to wait on

    async def check(self) -> None:
        """The wallet owns what it owns by the chain, has every address it gave out, and knows its accounts."""
        await self.until_indexed()
        await self.chain.follow(self.node)
        said = {(one["account_id"], one["asset_id"]): one["amount"] for one in await self.ask("list-balances")}
        counted = self.chain.holdings()
        assert said == counted, {
            key: (said.get(key), counted.get(key)) for key in said.keys() ^ counted.keys() or said
        }
        outputs = await self.ask("list-unspent-outputs")
        assert len({one["id"] for one in outputs}) == len(outputs)
        listed: Counter[tuple[str, str]] = Counter()
        for one in outputs:
            listed[one["account_id"], one["asset_id"]] += one["amount"]
        assert listed == counted
        aliases = {one["id"]: one.get("alias", "") for one in await self.ask("list-accounts")}
        for account in self.accounts.values():
            assert aliases[account["id"]] == account["alias"]
            known = {one["address"] for one in await self.ask("list-addresses", account_id=account["id"])}
            assert known.issuperset(self.addresses[account["id"]])
        await self.inventory.check(self.node)
        self.done["checks"] += 1

    async def everything_can_be_spent(self) -> None:
        """After a fresh start each account can spend all its mature money and gold in one transaction."""
        height = len(self.chain.blocks) - 1
        outputs = await self.ask("list-unspent-outputs")
        waiting = (await self.ask("list-unconfirmed-transactions"))["tx_ids"]
        assert waiting == []
        for name, account in sorted(self.accounts.items()):
            mine_ = [
                one for one in outputs if one["account_id"] == account["id"] and one["valid_height"] <= height
            ]
            actions = [
                spend(account["alias"], amount, asset)
                for asset in (BTM, GOLD)
                if (amount := sum(one["amount"] for one in mine_ if one["asset_id"] == asset))
            ]
            if actions:
                await self.build(*actions, pay(await self.address_of(name), 1))
