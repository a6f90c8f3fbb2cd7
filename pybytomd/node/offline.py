"""The chain of a home directory without a node around it, for tools. No node may run there meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pybytomd.chain.chain import Chain
from pybytomd.chain.index.genesis import check_network
from pybytomd.clock import SystemClock
from pybytomd.errors import ConfigError
from pybytomd.events import EventDispatcher
from pybytomd.node.family.bytom1 import wallet_kind
from pybytomd.node.home.databases import Databases
from pybytomd.node.home.lock import DirectoryLock
from pybytomd.node.home.mark import check_home, check_network_of_home, is_new_home, mark_home
from pybytomd.node.settings.config import Config
from pybytomd.node.settings.value_types import Value
from pybytomd.node.wallet_factory import WalletParts
from pybytomd.store.block_store import BlockStore
from pybytomd.store.kv.leveldb import LevelDBStore
from pybytomd.wallet.wallet import Wallet


@contextmanager
def offline_config(home: Path, flags: Mapping[str, Value], variables: Mapping[str, str]) -> Iterator[Config]:
    """The configuration of a home directory, which is locked meanwhile. Raises ConfigError."""
    config = Config.load(home, flags, variables)
    if not home.is_dir() or is_new_home(config):
        raise ConfigError(f"there is no node at {home}; make one with pybytomd init, or name it with --home")
    check_home(config)
    check_network_of_home(config)
    with DirectoryLock(home):
        yield config


@contextmanager
def offline_chain(home: Path, flags: Mapping[str, Value], variables: Mapping[str, str]) -> Iterator[Chain]:
    """The chain of a home directory, made if there is none. Raises ConfigError and StoreError."""
    with (
        offline_config(home, flags, variables) as config,
        _databases(config) as databases,
        _chain(config, databases) as chain,
    ):
        yield chain


@contextmanager
def offline_wallet(home: Path, flags: Mapping[str, Value], variables: Mapping[str, str]) -> Iterator[Wallet]:
    """The wallet of a home directory, which does not follow the chain by itself. Raises as ``offline_chain``."""
    with (
        offline_config(home, flags, variables) as config,
        _databases(config) as databases,
        _chain(config, databases) as chain,
    ):
        yield WalletParts.open(config, databases, chain, SystemClock(), wallet_kind()).wallet


def _databases(config: Config) -> Databases:
    return Databases(config.db_directory, config.base.db_backend)


def _chain(config: Config, databases: Databases) -> Chain:
    chain = Chain.open(config.params, BlockStore(databases.open("core")), SystemClock(), EventDispatcher())
    mark_home(config)
    return chain


@contextmanager
def existing_store(config: Config) -> Iterator[BlockStore]:
    """core.db as it is. Raises StoreError when there is none, or it is of another network."""
    with LevelDBStore(config.db_directory / "core.db", create=False) as database:
        store = BlockStore(database)
        check_network(config.params, store)
        yield store
