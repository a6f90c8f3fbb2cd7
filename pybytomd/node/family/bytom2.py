"""The parts of a node of Bytom 2: the chain of validators, its wallet, and who makes and signs blocks for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from pybytomd import BYTOM2_REFERENCE_VERSION
from pybytomd.chain.bytom2.chain import Chain
from pybytomd.chain.bytom2.signer import GuardedSigner
from pybytomd.chain.bytom2.signing_record import SigningRecord
from pybytomd.errors import BytomError, StoreError
from pybytomd.ledger.bytom2.params import NetParams
from pybytomd.mining.bytom2.producer import BlockProducer
from pybytomd.mining.bytom2.proposer import BlockProposer
from pybytomd.mining.coinbase import NoAccount, RewardReceiver
from pybytomd.node.console.casper_narrator import CasperNarrator
from pybytomd.node.console.narrator import LOOK_SECONDS
from pybytomd.node.disk_guard import DiskGuard, Stoppable
from pybytomd.node.family.federation import bytom2_params
from pybytomd.node.family.followers import add_hooks, add_index, add_trace, add_watch
from pybytomd.node.home.mark import mark_home
from pybytomd.node.home.node_key import readable_by_others
from pybytomd.node.home.validator_key import RECORD_NAME, existing_validator_key
from pybytomd.node.peer_network import network_settings
from pybytomd.node.surroundings import Surroundings, later
from pybytomd.p2p.transport.bytom2.identity import ChainkdIdentity
from pybytomd.rpc.access.tokens import CredentialStore
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.bytom2.view import Bytom2View, arrival
from pybytomd.rpc.figures.chain_figures import ReorganisationCounter
from pybytomd.rpc.push.events.event_hub import EventHub
from pybytomd.rpc.push.events.topics import Sources
from pybytomd.rpc.push.notifications import NotificationManager
from pybytomd.store.bytom2.core_store import CoreStore
from pybytomd.store.kv.interface import KeyValueStore
from pybytomd.sync.bytom2.manager import SyncManager
from pybytomd.tasks import TaskSet
from pybytomd.watching.bytom2 import BYTOM2

if TYPE_CHECKING:  # imported by the nodes that have them
    from pybytomd.indexing.forms import IndexForms
    from pybytomd.node.wallet_factory import WalletKind, WalletParts
    from pybytomd.tracing.forms import TraceForms

logger = logging.getLogger(__name__)

LOOK_FOR_PEERS_SECONDS = 1.0
"""How often it is looked whether this node has caught up, before it signs anything."""
KEYS_AT_ONCE = 1000
"""Removed from a database in one step."""


def wallet_kind(params: NetParams) -> WalletKind:
    """What makes a wallet one of Bytom 2."""
    from pybytomd.node.wallet_factory import WalletKind
    from pybytomd.wallet.bytom2 import bytom2_forms, new_account_id
    from pybytomd.wallet.spend.ledgers.bytom2.actions import ACTIONS, INPUTS
    from pybytomd.wallet.spend.ledgers.bytom2.forms import BYTOM2

    return WalletKind(bytom2_forms(params.casper), BYTOM2, ACTIONS, INPUTS, new_account_id)


class Bytom2:
    """See ``Family``. The functions are called in the order in which they stand there, each once."""

    _chain: Chain
    _proposer: BlockProposer
    _producer: BlockProducer
    _signer: GuardedSigner
    _network: SyncManager | None

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._key = existing_validator_key(around.config.validator_key_path)
        self._params = bytom2_params(around.config, self._key.xpub)
        self._receiver: RewardReceiver = NoAccount(self._params)
        self._wallet: WalletParts | None = None

    async def make(self, stack: AsyncExitStack) -> None:
        """See ``Family``."""
        around = self._around
        path = around.config.validator_key_path
        if readable_by_others(path):
            logger.warning("others can read the node key: run chmod 600 %s", path)
        signer = self._signer = await self._add_chain(stack)
        around.stop.check()
        await self._add_wallet(stack)
        around.stop.check()
        self._proposer = BlockProposer(self._chain, self._receiver, around.clock)
        self._producer = BlockProducer(self._chain, self._proposer, signer, around.clock)
        await asyncio.to_thread(_empty, around.databases.open_expendable("fastsync"))
        self._network = self._add_network()
        await self._add_narrator(stack)

    async def _add_chain(self, stack: AsyncExitStack) -> GuardedSigner:
        around, config = self._around, self._around.config

        def open_chain() -> tuple[Chain, GuardedSigner]:
            record = SigningRecord(config.home / RECORD_NAME, str(self._key.xpub))
            casper, is_private = self._params.casper, self._params.is_private
            epoch = casper.blocks_per_epoch * casper.block_interval / 1000
            signer = GuardedSigner(
                self._key,
                record,
                around.clock,
                quiet_seconds=0.0
                if is_private
                else epoch,  # later votes are for higher checkpoints than any before
                after_peers=not is_private,
            )
            store = CoreStore(around.databases.open("core"))
            return Chain.open(self._params, store, around.clock, around.events, signer=signer), signer

        try:
            self._chain, signer = await asyncio.to_thread(open_chain)
        except StoreError as error:
            raise error.within("Failed to create chain structure") from error
        mark_home(config)
        chain = self._chain
        later(stack, chain.close)
        around.console.say(
            f"{self._params.option} chain at block {chain.best_height} {chain.best_hash.hex()}, final up to "
            f"{chain.finalized.height}"
        )
        return signer

    async def _add_wallet(self, stack: AsyncExitStack) -> None:
        """The wallet, if there is to be one; it is paid for the blocks that are made here."""
        if self._around.config.wallet.disable:
            return
        from pybytomd.node.wallet_factory import add_wallet

        kind = wallet_kind(self._params)
        self._wallet = wallet = await add_wallet(stack, self._around, self._chain, kind)
        self._receiver = wallet.accounts.mining

    def _add_network(self) -> SyncManager | None:
        """The peer-to-peer side, none in vault mode."""
        around = self._around
        if around.config.base.vault_mode:
            around.console.say("vault mode: no peers")
            return None
        settings = replace(
            network_settings(around.config, ChainkdIdentity(self._key)), version=BYTOM2_REFERENCE_VERSION
        )
        return SyncManager(
            settings,
            self._chain,
            around.events,
            around.clock,
            blacklist=around.databases.open_expendable("blacklist"),
            discover=around.databases.open_expendable("discover"),
        )

    async def _add_narrator(self, stack: AsyncExitStack) -> None:
        around = self._around
        narrator = CasperNarrator(around.events, around.clock, around.console.say)
        stack.callback(narrator.close)
        tasks = await stack.enter_async_context(TaskSet("console", around.part_failed))
        tasks.every(LOOK_SECONDS, narrator.tell, "narrator")

    def stoppable(self) -> Sequence[Stoppable]:
        """See ``Family``."""
        return [_Held(self._producer), *([] if self._network is None else [self._network])]

    async def api(self, stack: AsyncExitStack, guard: DiskGuard | None) -> Bytom2Api:
        """See ``Family``."""
        around = self._around
        watch = await add_watch(stack, around, self._chain, BYTOM2)
        sources = Sources(self._chain, Bytom2View(self._chain), watched=lambda: watch.programs)
        wallet = self._wallet
        if wallet is not None:
            sources = replace(sources, accounts=wallet.accounts, height_of=wallet.wallet.height_of)
        hub = await stack.enter_async_context(EventHub(sources))
        notifications = NotificationManager(
            self._chain,
            around.events,
            max_clients=around.config.ws.max_num_websockets,
            max_requests=around.config.ws.max_num_concurrent_reqs,
            hub=hub,
            arrival=arrival,
        )
        await stack.enter_async_context(notifications)
        return Bytom2Api(
            chain=self._chain,
            clock=around.clock,
            tokens=CredentialStore(around.databases.open("accesstoken"), around.clock),
            key=str(self._key.xpub),
            producer=self._producer,
            proposer=self._proposer,
            network=self._network,
            receiver=self._receiver,
            wallet=None if wallet is None else wallet.wallet,
            builder=None if wallet is None else wallet.builder,
            start_mining=self._start_producer,
            lifecycle=around.lifecycle,
            storage=guard,
            notifications=notifications,
            events=hub,
            watch=watch,
            index=await add_index(stack, around, self._chain, self._index_forms),
            trace=await add_trace(stack, around, self._chain, self._trace_forms),
            hooks=await add_hooks(stack, around, hub),
            stop=around.ask_to_stop,
            reorganisations=stack.enter_context(ReorganisationCounter(around.events)),
            log_levels=around.log_levels,
            log_tail=around.log_tail,
            settings=around.settings,
            max_transaction_fee=around.config.wallet.max_tx_fee,
        )

    def _index_forms(self) -> IndexForms:
        from pybytomd.indexing.bytom2 import Bytom2Forms

        return Bytom2Forms(self._chain)

    def _trace_forms(self) -> TraceForms:
        from pybytomd.tracing.bytom2 import bytom2_forms

        return bytom2_forms(self._chain)

    def _start_producer(self) -> None:
        """Begin to make blocks. Raises NoMiningProgram when nobody can be paid for them."""
        self._receiver.control_program()
        self._producer.start()

    async def start_mining(self, stack: AsyncExitStack) -> None:
        """See ``Family``. Where nobody can be paid the node goes on without."""
        later(stack, self._producer.stop)  # in any case: it may be started over the API
        if not self._around.config.base.mining:
            return
        try:
            await asyncio.to_thread(self._start_producer)
        except BytomError as error:
            logger.warning("mining is not started: %s", error)
            self._around.console.say(f"no blocks are made: {error}")
        else:
            self._around.console.say(f"makes a block whenever it is the turn of {self._key.xpub}")
            if self._signer.is_quiet:
                self._around.console.say(
                    "signs nothing before it has caught up with its peers, and learnt what its key has signed"
                )

    async def start_network(self, stack: AsyncExitStack) -> None:
        """See ``Family``."""
        if self._network is None:
            return
        try:
            await stack.enter_async_context(self._network)
        except BytomError as error:
            raise error.within("Failed to create sync manager") from error
        if self._signer.is_quiet:
            tasks = await stack.enter_async_context(TaskSet("signer", self._around.part_failed))
            tasks.start(self._watch_for_peers(self._network), "wait for peers")
        status = self._network.status()
        self._around.console.say(f"peers at {self._network.listen_address}, node id {status.node_id}")

    async def _watch_for_peers(self, network: SyncManager) -> None:
        """Let the signer begin when this node has what its peers have, and whatever else it waits for is over."""
        while not network.has_caught_up:  # noqa: ASYNC110 - peers come, and fall behind, without a word
            await asyncio.sleep(LOOK_FOR_PEERS_SECONDS)
        self._signer.caught_up()
        self._around.console.say(
            f"has caught up with its peers: {'soon' if self._signer.is_quiet else 'now'} its key signs what it may"
        )


def _empty(fastsync: KeyValueStore) -> None:
    """Remove the blocks that a node of 2.0.7 has put there and not come to: at its start it does so as well.

    Ours fetches no more ahead than memory holds.
    """
    keys: dict[bytes, None] = {}
    for key, _ in fastsync.iterate():
        keys[key] = None
        if len(keys) == KEYS_AT_ONCE:
            fastsync.write(keys)
            keys.clear()
    fastsync.write(keys)


class _Held:
    """Makes no blocks while the disk is full."""

    def __init__(self, producer: BlockProducer) -> None:
        self._producer = producer
        self._was_running = False

    def hold(self, reason: str) -> None:
        """See ``Stoppable``."""
        self._was_running = self._producer.is_running
        if self._was_running:
            logger.warning("no blocks are made: %s", reason)
        self._producer.stop()

    def release(self) -> None:
        """See ``Stoppable``."""
        if self._was_running:
            self._producer.start()
