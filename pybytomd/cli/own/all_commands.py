"""The commands that ``pybytomcli`` has besides those that are calls of one method."""

from __future__ import annotations

from pybytomd.cli.commands import GoCommand
from pybytomd.cli.own.call_any import CALL, METHOD_COMMANDS
from pybytomd.cli.own.events import EVENTS
from pybytomd.cli.own.index_views import SEARCH
from pybytomd.cli.own.log_levels import LOG_LEVEL_COMMANDS
from pybytomd.cli.own.offline.tx_commands import TX
from pybytomd.cli.own.payments.send import SEND
from pybytomd.cli.own.ready import READY
from pybytomd.cli.own.status import STATUS
from pybytomd.cli.own.tokens import TOKEN
from pybytomd.cli.own.wallet_setup import WALLET
from pybytomd.cli.own.wallet_views import ACCOUNTS, BALANCE, HISTORY, RECEIVE

OWN_COMMANDS: tuple[GoCommand, ...] = (
    ACCOUNTS,
    BALANCE,
    CALL,
    EVENTS,
    HISTORY,
    READY,
    RECEIVE,
    SEARCH,
    SEND,
    STATUS,
    TOKEN,
    TX,
    WALLET,
    *LOG_LEVEL_COMMANDS,
    *METHOD_COMMANDS,
)
"""All of them."""
