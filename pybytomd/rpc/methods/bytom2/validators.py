"""Validators, votes, epochs, checkpoints and rewards of Bytom 2. None of it is in the reference.

Amounts are in neu, times in milliseconds as in the headers of this chain. All of it is of the main chain.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pybytomd.chain.bytom2.chain import Chain
from pybytomd.consensus.bytom2.casper.validators import Validator
from pybytomd.errors import ChainError, RequestError
from pybytomd.ledger.bytom2.block import BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Amounts, Checkpoint, Status
from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.bytom2 import epochs
from pybytomd.rpc.bytom2.api import Bytom2Api
from pybytomd.rpc.bytom2.epochs import Epoch, Support, Turns
from pybytomd.rpc.methods.block_questions import BlockRequest
from pybytomd.rpc.methods.bytom2.blocks import asked_header
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Text, Uint, Uint64
from pybytomd.rpc.schema.registry import method
from pybytomd.vm.bytom2.address import address_of_program

KINDS = (ChainKind.BYTOM2,)
DEFAULT_EPOCHS, MAX_EPOCHS = 20, 200
DEFAULT_ROWS, MAX_ROWS = 100, 1000
STATUSES = {status: status.name.lower() for status in Status}
"""How the status of a checkpoint is called."""
PENDING = "pending"
"""How a block is that no finalized checkpoint has passed yet, nor a justified one."""


class NotAVoteKey(RequestError):
    """A page begins after a key that is none."""

    message = "after is the key of the last row of the page before, as hex text"


class PageTooLong(RequestError):
    """More rows are asked for than a page has."""


@dataclass(frozen=True, slots=True)
class EpochRequest:
    """An epoch by its number, 0 for the one that the next block is in."""

    epoch: Uint64 = 0


@dataclass(frozen=True, slots=True)
class EpochsRequest:
    """Which epochs: from this one down, 0 for the newest, and how many."""

    from_epoch: Uint64 = 0
    count: Uint = 0


@dataclass(frozen=True, slots=True)
class VotesRequest:
    """Which page of the keys that are voted for, most votes first: how many rows, and after which key."""

    count: Uint = 0
    after: Text = ""


@dataclass(frozen=True, slots=True)
class CheckpointRequest(BlockRequest):
    """A block that ends an epoch, by hash or by height."""


@dataclass(frozen=True, slots=True)
class FinalityRequest(BlockRequest):
    """A block by hash or by height."""


@dataclass(frozen=True, slots=True)
class ValidatorReply:
    """A validator of an epoch. ``votes`` are those that elected it, 0 in a federation.

    ``blocks_made`` and ``turns_missed`` are up to the last block, ``next_turn`` is when it may make a block next,
    null if the epoch has ended. ``has_signed`` says whether its signature of the checkpoint at the end of the
    epoch is known, null before that is there. ``is_own`` is this node's key.
    """

    xpub: str
    order: int
    votes: int
    blocks_made: int
    turns_missed: int
    next_turn: int | None
    has_signed: bool | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class ValidatorsReply:
    """The validators of an epoch, by their order, elected by the votes at block ``elected_at``."""

    epoch: int
    first_height: int
    last_height: int
    elected_at: int
    is_federation: bool
    validators: Sequence[ValidatorReply]


@dataclass(frozen=True, slots=True)
class VotedKeyReply:
    """A key and the neu that vote for it now. ``is_eligible`` says whether they are enough to be elected."""

    xpub: str
    votes: int
    is_eligible: bool
    is_validator: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class VotesReply:
    """A page of the votes as they are at the best block; ``total`` is how many keys are voted for.

    ``next_after`` asks for the next page; it is empty at the end.
    """

    height: int
    total: int
    total_votes: int
    least_votes: int
    votes: Sequence[VotedKeyReply]
    next_after: str


@dataclass(frozen=True, slots=True)
class EpochReply:
    """An epoch in short. ``status`` is that of its end: growing, unjustified, justified or finalized.

    ``signatures`` are how many of its ``validators`` have signed its end, from whatever source; ``reward`` is what
    it has earned, fees among it.
    """

    epoch: int
    first_height: int
    last_height: int
    blocks: int
    status: str
    hash: bytes
    timestamp: int
    validators: int
    is_federation: bool
    signatures: int
    total_votes: int
    reward: int


@dataclass(frozen=True, slots=True)
class SupportReply:
    """A step to a checkpoint from the one at ``source_height``, and who has signed it, by keys.

    With a majority the checkpoint is justified, and its source final if it is the one just before.
    """

    source_height: int
    source_hash: bytes
    signers: Sequence[str]
    is_majority: bool


@dataclass(frozen=True, slots=True)
class CheckpointReply:
    """What the chain keeps of the end of an epoch. ``elected`` are the validators of the next, by their order."""

    epoch: int
    height: int
    hash: bytes
    parent_hash: bytes
    timestamp: int
    status: str
    on_main_chain: bool
    total_votes: int
    keys_voted_for: int
    elected: Sequence[str]
    support: Sequence[SupportReply]


@dataclass(frozen=True, slots=True)
class FinalityReply:
    """How sure a block is: finalized, justified or pending. A finalized one can never leave the main chain.

    ``checkpoint_height`` is the end of its epoch: when that is finalized the block is. ``confirmations`` are 0 for
    a block that is not on the main chain, whose status is pending.
    """

    height: int
    hash: bytes
    on_main_chain: bool
    status: str
    confirmations: int
    checkpoint_height: int
    justified_height: int
    finalized_height: int


@dataclass(frozen=True, slots=True)
class RewardReply:
    """What a program has earned in an epoch; ``address`` is empty for a program that has none."""

    address: str
    control_program: str
    amount: int


@dataclass(frozen=True, slots=True)
class RewardsReply:
    """What the blocks of an epoch have earned, largest first; block ``paid_at`` pays it, or will."""

    epoch: int
    first_height: int
    last_height: int
    is_complete: bool
    paid_at: int
    is_paid: bool
    total: int
    rewards: Sequence[RewardReply]


def _page_size(count: int, usual: int, most: int) -> int:
    if count > most:
        raise PageTooLong(f"count is {count}, and a page has {most} rows at most")
    return count or usual


def _end_header(chain: Chain, of: Epoch) -> BlockHeader | None:
    """The header of the last block of an epoch, None before it is there."""
    return None if of.last_height > chain.best_height else chain.header_at(of.last_height)


def _signers(steps: Sequence[Support]) -> set[int]:
    return {order for step in steps for order in step.signers}


@method("list-validators", role=Role.READ, in_reference=False, reads=True, kinds=KINDS)
async def list_validators(api: Bytom2Api, request: EpochRequest) -> ValidatorsReply:
    """The validators of an epoch, what they made of their turns, and who has signed its end."""
    return await asyncio.to_thread(_validators, api, request.epoch)


def _validators(api: Bytom2Api, number: int) -> ValidatorsReply:
    chain = api.chain
    of = epochs.epoch(chain, number or epochs.current(chain))
    end = _end_header(chain, of)
    signed = None if end is None else _signers(epochs.support(chain, end))
    now = int(api.clock.now() * 1000)
    rows = [
        _validator(api, of, validator, turn, signed, now)
        for validator, turn in zip(of.validators, epochs.turns(chain, of), strict=True)
    ]
    return ValidatorsReply(of.number, of.first_height, of.last_height, of.by.height, of.is_federation, rows)


def _validator(
    api: Bytom2Api, of: Epoch, validator: Validator, turn: Turns, signed: set[int] | None, now: int
) -> ValidatorReply:
    interval = api.chain.params.casper.block_interval
    return ValidatorReply(
        xpub=validator.key,
        order=validator.order,
        votes=validator.votes,
        blocks_made=turn.made,
        turns_missed=turn.missed,
        next_turn=epochs.next_turn(of, validator.order, now, interval) if signed is None else None,
        has_signed=None if signed is None else validator.order in signed,
        is_own=validator.key == api.key,
    )


@method("list-votes", role=Role.READ, in_reference=False, reads=True, kinds=KINDS)
async def list_votes(api: Bytom2Api, request: VotesRequest) -> VotesReply:
    """The keys that are voted for as it is at the best block, most votes first."""
    return await asyncio.to_thread(_votes, api, request)


def _votes(api: Bytom2Api, request: VotesRequest) -> VotesReply:
    chain = api.chain
    height, votes = _votes_now(chain)
    size = _page_size(request.count, DEFAULT_ROWS, MAX_ROWS)
    ranked = sorted(votes.items(), key=lambda one: (one[1], one[0]), reverse=True)
    start = 0
    if request.after:
        known = votes.get(request.after)
        if known is None:
            raise NotAVoteKey
        start = ranked.index((request.after, known)) + 1
    shown = ranked[start : start + size]
    validators = {validator.key for validator in chain.validators(chain.best_hash)}
    least = chain.params.casper.min_validator_votes
    return VotesReply(
        height=height,
        total=len(ranked),
        total_votes=sum(votes.values()),
        least_votes=least,
        votes=[
            VotedKeyReply(key, amount, amount >= least, key in validators, key == api.key) for key, amount in shown
        ],
        next_after=shown[-1][0] if start + size < len(ranked) else "",
    )


def _votes_now(chain: Chain) -> tuple[int, Amounts]:
    """The height of the block up to which votes are counted, and the votes."""
    at_best = chain.at_best or chain.checkpoint_before(chain.best_hash)
    return at_best.height, at_best.votes or {}


@method("list-epochs", role=Role.READ, in_reference=False, reads=True, kinds=KINDS)
async def list_epochs(api: Bytom2Api, request: EpochsRequest) -> list[EpochReply]:
    """Epochs in short, newest first: whose they are, how their ends stand, what they have earned."""
    return await asyncio.to_thread(_epochs, api.chain, request)


def _epochs(chain: Chain, request: EpochsRequest) -> list[EpochReply]:
    newest = epochs.epoch_of(chain.best_height, chain.params.casper.blocks_per_epoch)
    top = min(request.from_epoch or newest, newest)
    size = _page_size(request.count, DEFAULT_EPOCHS, MAX_EPOCHS)
    return [_epoch(chain, number) for number in range(top, max(0, top - size), -1)]


def _epoch(chain: Chain, number: int) -> EpochReply:
    of = epochs.epoch(chain, number)
    end = _end_header(chain, of)
    state = chain.at_best if end is None else chain.checkpoint(end.hash)
    last = min(of.last_height, chain.best_height)
    header = end or chain.header_at(last)
    return EpochReply(
        epoch=number,
        first_height=of.first_height,
        last_height=of.last_height,
        blocks=last - of.first_height + 1,
        status=_status_of(chain, state),
        hash=header.hash,
        timestamp=header.timestamp,
        validators=len(of.validators),
        is_federation=of.is_federation,
        signatures=0 if end is None else len(_signers(epochs.support(chain, end))),
        total_votes=0 if state is None else state.total_votes,
        reward=0 if state is None else sum((state.rewards or {}).values()),
    )


def _status_of(chain: Chain, checkpoint: Checkpoint | None) -> str:
    """What a checkpoint of the main chain is called: each before the last finalized one is final with it."""
    if checkpoint is None:
        return STATUSES[Status.GROWING]
    is_final = not checkpoint.is_growing and checkpoint.height <= chain.finalized.height
    return STATUSES[Status.FINALIZED if is_final else checkpoint.status]


@method("get-checkpoint", role=Role.READ, in_reference=False, reads=True, kinds=KINDS)
async def get_checkpoint(api: Bytom2Api, request: CheckpointRequest) -> CheckpointReply:
    """The end of an epoch: how it stands, whose signatures it has, and whom it elects."""
    return await asyncio.to_thread(_checkpoint, api, request)


def _checkpoint(api: Bytom2Api, request: CheckpointRequest) -> CheckpointReply:
    chain = api.chain
    header = asked_header(api, request)
    blocks_per_epoch = chain.params.casper.blocks_per_epoch
    if header.height % blocks_per_epoch:
        raise ChainError(f"block {header.height} ends no epoch: those at multiples of {blocks_per_epoch} do")
    checkpoint = chain.checkpoint(header.hash)
    is_main = chain.is_in_main_chain(header.hash)
    keys = [validator.key for validator in chain.validators(header.previous_block_hash)] if header.height else []
    return CheckpointReply(
        epoch=header.height // blocks_per_epoch,
        height=header.height,
        hash=header.hash,
        parent_hash=checkpoint.parent_hash,
        timestamp=header.timestamp,
        status=_status_of(chain, checkpoint) if is_main else STATUSES[checkpoint.status],
        on_main_chain=is_main,
        total_votes=checkpoint.total_votes,
        keys_voted_for=len(checkpoint.votes or {}),
        elected=[validator.key for validator in chain.validators(header.hash)],
        support=[
            SupportReply(
                step.source_height,
                step.source_hash,
                [keys[order] for order in step.signers],
                step.is_majority,
            )
            for step in epochs.support(chain, header)
        ],
    )


@method("get-finality", role=Role.READ, in_reference=False, reads=True, kinds=KINDS)
def get_finality(api: Bytom2Api, request: FinalityRequest) -> FinalityReply:
    """How sure a block is, and which checkpoint it waits for."""
    chain = api.chain
    header = asked_header(api, request)
    justified, finalized = chain.justified.height, chain.finalized.height
    is_main = chain.is_in_main_chain(header.hash)
    blocks_per_epoch = chain.params.casper.blocks_per_epoch
    status = PENDING
    if is_main and header.height <= finalized:
        status = STATUSES[Status.FINALIZED]
    elif is_main and header.height <= justified:
        status = STATUSES[Status.JUSTIFIED]
    return FinalityReply(
        height=header.height,
        hash=header.hash,
        on_main_chain=is_main,
        status=status,
        confirmations=chain.best_height - header.height + 1 if is_main else 0,
        checkpoint_height=epochs.epoch_of(header.height, blocks_per_epoch) * blocks_per_epoch,
        justified_height=justified,
        finalized_height=finalized,
    )


@method("list-rewards", role=Role.READ, in_reference=False, reads=True, kinds=KINDS)
async def list_rewards(api: Bytom2Api, request: EpochRequest) -> RewardsReply:
    """What the blocks of an epoch have earned and for whom; of the epoch that goes on, so far."""
    return await asyncio.to_thread(_rewards, api, request.epoch)


def _rewards(api: Bytom2Api, number: int) -> RewardsReply:
    chain = api.chain
    newest = epochs.epoch_of(chain.best_height, chain.params.casper.blocks_per_epoch)
    of = epochs.epoch(chain, number or max(1, newest))
    end = _end_header(chain, of)
    state = chain.at_best if end is None else chain.checkpoint(end.hash)
    earned: Amounts = {}
    if state is not None and of.first_height <= chain.best_height:
        earned = state.rewards or {}
    ranked = sorted(earned.items(), key=lambda one: (-one[1], one[0]))
    return RewardsReply(
        epoch=of.number,
        first_height=of.first_height,
        last_height=of.last_height,
        is_complete=end is not None,
        paid_at=of.last_height + 1,
        is_paid=chain.best_height > of.last_height,
        total=sum(earned.values()),
        rewards=[
            RewardReply(address_of_program(bytes.fromhex(program), api.address_prefix), program, amount)
            for program, amount in ranked
        ],
    )
