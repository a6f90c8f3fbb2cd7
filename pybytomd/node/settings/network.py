"""Which network a home directory is of. It is chosen here, once, and decides what the node is made of.

The networks of Bytom 2 have the same names in the configuration of bytomd 2.0.7 as those of 1.x have in its own,
so what lies in the directory counts, too: only 2.x has a key file ``node_key.txt``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pybytomd.errors import ConfigError
from pybytomd.ledger.networks.chain_kind import BYTOM2_NAMES, PRIVATE_BYTOM2, ChainKind
from pybytomd.ledger.networks.params import ALIASES, net_params
from pybytomd.node.settings.config_file import ConfigFile
from pybytomd.node.settings.value_types import Value
from pybytomd.pow.rule import ProofRule

KEY_NAME = "node_key.txt"
"""The key file that bytomd 2.0.7 makes, and with it a home of Bytom 2."""
KEY_SETTING = "private_key_file"
"""Where another one is configured; 1.x has no such setting."""
OTHER_KEY_NAMES = ("nodekey", "node_key.json")
"""Key files of 1.x: the reference's and ours."""
BYTOM2_DEFAULTS: Mapping[str, Value] = {"p2p.max_num_peers": 20}
"""Settings that bytomd 2.0.7 has other defaults for than 1.x."""
REFERENCE_NAMES = {chain_id: name for name, chain_id in BYTOM2_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Network:
    """``name`` is ours, which no network of the other kind has; ``chain_id`` the reference's."""

    kind: ChainKind
    name: str
    chain_id: str

    @property
    def is_private(self) -> bool:
        """Whether this is a network one runs alone, where coins have no value."""
        if self.kind is ChainKind.BYTOM1:
            return net_params(self.chain_id).is_private
        return self.name in PRIVATE_BYTOM2

    @property
    def is_made_on_demand(self) -> bool:
        """Whether blocks cost nothing, so that nobody mines them."""
        return self.kind is ChainKind.BYTOM1 and net_params(self.chain_id).proof is ProofRule.ANY_NONCE


def find_network(home: Path, name: str, origin: str, file: ConfigFile) -> Network:
    """The network that a ``chain_id`` means in a home directory; ``origin`` is where it was set, empty if nowhere.

    A home of Bytom 2 is refused under a name of 1.x that somebody gave for this run, and one of 1.x under a name
    of Bytom 2. Raises ConfigError, also for a name that no network has.
    """
    is_bytom2_home = _is_bytom2_home(home, file)
    if name in BYTOM2_NAMES:
        if not is_bytom2_home and _is_bytom1_home(home, file):
            raise ConfigError(
                f"{home} is a home of {ChainKind.BYTOM1}, and {name} is a network of {ChainKind.BYTOM2} "
                f"({origin}); name another directory with --home: pybytomd init --chain_id {name} makes one"
            )
        return Network(ChainKind.BYTOM2, name, BYTOM2_NAMES[name])
    chain_id = ALIASES.get(name, name)
    if not is_bytom2_home:
        return Network(ChainKind.BYTOM1, net_params(chain_id).chain_id, chain_id)
    own_name = REFERENCE_NAMES.get(chain_id)
    if own_name is None:
        known = ", ".join([*BYTOM2_NAMES, *REFERENCE_NAMES])
        raise ConfigError(f"chain_id[{name}] don't exist; known are {known}")
    if origin and (file.path is None or origin != f"from {file.path}"):
        raise ConfigError(
            f"{home} is a home of {ChainKind.BYTOM2}, and {name} is a network of {ChainKind.BYTOM1} ({origin}); "
            f"the one of {ChainKind.BYTOM2} is called {own_name}; or name another directory with --home"
        )
    return Network(ChainKind.BYTOM2, own_name, chain_id)


def defaults_of_kind(home: Path, name: str, file: ConfigFile) -> Mapping[str, Value]:
    """The settings that have other defaults on this kind of chain than the options say.

    ``name`` is the ``chain_id``, which may be none for this home: ``find_network`` says so.
    """
    is_bytom2 = name in BYTOM2_NAMES or _is_bytom2_home(home, file)
    return BYTOM2_DEFAULTS if is_bytom2 else {}


def network_of_name(name: str) -> Network:
    """The network with our name, or one of 1.x by any of its names. Raises ConfigError."""
    if name in BYTOM2_NAMES:
        return Network(ChainKind.BYTOM2, name, BYTOM2_NAMES[name])
    params = net_params(name)
    return Network(ChainKind.BYTOM1, params.chain_id, params.chain_id)


def _is_bytom2_home(home: Path, file: ConfigFile) -> bool:
    named = file.values.get("chain_id") in BYTOM2_NAMES
    keys = (KEY_NAME, str(file.values.get(KEY_SETTING, KEY_NAME)))
    return named or any((home / key).is_file() for key in keys)


def _is_bytom1_home(home: Path, file: ConfigFile) -> bool:
    return "chain_id" in file.values or any((home / name).exists() for name in OTHER_KEY_NAMES)
