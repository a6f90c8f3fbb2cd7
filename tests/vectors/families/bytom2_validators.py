"""``bytom2_validators.json``: votes to validators, and whose turn it is."""

from typing import Any

from pybytomd.consensus.bytom2.casper.validators import effective_validators, elected, producer, validator_of
from pybytomd.ledger.bytom2.params import CasperParams, VoteLock
from tests.vectors.families.bytom2_reward import checkpoint_of
from tests.vectors.registry import Case, family


def casper_params(fields: dict[str, Any]) -> CasperParams:
    """The numbers of a network as the vectors have them."""
    return CasperParams(
        max_time_ahead=fields["max_time_offset_ms"],
        min_validator_votes=fields["min_validator_vote_num"],
        vote_locks=tuple(
            VoteLock(lock["begin"], lock["end"], lock["num"]) for lock in fields["vote_pending_block_nums"]
        ),
        federation=tuple(bytes.fromhex(key) for key in fields["federation_xpubs"]),
        block_interval=fields["block_time_interval"],
        blocks_per_epoch=fields["blocks_of_epoch"],
    )


@family("bytom2_validators")
def check_bytom2_validators(case: Case, _document: Case) -> None:
    params, checkpoint = casper_params(case["params"]), checkpoint_of(case["checkpoint"])
    candidates = [{"pub_key": key, "vote_num": votes} for key, votes in elected(checkpoint, params)]
    assert candidates == case["all_validators"]
    validators = effective_validators(checkpoint, params)
    assert [validator.key for validator in validators] == case["effective"]
    assert all(validator_of(validators, validator.key) is validator for validator in validators)
    for slot in case["slots"]:
        validator = producer(validators, checkpoint, slot["timestamp"], params)
        assert (validator.order, validator.key) == (slot["order"], slot["pub_key"])
