"""What a field means in one class that only methods of Bytom 2 have."""

from __future__ import annotations

from collections.abc import Mapping

_EPOCH = {
    "epoch": "The number of the epoch",
    "first_height": "The first block of the epoch",
    "last_height": "The last block of the epoch",
}
_FINALITY = {
    "justified_height": "The height of the last block that validators agree on",
    "finalized_height": "The height of the last block that can never change",
}
_FEDERATION = {"is_federation": "Whether the validators are the federation, as too few votes elected others"}

OF_BYTOM2: Mapping[str, Mapping[str, str]] = {
    "AccountVotes": {
        "total_vote_number": "How many neu the account votes with",
        "vote_details": "Whom it votes for",
    },
    "Bytom2InputShape": {
        "type": "What it does: spend, issue, coinbase, veto or unknown",
        "address": "The address of what is spent",
        "vote": "The key whose vote is taken back",
    },
    "Bytom2OutputShape": {
        "type": "What it does: control, retire or vote",
        "id": "The id of the output",
        "position": "The number of the output",
        "address": "The address that is paid",
        "vote": "The key that is voted for",
    },
    "ChainStatusReply": {
        **_FINALITY,
        "current_height": "The height of the best block",
        "current_hash": "The hash of the best block",
        "finalized_hash": "The hash of the last block that can never change",
        "justified_hash": "The hash of the last block that validators agree on",
    },
    "CheckpointReply": {
        **_EPOCH,
        "hash": "The hash of the block that ends the epoch",
        "parent_hash": "The hash of the block that ends the epoch before",
        "status": "How it stands: growing, unjustified, justified or finalized",
        "on_main_chain": "Whether it is on the main chain",
        "total_votes": "All votes that count, in neu",
        "keys_voted_for": "How many keys are voted for",
        "elected": "The keys of the validators of the next epoch, in their order",
        "support": "The signatures it has",
    },
    "ConsensusReply": {
        **_FINALITY,
        "epoch": "The epoch that the next block is in",
        "validators": "How many validators that epoch has",
        "votes": "All votes that count, in neu",
    },
    "EpochReply": {
        **_EPOCH,
        **_FEDERATION,
        "blocks": "How many of its blocks are there",
        "status": "How its end stands: growing, unjustified, justified or finalized",
        "hash": "The hash of its last block so far",
        "timestamp": "When that block was made, in milliseconds since 1970",
        "validators": "How many validators it has",
        "signatures": "How many of them have signed its end",
        "total_votes": "All votes that count, in neu",
        "reward": "What its blocks have earned, fees among it, in neu",
    },
    "EpochRequest": {"epoch": "The number of the epoch, 0 for the one that goes on"},
    "EpochsRequest": {"from_epoch": "The epoch to begin with, downwards; 0 for the newest"},
    "FinalityReply": {
        **_FINALITY,
        "hash": "The hash of the block",
        "on_main_chain": "Whether it is on the main chain",
        "status": "How sure it is: finalized, justified or pending",
        "checkpoint_height": "The end of its epoch: when that is final the block is",
    },
    "NodeStatusReply": {
        "consensus": "How far the chain is final",
        "producing": "What this node does as a validator",
    },
    "ProducingReply": {
        "xpub": "The key of the node",
        "is_validator": "Whether that key is a validator now",
        "is_producing": "Whether the node makes blocks in its turns",
        "is_quiet": "Whether it signs nothing for now, since it may not know what its key has signed",
        "blocks_made": "How many blocks it has made since the start",
    },
    "RawBlockReply": {"validator": "The key of who made the block"},
    "RewardReply": {"address": "Who is paid; empty for a program that has no address"},
    "RewardsReply": {
        **_EPOCH,
        "is_complete": "Whether all of its blocks are there",
        "paid_at": "The block that pays it",
        "is_paid": "Whether that block is there",
        "total": "What they have earned in all, in neu",
        "rewards": "Who has earned what, the largest first",
    },
    "SupportReply": {
        "source_height": "The height of the checkpoint that the step begins at",
        "source_hash": "The hash of the checkpoint that the step begins at",
        "signers": "The keys of who has signed it",
        "is_majority": "Whether they are enough",
    },
    "ValidatorReply": {
        "xpub": "The key of the validator",
        "order": "Its place in the order of turns",
        "votes": "The votes that elected it, in neu; 0 in a federation",
        "blocks_made": "How many blocks it has made in the epoch so far",
        "turns_missed": "How many of its turns have passed without a block",
        "next_turn": "When it may make a block next, in milliseconds since 1970; null if the epoch has ended",
        "has_signed": "Whether it has signed the end of the epoch, null before that is there",
        "is_own": "Whether it is this node's key",
    },
    "RegisterContractShape": {"type": "The kind of action", "contract": "The program of the contract"},
    "ValidatorsReply": {
        **_EPOCH,
        **_FEDERATION,
        "elected_at": "The block whose votes elected them",
        "validators": "The validators, in their order",
    },
    "VetoShape": {"type": "The kind of action", "vote": "The key whose vote is taken back"},
    "VoteDetail": {"vote": "The key that is voted for", "vote_number": "With how many neu"},
    "VoteOutputShape": {
        "type": "The kind of action",
        "address": "Who gets the amount back when the vote is taken back",
        "vote": "The key that is voted for",
    },
    "VoteReply": {"vote": "The key that was voted for", "vote_number": "How many neu vote for it"},
    "VotedKeyReply": {
        "xpub": "The key that is voted for",
        "votes": "How many neu vote for it",
        "is_eligible": "Whether they are enough to be elected",
        "is_validator": "Whether it is a validator now",
        "is_own": "Whether it is this node's key",
    },
    "VotesReply": {
        "height": "The block up to which votes are counted",
        "total": "How many keys are voted for",
        "total_votes": "All votes, in neu",
        "least_votes": "How many neu it takes to be elected",
        "votes": "The keys, the most votes first",
        "next_after": "What to ask for the next page with; empty at the end",
    },
    "VotesRequest": {"after": "The next_after of the page before; empty for the first page"},
    "WatchedReply": {"votes": "The keys that it votes for; what is in votes is no part of its balances"},
    "AddressAnswer": {"votes": "The keys that it votes for, part of its balance of BTM"},
    "AddressOutput": {"is_vote": "Whether it is a vote, which a veto takes back"},
    "AddressVotes": {"xpub": "The key that is voted for", "amount": "How many neu of the address vote for it"},
    "BlockSummary": {
        "validator": "The key of who made the block; empty for the genesis block",
        "producer": "The address that its maker earns for; empty for a program that has none",
        "producer_program": "The control program that its maker earns for",
    },
    "IndexedInput": {"vote": "The key whose vote is taken back"},
    "IndexedOutput": {"vote": "The key that is voted for", "state_data": "The state of a contract in the output"},
}
"""By the name of the class."""
