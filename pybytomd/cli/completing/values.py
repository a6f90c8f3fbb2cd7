"""The values of a kind: those that are known here, and those that the running node knows.

The node has a moment to answer. Where it is not there, does not know who asks, or is slow, there is nothing to
complete, and nothing is said: a line is being typed. What it answers may be of others, so only plain words are
completed: a shell puts them on the command line as they are, and runs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from threading import Thread

from click.shell_completion import CompletionItem

from pybytomd.cli.client.answers import records, text
from pybytomd.cli.completing.table import Values
from pybytomd.cli.flags import Given
from pybytomd.cli.place_flags import place_of
from pybytomd.client.http_client import ApiClient
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError

SECONDS = 1.0
"""The node has so long in all, and then there is nothing to complete."""
MAX_ITEMS = 1000
_PLAIN = re.compile(r"[\w.@:/+=-]{1,200}")
"""What no shell takes for anything else than a word."""
_TELLING = re.compile(r"[^\x00-\x1f\x7f]{0,100}")

Ask = Callable[[str, JsonValue], JsonValue]
Found = Iterable[tuple[str, str]]
"""Values with what they are described by, which may be empty."""


def completions(kind: Values, incomplete: str, given: Given) -> list[CompletionItem]:
    """The values of a kind that begin like this. ``given`` has the flags that say which node is asked."""
    if kind in (Values.FILE, Values.DIRECTORY):
        return [CompletionItem(incomplete, type="file" if kind is Values.FILE else "dir")]
    if kind in KNOWN:
        found = KNOWN[kind]()
    elif kind in ASKED:
        found = _of_node(ASKED[kind], given)
    else:
        return []
    return [
        CompletionItem(value, help=hint if _TELLING.fullmatch(hint) else "")
        for value, hint in list(found)[:MAX_ITEMS]
        if value.startswith(incomplete) and _PLAIN.fullmatch(value)
    ]


def _of_node(look: Callable[[Ask], Found], given: Given) -> list[tuple[str, str]]:
    """What a node answers in time, nothing otherwise."""
    found: list[tuple[str, str]] = []

    def ask() -> None:
        client = ApiClient(lambda: place_of(lambda name: given.flags.get(name, "")), seconds=SECONDS)
        try:
            found.extend(look(client.call))
        except (BytomError, OSError):
            return  # no node, or none that answers us: nothing is known

    asking = Thread(target=ask, name="completion", daemon=True)
    asking.start()
    asking.join(SECONDS)
    return [] if asking.is_alive() else found


# --- what the node knows ----------------------------------------------------------------------------------------


def _listed(method: str, value: str, hint: str = "", request: JsonValue = None) -> Callable[[Ask], Found]:
    """A field of each entry of a list, described by another one."""

    def look(ask: Ask) -> Found:
        return [(text(one, value), text(one, hint) if hint else "") for one in records(ask(f"/{method}", request))]

    return look


def _banned(ask: Ask) -> Iterator[tuple[str, str]]:
    for one in records(ask("/list-bans", None)):
        yield text(one, "address") or text(one, "peer_id"), text(one, "banned_until")


def _peers(ask: Ask) -> Iterator[tuple[str, str]]:
    for one in records(ask("/list-peers", None)):
        yield text(one, "peer_id"), text(one, "remote_addr")


ASKED: Mapping[Values, Callable[[Ask], Found]] = {
    Values.ACCOUNT: _listed("list-accounts", "alias", "id", {}),
    Values.ASSET: _listed("list-assets", "alias", "id", {}),
    Values.ASSET_ID: _listed("list-assets", "id", "alias", {}),
    Values.KEY: _listed("list-keys", "xpub", "alias"),
    Values.TOKEN: _listed("list-access-tokens", "id", "type"),
    Values.FEED: _listed("list-transaction-feeds", "alias"),
    Values.PEER: _peers,
    Values.BANNED: _banned,
}
"""How the values of a kind are asked for."""


# --- what is known here -----------------------------------------------------------------------------------------


def _words(*words: str) -> Callable[[], Found]:
    return lambda: [(word, "") for word in words]


def _methods() -> Found:
    """Every method of the API, those that this version knows."""
    from pybytomd.ledger.networks.chain_kind import ChainKind
    from pybytomd.rpc.methods import load_methods

    tables = [load_methods(kind=kind) for kind in ChainKind]
    return sorted({name: method.summary for table in tables for name, method in table.items()}.items())


def _networks() -> Found:
    from pybytomd.ledger.networks.chain_kind import BYTOM2_NAMES
    from pybytomd.ledger.networks.params import ALIASES, NETWORKS

    return [(name, "") for name in (*NETWORKS, *ALIASES, *BYTOM2_NAMES)]


def _languages() -> Found:
    from pybytomd.crypto.mnemonic import WORD_LISTS

    return [(name, listed) for name, (listed, _checksum) in WORD_LISTS.items()]


def _log_parts() -> Found:
    from pybytomd.node.console.log_levels import PARTS

    return [("all", ""), *((part, "") for part in PARTS)]


def _log_levels() -> Found:
    from pybytomd.node.console.log_levels import LEVELS

    return [(level, "") for level in LEVELS]


def _roles() -> Found:
    from pybytomd.rpc.roles import ROLES

    return [(role, info.opens) for role, info in ROLES.items()]


def _databases() -> Found:
    from pybytomd.store.remedies import REMEDIES

    return [(name, "") for name in REMEDIES]


def _topics() -> Found:
    from pybytomd.rpc.push.events.topics import TOPICS

    return [(name, "") for name in TOPICS]


KNOWN: Mapping[Values, Callable[[], Found]] = {
    Values.METHOD: _methods,
    Values.NETWORK: _networks,
    Values.LANGUAGE: _languages,
    Values.LOG_PART: _log_parts,
    Values.LOG_LEVEL: _log_levels,
    Values.ROLE: _roles,
    Values.TOPIC: _topics,
    Values.DATABASE: _databases,
    Values.SHELL: _words("bash", "zsh", "fish"),
    Values.OUTPUT: _words("table", "json", "plain"),
    Values.CHAIN_FORMAT: _words("archive", "parquet"),
    Values.LOG_FORMAT: _words("text", "json"),
    Values.LOG_PLACE: _words("files", "stdout", "both"),
    Values.TRANSACTION_TYPE: _words("issue", "spend", "address", "retire", "unlock"),
    Values.CONTRACT: _words(
        "LockWithPublicKey", "LockWithMultiSig", "LockWithPublicKeyHash", "RevealPreimage", "TradeOffer",
        "Escrow", "CallOption", "LoanCollateral",
    ),
}  # fmt: skip
"""How the values of a kind are found."""
