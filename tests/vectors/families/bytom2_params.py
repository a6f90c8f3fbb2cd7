"""``bytom2_params.json``: the networks of Bytom 2, its constants, locks of votes, and the supply."""

from typing import Any

from pybytomd.ledger.bytom2 import constants
from pybytomd.ledger.bytom2.params import NETWORKS, NetParams
from pybytomd.ledger.bytom2.supply import supply_at
from pybytomd.ledger.constants import (
    BTM_ASSET_ID,
    COINBASE_ARBITRARY_LIMIT,
    GAS_PER_BYTE,
    MAX_BLOCK_GAS,
    NEU_PER_GAS,
)
from tests.vectors.registry import Case, family


def param_fields(net: NetParams) -> dict[str, Any]:
    casper = net.casper
    return {
        "block_time_interval": casper.block_interval,
        "max_time_offset_ms": casper.max_time_ahead,
        "blocks_of_epoch": casper.blocks_per_epoch,
        "min_validator_vote_num": casper.min_validator_votes,
        "federation_xpubs": [key.hex() for key in casper.federation],
        "vote_pending_block_nums": [
            {"begin": lock.begin, "end": lock.end, "num": lock.blocks} for lock in casper.vote_locks
        ],
    }


CONSTANTS = {
    "max_block_gas": MAX_BLOCK_GAS,
    "vm_gas_rate": NEU_PER_GAS,
    "storage_gas_rate": GAS_PER_BYTE,
    "max_gas_amount": constants.MAX_TRANSACTION_GAS,
    "max_validators": constants.MAX_VALIDATORS,
    "init_supply": constants.INITIAL_SUPPLY,
    "block_reward": constants.BLOCK_REWARD,
    "coinbase_pending": constants.COINBASE_MATURITY,
    "min_vote_output": constants.MIN_VOTE_AMOUNT,
    "coinbase_arbitrary_limit": COINBASE_ARBITRARY_LIMIT,
    "btm_asset_id": BTM_ASSET_ID.hex(),
}


@family("bytom2_params")
def check_bytom2_params(case: Case, _document: Case) -> None:
    if case["op"] == "constants":
        assert {key: value for key, value in case.items() if key not in ("op", "id")} == CONSTANTS
    elif case["op"] == "lock":
        assert NETWORKS[case["network"]].casper.vote_lock(case["height"]) == case["num"]
    elif case["op"] == "supply":
        assert supply_at(case["height"]) == case["supply"]
    else:
        net = NETWORKS[case["network"]]
        assert param_fields(net) == case["params"]
        assert net.address_prefix == case["hrp"]
        assert case["default_port"] in (str(net.listen_port), "")
        assert net.genesis.hash.hex() == case["genesis_hash"]
        assert net.genesis.header.timestamp == case["genesis_timestamp"]
        assert [tx.id.hex() for tx in net.genesis.transactions] == case["genesis_tx_ids"]
        outputs = [result.hex() for tx in net.genesis.transactions for result in tx.result_ids]
        assert outputs == case["genesis_output_ids"]
