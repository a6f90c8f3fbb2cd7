"""How a home directory is made.

Source: rpc-and-cli reference, section 1.5; where we differ is in the table of section 8 of the design.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pybytomd.errors import ConfigError
from pybytomd.files import write_whole
from pybytomd.ledger.bytom2 import params as bytom2
from pybytomd.ledger.networks.chain_kind import BYTOM2_NAMES, ChainKind
from pybytomd.ledger.networks.params import net_params
from pybytomd.node.home import node_key
from pybytomd.node.home.node_key import NodeKey
from pybytomd.node.home.validator_key import make_validator_key, read_validator_key
from pybytomd.node.settings.config_file import FILE_NAME
from pybytomd.node.settings.network import KEY_NAME, Network, network_of_name

DATA_NAME = "data"
PRIVATE_DIRECTORY = 0o700

TEMPLATE = """\
# This is a TOML config file.
# For more information, see https://github.com/toml-lang/toml
fast_sync = true
db_backend = "leveldb"
api_addr = "127.0.0.1:9888"
node_alias = ""
chain_id = "{chain_id}"
[p2p]
laddr = "tcp://0.0.0.0:{port}"
seeds = "{seeds}"
"""

DEFAULT = "solonet"


@dataclass(frozen=True, slots=True)
class Initialized:
    """What ``init`` did. ``written`` is empty when the home was there already.

    ``identity`` is what others know the node by: the node id of 1.x, the extended public key of Bytom 2.
    """

    home: Path
    config: Path
    network: Network
    written: tuple[Path, ...] = ()
    identity: str = ""


def initialize(home: Path, chain_id: str) -> Initialized:
    """Write configuration, node key and data directory. Changes nothing where there is a configuration.

    Quirk: any other ``chain_id`` means solonet in the reference; we refuse it. Raises ConfigError.
    """
    try:
        network = network_of_name(chain_id or DEFAULT)
    except ConfigError as error:
        raise ConfigError(
            f"chain_id[{chain_id}] don't exist; use mainnet, testnet or solonet, "
            f"or for {ChainKind.BYTOM2} {', '.join(BYTOM2_NAMES)}"
        ) from error
    config = home / FILE_NAME
    if _exists(config):
        return Initialized(home, config, network)
    data = home / DATA_NAME
    try:
        home.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        data.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot make the data directory {home}: {error.strerror}") from error
    identity, key_path = KEYS[network.kind](home)
    written = (config, data) if key_path is None else (config, key_path, data)
    port, seeds = _peers(network)
    text = TEMPLATE.format(chain_id=network.chain_id, port=port, seeds=",".join(seeds))
    try:  # the configuration last: it marks a home that is complete
        write_whole(config, text.encode(), new=True)
    except OSError as error:
        raise ConfigError(f"MustWriteFile failed: open {config}: {error.strerror}") from error
    return Initialized(home, config, network, written, identity)


def _peers(network: Network) -> tuple[int, tuple[str, ...]]:
    """The port of a network, and whom to call first."""
    if network.kind is ChainKind.BYTOM2:
        bytom2_params = bytom2.net_params(network.name)
        return bytom2_params.listen_port, bytom2_params.seeds
    params = net_params(network.chain_id)
    return params.listen_port, params.seeds


Key = tuple[str, Path | None]
"""Who a node is among others, and the file that was written for it, None if there was one."""


def _node_key(home: Path) -> Key:
    path = node_key.find_key_file(home, home / node_key.REFERENCE_NAME)
    key = node_key.read_key(path)
    if key is not None:
        return key.node_id, None
    key = NodeKey.generate()
    node_key.write_key(path, key)
    return key.node_id, path


def _validator_key(home: Path) -> Key:
    path = home / KEY_NAME
    key = read_validator_key(path)
    if key is not None:
        return str(key.xpub), None
    return str(make_validator_key(path).xpub), path


KEYS: Mapping[ChainKind, Callable[[Path], Key]] = {
    ChainKind.BYTOM1: _node_key,
    ChainKind.BYTOM2: _validator_key,
}


def _exists(path: Path) -> bool:
    """Whether something is there, or might be: what cannot be looked at is left alone."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ConfigError(f"cannot look into {path.parent}: {error.strerror}") from error
    return True
