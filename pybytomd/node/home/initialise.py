"""How a home directory is made.

Source: rpc-and-cli reference, section 1.5; where we differ is in the table of section 8 of the design.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pybytomd.errors import ConfigError
from pybytomd.files import write_whole
from pybytomd.ledger.networks.params import MAINNET, SOLONET, TESTNET, NetParams
from pybytomd.node.home import node_key
from pybytomd.node.home.node_key import NodeKey
from pybytomd.node.settings.config_file import FILE_NAME

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

INIT_NETWORKS: Mapping[str, NetParams] = {
    "mainnet": MAINNET,
    "testnet": TESTNET,
    "wisdom": TESTNET,
    "solonet": SOLONET,
    "": SOLONET,
}


@dataclass(frozen=True, slots=True)
class Initialized:
    """What ``init`` did. ``written`` is empty when the home was there already."""

    home: Path
    config: Path
    network: NetParams
    written: tuple[Path, ...] = ()
    key: NodeKey | None = None


def initialize(home: Path, chain_id: str) -> Initialized:
    """Write configuration, node key and data directory. Changes nothing where there is a configuration.

    Quirk: any other ``chain_id`` means solonet in the reference; we refuse it. Raises ConfigError.
    """
    network = INIT_NETWORKS.get(chain_id)
    if network is None:
        raise ConfigError(f"chain_id[{chain_id}] don't exist; use mainnet, testnet or solonet")
    config = home / FILE_NAME
    if _exists(config):
        return Initialized(home, config, network)
    data = home / DATA_NAME
    try:
        home.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        data.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot make the data directory {home}: {error.strerror}") from error
    key_path = node_key.find_key_file(home, home / node_key.REFERENCE_NAME)
    key = node_key.read_key(key_path)
    written = [config, data]
    if key is None:
        key = NodeKey.generate()
        node_key.write_key(key_path, key)
        written.insert(1, key_path)
    text = TEMPLATE.format(chain_id=network.chain_id, port=network.listen_port, seeds=",".join(network.seeds))
    try:  # the configuration last: it marks a home that is complete
        write_whole(config, text.encode(), new=True)
    except OSError as error:
        raise ConfigError(f"MustWriteFile failed: open {config}: {error.strerror}") from error
    return Initialized(home, config, network, tuple(written), key)


def _exists(path: Path) -> bool:
    """Whether something is there, or might be: what cannot be looked at is left alone."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ConfigError(f"cannot look into {path.parent}: {error.strerror}") from error
    return True
