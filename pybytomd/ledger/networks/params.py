"""The networks: what makes them differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pybytomd.errors import ConfigError
from pybytomd.ledger.block import Block
from pybytomd.ledger.networks.checkpoints import MAINNET_CHECKPOINTS, TESTNET_CHECKPOINTS
from pybytomd.ledger.networks.genesis import DEV_GENESIS, MAINNET_GENESIS, TESTNET_GENESIS
from pybytomd.pow.rule import ProofRule


@dataclass(frozen=True, slots=True)
class NetParams:
    """One network.

    ``chain_id`` is its name in the configuration and between peers, ``address_prefix`` the human-readable part of
    addresses, ``dns_port`` the port of peers found by name, ``listen_port`` the one ``init`` writes.
    ``is_private`` says that one runs it alone, where coins have no value, ``has_peers`` whether nodes may meet.
    """

    chain_id: str
    address_prefix: str
    genesis: Block
    listen_port: int
    dns_port: int = 0
    dns_seeds: tuple[str, ...] = ()
    seeds: tuple[str, ...] = ()
    checkpoints: Mapping[int, bytes] = field(default_factory=dict)
    is_private: bool = False
    has_peers: bool = True
    proof: ProofRule = ProofRule.TENSORITY


MAINNET = NetParams(
    chain_id="mainnet",
    address_prefix="bm",
    genesis=MAINNET_GENESIS,
    listen_port=46657,
    dns_port=46657,
    dns_seeds=("www.mainnetseed.bytom.io",),
    seeds=(
        "45.79.213.28:46657",
        "198.74.61.131:46657",
        "212.111.41.245:46657",
        "47.100.214.154:46657",
        "47.100.109.199:46657",
        "47.100.105.165:46657",
    ),
    checkpoints=MAINNET_CHECKPOINTS,
)

TESTNET = NetParams(
    chain_id="wisdom",
    address_prefix="tm",
    genesis=TESTNET_GENESIS,
    listen_port=46656,
    dns_port=46656,
    dns_seeds=("www.testnetseed.bytom.io",),
    seeds=("52.83.107.224:46656", "52.83.251.197:46656"),
    checkpoints=TESTNET_CHECKPOINTS,
)

SOLONET = NetParams(
    chain_id="solonet", address_prefix="sm", genesis=TESTNET_GENESIS, listen_port=46658, is_private=True
)

DEV = NetParams(
    chain_id="dev",
    address_prefix="dm",
    genesis=DEV_GENESIS,
    listen_port=46659,
    is_private=True,
    has_peers=False,
    proof=ProofRule.ANY_NONCE,
)
"""Ours, for who develops: blocks cost nothing, so such a chain has no peers, whatever is configured."""

NETWORKS: Mapping[str, NetParams] = {net.chain_id: net for net in (MAINNET, TESTNET, SOLONET, DEV)}
ALIASES: Mapping[str, str] = {"testnet": TESTNET.chain_id}


def net_params(chain_id: str) -> NetParams:
    """The network of a ``chain_id``; ``testnet`` stands for ``wisdom``. Raises ConfigError for others."""
    params = NETWORKS.get(ALIASES.get(chain_id, chain_id))
    if params is None:
        known = ", ".join([*NETWORKS, *ALIASES])
        raise ConfigError(f"chain_id[{chain_id}] don't exist; known are {known}")
    return params
