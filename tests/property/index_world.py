"""A chain for the index that grows and is reorganised at random, and what is true of it, found the slow way.

Transactions are balanced, as on a real chain; some fail, some assets are issued and retired, programs are of every
kind, and now and then a coinbase is one that was there before, byte for byte.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from random import Random

from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.block import BlockHeader
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.inputs import CoinbaseInput, IssuanceInput, SpendInput, TxInput, TxOutput
from pybytomd.ledger.transaction import Transaction
from tests.chain_builder import make_block
from tests.property.wallet_world import CONTRACTS, OPEN, RETIREMENT, STRANGERS, Node, Output, Unspent, World

SCRIPT = b"\x00\x20" + b"\x09" * 32
PROGRAMS = [*STRANGERS, SCRIPT, *CONTRACTS, OPEN, b"\x51\x14" + b"\x01" * 20]
DEFINITIONS = [b"", b'{"name":"gold","decimals":2}', b"not JSON"]
ISSUER = b"\x51"
ASSETS = [compute_asset_id(ISSUER, 1, definition) for definition in DEFINITIONS]
REWARD = 1_000_000


@dataclass
class IndexWorld(World):
    """See above. ``repeats`` is how often a coinbase is one of before."""

    repeats: float = 0.0
    _rewards: list[Transaction] = field(default_factory=list)

    def header(self, block_hash: bytes) -> BlockHeader:
        return self.nodes[block_hash].block.header

    def block_hex(self, block_hash: bytes) -> bytes | None:
        node = self.nodes.get(block_hash)
        return None if node is None else node.block.to_hex().encode()

    def _child(self, parent: Node) -> Node:
        unspent = dict(parent.unspent)
        reward = self._reward(parent.block.height + 1)
        self._apply(unspent, reward, False)
        transactions, fails = [], []
        for _ in range(self.random.randrange(4)):
            if not any(one.output.asset_id == BTM_ASSET_ID for one in unspent.values()):
                break  # there is nothing to pay with
            tx = self._payment(unspent)
            failed = self.random.random() < 0.2
            self._apply(unspent, tx, failed)
            transactions.append(tx)
            fails.append(failed)
        block = make_block(parent.block, transactions, reward=reward, fails=fails)
        node = self.nodes[block.hash] = Node(block, (False, *fails), unspent, parent)
        return node

    def _reward(self, height: int) -> Transaction:
        if self._rewards and self.random.random() < self.repeats:
            return self.random.choice(self._rewards)
        text = CoinbaseInput(b"%d/%d" % (height, self.random.getrandbits(60)))
        reward = Transaction(1, 0, (text,), (TxOutput(BTM_ASSET_ID, REWARD, self.random.choice(PROGRAMS)),))
        self._rewards.append(reward)
        return reward

    def _payment(self, unspent: Unspent) -> Transaction:
        """Some outputs, one of BTM among them, and perhaps an issuance, to some programs."""
        gas = [one for one in sorted(unspent) if unspent[one].output.asset_id == BTM_ASSET_ID]
        others = [one for one in sorted(unspent) if one not in gas]
        chosen = [self.random.choice(gas), *self.random.sample(others, min(len(others), self.random.randrange(3)))]
        inputs: list[TxInput] = [unspent[one].as_input() for one in chosen]
        if self.random.random() < 0.4:
            kind = self.random.randrange(len(ASSETS))
            nonce = self.random.getrandbits(64).to_bytes(8, "big")
            amount = self.random.randrange(1, 1 << 62)
            inputs.append(IssuanceInput(nonce, ASSETS[kind], amount, DEFINITIONS[kind], 1, ISSUER))
        sums: Counter[bytes] = Counter()
        for one in inputs:
            assert isinstance(one, SpendInput | IssuanceInput)
            sums[one.asset_id] += one.amount
        outputs: list[TxOutput] = []
        for asset_id, total in sums.items():
            left = total - (self.random.randrange(total // 10 + 1) if asset_id == BTM_ASSET_ID else 0)
            while left:
                amount = left if self.random.random() < 0.5 else min(left, (left >> 1) + 1)
                outputs.append(TxOutput(asset_id, min(amount, (1 << 63) - 1), self._program()))
                left -= outputs[-1].amount
        self.random.shuffle(outputs)
        return Transaction(1, 0, tuple(inputs), tuple(outputs) or (TxOutput(BTM_ASSET_ID, 0, OPEN),))

    def _program(self) -> bytes:
        return RETIREMENT if self.random.random() < 0.1 else self.random.choice(PROGRAMS)

    def _apply(self, unspent: Unspent, tx: Transaction, failed: bool) -> None:
        for tx_input, output_id in zip(tx.inputs, tx.ids.prevout_ids, strict=True):
            if isinstance(tx_input, SpendInput) and output_id and is_moved(tx_input.asset_id, failed):
                unspent.pop(output_id, None)
        for position, output in enumerate(tx.outputs):
            if output.control_program[:1] != b"\x6a" and is_moved(output.asset_id, failed):
                unspent[tx.result_ids[position]] = Output(tx.mux_id, position, output)


def is_moved(asset_id: bytes | None, failed: bool) -> bool:
    return asset_id == BTM_ASSET_ID or not failed


@dataclass
class Truth:
    """What an index should know of the main chain of a world."""

    history: dict[bytes, list[tuple[int, int]]]
    """Places of the transactions that name a program, newest first."""
    flows: dict[tuple[bytes, bytes], tuple[int, int]]
    """Received and sent by program and asset."""
    issued: Counter[bytes]
    retired: Counter[bytes]
    transfers: dict[bytes, list[tuple[int, int]]]

    @classmethod
    def of(cls, world: IndexWorld) -> Truth:
        history: dict[bytes, list[tuple[int, int]]] = defaultdict(list)
        transfers: dict[bytes, list[tuple[int, int]]] = defaultdict(list)
        received: Counter[tuple[bytes, bytes]] = Counter()
        sent: Counter[tuple[bytes, bytes]] = Counter()
        issued: Counter[bytes] = Counter()
        retired: Counter[bytes] = Counter()
        for node in world.main:
            for position, (tx, failed) in enumerate(zip(node.block.transactions, node.fails, strict=True)):
                named, assets = set(), set()
                for one in tx.inputs:
                    if isinstance(one, SpendInput):
                        named.add(one.control_program)
                        assets.add(one.asset_id)
                        if is_moved(one.asset_id, failed):
                            sent[one.control_program, one.asset_id] += one.amount
                    elif isinstance(one, IssuanceInput):
                        assets.add(one.asset_id)
                        issued[one.asset_id] += 0 if failed else one.amount
                for out in tx.outputs:
                    asset_id = out.asset_id or bytes(32)
                    assets.add(asset_id)
                    if out.control_program[:1] == b"\x6a":
                        retired[asset_id] += out.amount if is_moved(asset_id, failed) else 0
                        continue
                    named.add(out.control_program)
                    if is_moved(asset_id, failed):
                        received[out.control_program, asset_id] += out.amount
                for program in named:
                    history[program].insert(0, (node.block.height, position))
                for asset_id in assets:
                    transfers[asset_id].insert(0, (node.block.height, position))
        flows = {key: (received[key], sent[key]) for key in received | sent}
        return cls(history, flows, issued, retired, transfers)


def balances_of(unspent: Unspent) -> dict[tuple[bytes, bytes], tuple[int, int]]:
    """Amount and number of unspent outputs by program and asset."""
    found: dict[tuple[bytes, bytes], tuple[int, int]] = {}
    for one in unspent.values():
        key = (one.output.control_program, one.output.asset_id or bytes(32))
        amount, count = found.get(key, (0, 0))
        found[key] = (amount + one.output.amount, count + 1)
    return found


def make_world(seed: int, repeats: float = 0.0) -> IndexWorld:
    return IndexWorld(Random(seed), [], repeats=repeats)
