"""Of what kind the values of flags and arguments are (shell completion, tab completion). One table for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto


class Values(Enum):
    """A kind of values that can be completed."""

    NOTHING = auto()
    """An amount, an address, a new name: nobody can know it."""
    FILE = auto()
    DIRECTORY = auto()
    # asked of the node
    ACCOUNT = auto()
    ASSET = auto()
    ASSET_ID = auto()
    KEY = auto()
    """The extended public key, described by its alias."""
    TOKEN = auto()
    FEED = auto()
    PEER = auto()
    BANNED = auto()
    # known here
    METHOD = auto()
    NETWORK = auto()
    LANGUAGE = auto()
    LOG_PART = auto()
    LOG_LEVEL = auto()
    ROLE = auto()
    TOPIC = auto()
    DATABASE = auto()
    SHELL = auto()
    OUTPUT = auto()
    CHAIN_FORMAT = auto()
    LOG_FORMAT = auto()
    LOG_PLACE = auto()
    TRANSACTION_TYPE = auto()
    CONTRACT = auto()


@dataclass(frozen=True, slots=True)
class Positions:
    """The kinds of a command's arguments, in order. With ``repeats`` the last one is that of all that follow."""

    kinds: tuple[Values, ...]
    repeats: bool = False

    def at(self, place: int) -> Values:
        """The kind of the argument at a place, counted from 0."""
        if place < len(self.kinds):
            return self.kinds[place]
        return self.kinds[-1] if self.repeats else Values.NOTHING


FLAGS: Mapping[str, Values] = {
    "account_alias": Values.ACCOUNT,
    "asset": Values.ASSET,
    "cacert": Values.FILE,
    "chain_id": Values.NETWORK,
    "contract-name": Values.CONTRACT,
    "format": Values.CHAIN_FORMAT,
    "from": Values.ACCOUNT,
    "home": Values.DIRECTORY,
    "image": Values.FILE,
    "into": Values.FILE,
    "language": Values.LANGUAGE,
    "log.format": Values.LOG_FORMAT,
    "log.to": Values.LOG_PLACE,
    "log_level": Values.LOG_LEVEL,
    "mnemonic-file": Values.FILE,
    "output": Values.OUTPUT,
    "password-file": Values.FILE,
    "qr-into": Values.FILE,
    "role": Values.ROLE,
    "root": Values.DIRECTORY,
    "token-file": Values.FILE,
    "type": Values.TRANSACTION_TYPE,
}
"""By the name of the flag, whichever command has it."""

_ACCOUNT = Positions((Values.ACCOUNT,))
_KEY = Positions((Values.KEY,))
_FEED = Positions((Values.FEED,))
_FILES = Positions((Values.FILE,), repeats=True)
_FILE = Positions((Values.FILE,))
_SIGNERS = Positions((Values.NOTHING, Values.KEY), repeats=True)

ARGUMENTS: Mapping[str, Positions] = {
    "balance": _ACCOUNT,
    "build-transaction": Positions((Values.ACCOUNT, Values.ASSET)),
    "call": Positions((Values.METHOD,)),
    "chain export": _FILE,
    "chain import": _FILE,
    "check-access-token": Positions((Values.TOKEN,)),
    "check-key-password": _KEY,
    "completion": Positions((Values.SHELL,)),
    "create-account": _SIGNERS,
    "create-account-receiver": _ACCOUNT,
    "create-asset": _SIGNERS,
    "db compact": Positions((Values.DATABASE,), repeats=True),
    "db repair": Positions((Values.DATABASE,)),
    "delete-access-token": Positions((Values.TOKEN,)),
    "delete-account": _ACCOUNT,
    "delete-key": _KEY,
    "delete-transaction-feed": _FEED,
    "disconnect-peer": Positions((Values.PEER,)),
    "equity": _FILE,
    "events": Positions((Values.TOPIC,)),
    "get-asset": Positions((Values.ASSET_ID,)),
    "get-transaction-feed": _FEED,
    "history": _ACCOUNT,
    "list-pubkeys": _ACCOUNT,
    "receive": _ACCOUNT,
    "reset-key-password": _KEY,
    "set-log-level": Positions((Values.LOG_PART, Values.LOG_LEVEL)),
    "token delete": Positions((Values.TOKEN,)),
    "tx combine": _FILES,
    "tx show": _FILES,
    "tx sign": _FILES,
    "tx submit": _FILES,
    "unban": Positions((Values.BANNED,)),
    "update-asset-alias": Positions((Values.ASSET_ID,)),
    "update-key-alias": _KEY,
    "update-transaction-feed": _FEED,
    "wallet backup": _FILE,
}
"""By the words of the command, without that of the program."""
