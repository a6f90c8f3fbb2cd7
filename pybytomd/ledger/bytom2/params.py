"""The networks of Bytom 2: what makes them differ, and the numbers of their consensus.

Source: bytom2-ledger-and-consensus reference, section 1.5; ``consensus/general.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pybytomd.errors import ConfigError
from pybytomd.ledger.bytom2.block import Block
from pybytomd.ledger.bytom2.constants import VOTE_SIZE
from pybytomd.ledger.bytom2.genesis import MAINNET_GENESIS, TESTNET_GENESIS
from pybytomd.ledger.constants import NEU_PER_BTM

DEFAULT_VOTE_LOCK = 302_400
"""Blocks a vote is locked for at a height that no entry of the table covers."""
FOREVER = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class VoteLock:
    """For how many blocks a vote is locked that is taken back at a height from ``begin`` up to below ``end``."""

    begin: int
    end: int
    blocks: int


@dataclass(frozen=True, slots=True)
class CasperParams:
    """The numbers of the consensus of validators.

    ``block_interval`` and ``max_time_ahead`` are in milliseconds, ``min_validator_votes`` in neu. ``federation``
    are the extended public keys (64 bytes) of the validators as long as votes elect none, in their order.
    """

    max_time_ahead: int
    min_validator_votes: int
    vote_locks: tuple[VoteLock, ...]
    federation: tuple[bytes, ...]
    block_interval: int = 6_000
    blocks_per_epoch: int = 100

    def vote_lock(self, height: int) -> int:
        """How many blocks old a vote must be to be taken back in a block of this height."""
        for lock in self.vote_locks:
            if lock.begin <= height < lock.end:
                return lock.blocks
        return DEFAULT_VOTE_LOCK


@dataclass(frozen=True, slots=True)
class NetParams:
    """One network.

    ``chain_id`` is its name in the configuration of the reference and between peers, ``option`` our name for it,
    which tells it from the network of 1.x with the same ``chain_id``. ``address_prefix`` is the human-readable
    part of addresses, ``listen_port`` and ``seeds`` those ``init`` writes. ``is_private``: one runs it oneself,
    and coins have no value there.
    """

    chain_id: str
    option: str
    address_prefix: str
    genesis: Block
    listen_port: int
    casper: CasperParams
    seeds: tuple[str, ...] = ()
    is_private: bool = False


def _keys(text: str) -> tuple[bytes, ...]:
    """Extended public keys, each on two lines."""
    keys = bytes.fromhex(text)
    return tuple(keys[start : start + VOTE_SIZE] for start in range(0, len(keys), VOTE_SIZE))


MAINNET = NetParams(
    chain_id="mainnet",
    option="bytom2",
    address_prefix="bn",
    genesis=MAINNET_GENESIS,
    listen_port=46657,
    casper=CasperParams(
        max_time_ahead=3_000,
        min_validator_votes=1_000_000 * NEU_PER_BTM,
        vote_locks=(VoteLock(0, 432_000, 14_400), VoteLock(432_000, FOREVER, DEFAULT_VOTE_LOCK)),
        federation=_keys("""
            f9003633ccbd8cc37e034f4dbe70d9fae980d437948d8cb908d0cab7909780d7
            4a324b4decb5dfcd43fbc6b896ac066b7e02c733a1537360e933278a101a850c
            d301fee5d4ba7eb5b9d41ca13ec56c19daceb5f6b752d91d49777fd1fc7c4589
            1e5773cafb3b6d6ab764ef2794e8ba953c8bdb9dc77a3af51e979f96885f96b2
            2ba14bdd29fd84c73f67d6025d2a98292dbdd46b90a2af29c8669dd88dacb1ce
            c62a3e9448d8b731a448f0454b0aa367748659d6c01ad7125d395ffda972da54
            1313379b05c38ff2d171d512f23f199f0f068a67d77b9d5b6db040f2da1edc0c
            35c68a21b068956f448fed6441b9c27294f1ca6aaedc2c580de322f3f0260c1f
        """),
    ),
    seeds=(
        "139.196.106.51:46657",
        "139.224.235.249:46657",
        "139.224.234.206:46657",
        "106.15.207.204:46657",
        "8.212.14.144:46657",
    ),
)

TESTNET = NetParams(
    chain_id="wisdom",
    option="bytom2-testnet",
    address_prefix="tn",
    genesis=TESTNET_GENESIS,
    listen_port=46656,
    casper=CasperParams(
        max_time_ahead=3_000,
        min_validator_votes=NEU_PER_BTM,
        vote_locks=(VoteLock(0, FOREVER, 10),),
        federation=_keys("""
            7732fac62320799ff5e4eec1dc4ba7b07dc0e5a647850bf0bc34cb9aca195a05
            a1118b57d377947d7936156c831c87b700ed945a82cae63aff14905beb39d001
            08543fef8c3ca27483954f80eee6d461c307b6aa564aafaf235a4bd2740debbc
            71b14af78715c94cbc1d16fa84da97a3eabc5b21f003ab49882e4af7f9f00bbd
            0dd00fe3880c1cb5d5b0b5d03993c004e7fbe3697a47ff60c3bc12950bead964
            843dfe45b2bab5d01ae32fb23a4b0460049e822d7787a9a15b76d8bb9dfcec74
            b0584ecaefc02d3c367f280e128ec310c9f9198d44cd76b6726cd6c06c002770
            a1a7dc069ddd06f7a821a176931573d40e63b015ce88b6de01a61205d719567f
        """),
    ),
    seeds=(
        "47.101.140.15:46656",
        "47.100.241.64:46656",
        "47.101.139.241:46656",
        "47.100.231.59:46656",
        "139.224.105.227:46656",
        "139.196.235.27:46656",
        "139.224.60.72:46656",
        "139.224.222.59:46656",
        "139.196.233.101:46656",
        "47.100.242.217:46656",
    ),
)

SOLONET = NetParams(
    chain_id="solonet",
    option="bytom2-solonet",
    address_prefix="sn",
    genesis=TESTNET_GENESIS,
    listen_port=46658,
    casper=CasperParams(
        max_time_ahead=24_000,
        min_validator_votes=NEU_PER_BTM,
        vote_locks=(VoteLock(0, FOREVER, 10),),
        federation=(),  # the node's own key, unless it is told others
    ),
    is_private=True,
)

DEV = NetParams(
    chain_id="bytom2-dev",
    option="bytom2-dev",
    address_prefix="dn",
    genesis=TESTNET_GENESIS,
    listen_port=46660,
    casper=replace(SOLONET.casper, block_interval=1_000, blocks_per_epoch=10),
    is_private=True,
)
"""Ours, for who develops: a solonet with blocks every second and epochs of ten, so that in half a minute it is
seen what is elected and what gets final. No node of the reference can be part of it."""

NETWORKS: Mapping[str, NetParams] = {net.chain_id: net for net in (MAINNET, TESTNET, SOLONET, DEV)}
OPTIONS: Mapping[str, NetParams] = {net.option: net for net in NETWORKS.values()}


def net_params(chain_id: str) -> NetParams:
    """The network of a ``chain_id`` of the reference, or of our name for it. Raises ConfigError for others."""
    params = OPTIONS.get(chain_id) or NETWORKS.get(chain_id)
    if params is None:
        known = ", ".join([*OPTIONS, *NETWORKS])
        raise ConfigError(f"chain_id[{chain_id}] don't exist; known are {known}")
    return params
