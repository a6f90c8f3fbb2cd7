"""The commands that ``pybytomcli`` has besides those that are calls of one method."""

from __future__ import annotations

from pybytomd.cli.commands import GoCommand
from pybytomd.cli.own.call_any import CALL, METHOD_COMMANDS
from pybytomd.cli.own.send import SEND

OWN_COMMANDS: tuple[GoCommand, ...] = (CALL, SEND, *METHOD_COMMANDS)
"""All of them."""
