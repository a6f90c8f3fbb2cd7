"""The tools of ``pybytomd``: archives of the chain, database checks, a miner of its own."""

from __future__ import annotations

from collections.abc import Mapping

from pybytomd.cli.commands import GoGroup


def add_tools(root: GoGroup, variables: Mapping[str, str]) -> None:
    """Add the commands to the program; ``variables`` is the environment."""
