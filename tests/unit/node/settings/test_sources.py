"""Which variables of the environment are a node's."""

from pybytomd.node.settings.sources import is_setting


def test_which_variables_are_settings() -> None:
    assert all(map(is_setting, ("TM_HOME", "TMHOME", "TM_P2P_LADDR", "TMP2P_LADDR", "TM_CHAIN_ID")))
    assert not any(map(is_setting, ("HOME", "TMPDIR", "TMP", "TM", "TM_", "TMUX", "CHAIN_ID", "LISTEN")))
