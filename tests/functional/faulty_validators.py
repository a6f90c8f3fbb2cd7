"""Validators of Bytom 2 in this process that do not do as they should: one is slow, one says two things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from pybytomd.chain.bytom2.events import BlockProposed, VerificationAccepted
from pybytomd.chain.bytom2.signer import GuardedSigner
from pybytomd.chain.bytom2.signing_record import SigningRecord
from pybytomd.clock import SystemClock
from pybytomd.consensus.bytom2.casper.verification import Verification, signed_message
from pybytomd.crypto.chainkd import XPrv
from pybytomd.events import EventDispatcher
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.params import NetParams
from pybytomd.mining.bytom2.coinbase import coinbase_transaction
from pybytomd.mining.bytom2.producer import BlockProducer
from pybytomd.mining.bytom2.proposer import BlockProposer, unsigned_block
from pybytomd.p2p.network_address import NetAddress
from pybytomd.store.kv.memory_db import MemoryStore
from pybytomd.sync.bytom2.manager import SyncManager
from tests.bytom2_builder import TRUE_PROGRAM, open_chain
from tests.unit.mining.bytom2.test_proposer import Receiver
from tests.unit.sync.bytom2.network import config


class FaultyValidator:
    """A node whose word to its peers goes through ``pass_on``."""

    def __init__(self, params: NetParams, private_key: XPrv, directory: Path, peer: NetAddress) -> None:
        clock = SystemClock()
        self.private_key = private_key
        signer = GuardedSigner(private_key, SigningRecord(directory / f"{self.key[:8]}.json", self.key), clock)
        self.chain = open_chain(params, clock=clock, signer=signer)
        self.outside = EventDispatcher()
        self.producer = BlockProducer(self.chain, BlockProposer(self.chain, Receiver()), signer, clock)
        self.manager = SyncManager(
            config(keep_dial=(peer,)),
            self.chain,
            self.outside,
            clock,
            blacklist=MemoryStore(),
            discover=MemoryStore(),
        )

    @property
    def key(self) -> str:
        return self.private_key.xpub.raw.hex()

    def pass_on(self, event: BlockProposed | VerificationAccepted) -> None:
        """Something is new here that peers are to hear of. On the event loop."""
        self.outside.post(event)

    def listen(self, kind: type[Any]) -> None:
        loop = asyncio.get_running_loop()

        def drain() -> None:
            for event in events.drain():
                self.pass_on(event)

        events = self.chain.events.subscribe(kind, wake=lambda: loop.call_soon_threadsafe(drain))


class SlowValidator(FaultyValidator):
    """Peers hear of everything late."""

    SECONDS = 0.7

    def pass_on(self, event: BlockProposed | VerificationAccepted) -> None:
        asyncio.get_running_loop().call_later(self.SECONDS, self.outside.post, event)


class TwoFacedValidator(FaultyValidator):
    """Signs two blocks at the end of each epoch: the best one, and one of its own beside it, which it makes up."""

    SECONDS = 0.5
    """How much later it signs the second one: were it the first, the others would be right to count that."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.twins: list[Block] = []
        self._numbers = count()

    def pass_on(self, event: BlockProposed | VerificationAccepted) -> None:
        super().pass_on(event)
        if isinstance(event, VerificationAccepted) and event.verification.key == self.key:
            asyncio.get_running_loop().call_later(self.SECONDS, self._contradict, event.verification)

    def _contradict(self, signed: Verification) -> None:
        twin = self._twin(self.chain.block(signed.target_hash))
        self.twins.append(twin)
        signature = self.private_key.sign(signed_message(signed.source_hash, twin.hash))
        self.outside.post(BlockProposed(twin))
        self.outside.post(VerificationAccepted(Verification(signed.source_hash, twin.hash, self.key, signature)))

    def _twin(self, block: Block) -> Block:
        """Another block on the same parent, in the next slot that is ours."""
        parent = self.chain.header(block.header.previous_block_hash)
        interval = self.chain.params.casper.block_interval
        timestamps = (block.header.timestamp + slot * interval for slot in count(1))
        timestamp = next(t for t in timestamps if self.chain.validator(parent.hash, t).key == self.key)
        text = b"twin %d" % next(self._numbers)
        coinbase = coinbase_transaction(TRUE_PROGRAM, text, block.height, {})
        twin = unsigned_block(parent, timestamp, (coinbase,))
        return twin.with_header(twin.header.with_witness(self.private_key.sign(twin.hash)))


@asynccontextmanager
async def at_work(*validators: FaultyValidator) -> AsyncIterator[None]:
    """The validators, connected and making blocks."""
    for validator in validators:
        await validator.manager.start()
        validator.listen(BlockProposed)
        validator.listen(VerificationAccepted)
        validator.producer.start()
    try:
        yield
    finally:
        for validator in validators:
            await asyncio.to_thread(validator.producer.stop)
            await validator.manager.stop()
            validator.chain.close()
