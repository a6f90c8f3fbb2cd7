"""Who begins a private network of Bytom 2."""

from pathlib import Path

import pytest

from pybytomd.crypto.chainkd import XPrv
from pybytomd.errors import ConfigError
from pybytomd.ledger.bytom2.params import MAINNET
from pybytomd.node.family.federation import bytom2_params
from pybytomd.node.home.initialise import initialize
from pybytomd.node.settings.config import Config

OWN, OTHER = (XPrv.from_seed(seed).xpub for seed in (b"own", b"other"))


def config_of(home: Path, name: str, federation: str = "") -> Config:
    initialize(home, name)
    return Config.load(home, {}, {"TM_FEDERATION": federation})


def test_it_is_the_node_alone_unless_others_are_named(tmp_path: Path) -> None:
    assert bytom2_params(config_of(tmp_path, "bytom2-solonet"), OWN).casper.federation == (OWN.raw,)


def test_named_ones_are_taken_in_their_order(tmp_path: Path) -> None:
    config = config_of(tmp_path, "bytom2-solonet", f" {OTHER}, {str(OWN).upper()},")
    assert bytom2_params(config, OWN).casper.federation == (OTHER.raw, OWN.raw)


def test_other_networks_have_their_own(tmp_path: Path) -> None:
    assert bytom2_params(config_of(tmp_path, "bytom2"), OWN) is MAINNET
    with pytest.raises(ConfigError, match="bytom2 has validators of its own"):
        bytom2_params(config_of(tmp_path, "bytom2", str(OTHER)), OWN)


@pytest.mark.parametrize("text", ["00", str(OWN)[1:], f"{OWN}x", f"{OWN},{OWN}", ",".join(["00" * 64] * 11)])
def test_what_is_no_list_of_keys_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="federation has"):
        bytom2_params(config_of(tmp_path, "bytom2-solonet", text), OWN)
