"""The command ``call``, for any method of the API, and a command of its own for each that has no other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

import click

from pybytomd.cli.client.sources import contents, is_source
from pybytomd.cli.client.tables import Form
from pybytomd.cli.own.command import OwnCommand, Session
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import ConfigError, DecodeError

METHODS: Mapping[str, str] = {
    "backup-wallet": "Print an image of keys, accounts and assets",
    "build-chain-transactions": "Build a transaction, and before it those that merge outputs",
    "chain-status": "Print how far the chain is, justified and final, on Bytom 2",
    "check-transaction": "Print whether a transaction would be taken, and what it pays, without handing it in",
    "compile": "Compile a contract",
    "create-contract": "Register a contract",
    "create-contract-instance": "Follow up an instance of a contract",
    "create-webhook": "Have events posted to a URL",
    "delete-webhook": "Post to a webhook no more",
    "error": "Print the error that the reference answers with",
    "estimate-chain-transaction-gas": "Print what the transactions of build-chain-transactions should pay",
    "get-address": "Print what an address has, by the index",
    "get-asset-summary": "Print what an asset is and how much of it there is, by the index",
    "get-chain-statistics": "Print figures by interval, for plots, by the index",
    "get-checkpoint": "Print the end of an epoch, its signatures and whom it elects, on Bytom 2",
    "get-coinbase-arbitrary": "Print what is written into mined blocks",
    "get-contract": "Print a registered contract",
    "get-contract-instance": "Print where an instance of a contract is",
    "get-finality": "Print how sure a block is, on Bytom 2",
    "get-indexed-output": "Print any output of the chain and who spent it, by the index",
    "get-indexed-transaction": "Print any transaction of the chain or the pool, by the index",
    "get-merkle-proof": "Print a proof that transactions are in a block",
    "get-mining-address": "Print the address that rewards are paid to",
    "get-raw-block": "Print a block in hex",
    "get-vote-result": "List the keys with enough votes in the epoch before a block's, on Bytom 2",
    "get-work": "Print a header to mine on, in hex",
    "get-work-json": "Print a header to mine on",
    "list-account-votes": "List what accounts vote for, on Bytom 2",
    "list-address-outputs": "List the unspent outputs of an address, by the index",
    "list-address-transactions": "List the transactions of an address, newest first, by the index",
    "list-asset-holders": "List who has an asset, the largest holders first, by the index",
    "list-asset-transfers": "List what happened to an asset, newest first, by the index",
    "list-block-summaries": "List blocks in short, newest first, by the index",
    "list-contract-instances": "List the followed instances of contracts",
    "list-contracts": "List the registered contracts",
    "list-epochs": "List epochs, newest first, on Bytom 2",
    "list-holdings": "List what accounts hold, told apart by what can be spent, is too young, or is in votes",
    "list-indexed-assets": "List all assets of the chain, by the index",
    "list-log-records": "Print the newest records of the node's log",
    "list-reservations": "List the outputs that are kept for transactions that were built",
    "list-rewards": "List what an epoch has earned and for whom, on Bytom 2",
    "list-settings": "Print the settings in force, and where each comes from",
    "list-validators": "List the validators of an epoch and what they made of their turns, on Bytom 2",
    "list-votes": "List the keys that are voted for, most votes first, on Bytom 2",
    "list-watched-addresses": "List the watched addresses and what they have",
    "list-webhooks": "List the webhooks and hooks, and how it goes with them",
    "recovery-wallet": "Look for the accounts of root keys on the chain",
    "release-reservation": "Let other transactions spend what is kept for one",
    "remove-contract-instance": "Follow an instance of a contract no longer",
    "restore-wallet": "Add what is in an image of a wallet",
    "set-coinbase-arbitrary": "Set what is written into mined blocks",
    "set-mining-address": "Set the address that rewards are paid to",
    "set-mining-threads": "Set how many threads mine",
    "sign-transactions": "Sign several transactions",
    "submit-block": "Hand in a block",
    "submit-transactions": "Hand in several transactions",
    "submit-work": "Hand in a mined header, in hex",
    "submit-work-json": "Hand in a mined header",
    "test-webhook": "Post a test event to a webhook",
    "unwatch-address": "Watch an address no longer",
    "update-contract-alias": "Give a registered contract another alias",
    "wait-work": "Print a header to mine on as soon as there is a new one",
    "watch-address": "Keep what an address has, without its key",
}
"""Methods without a command of the reference's client, and what their own commands do."""
_METHOD = re.compile(r"/?([a-z0-9][a-z0-9-]*)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,19})")
_WORDS: Mapping[str, JsonValue] = {"true": True, "false": False, "null": None}


def request_of(arguments: Sequence[str]) -> JsonValue:
    """The request of ``key=value`` arguments, or the one in a file: ``@FILE``, or ``-`` for standard input.

    A value is a whole number, true, false, null, JSON that begins with ``[``, ``{`` or ``"``, the contents of
    ``@FILE`` or ``-``, or else a text. Without arguments it is an empty object: a method that reads a request
    refuses an empty body, even if it needs nothing of it. Raises ConfigError, OSError.
    """
    if len(arguments) == 1 and is_source(arguments[0]):
        return _json(contents(arguments[0]), arguments[0])
    request: dict[str, JsonValue] = {}
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if not equals or not _NAME.fullmatch(name):
            raise ConfigError(f"{argument!r} is not key=value, nor @FILE or - for the whole request")
        if name in request:
            raise ConfigError(f"{name} is given twice")
        request[name] = _value(name, value)
    return request


def _value(name: str, text: str) -> JsonValue:
    if is_source(text):
        found = contents(text)
        structured = found.lstrip()[:1] in ("{", "[")
        return _json(found, text) if structured else found.removesuffix("\n").removesuffix("\r")
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return _json(text, name) if text[:1] in ("{", "[", '"') else text


def _json(text: str, where: str) -> JsonValue:
    try:
        return gojson.loads(text)
    except DecodeError as error:
        raise ConfigError(f"{where} is not JSON: {error}") from error


def _call(session: Session) -> None:
    if not session.arguments:
        raise ConfigError("name a method, as in pybytomcli call get-block block_height=0")
    _ask(session.arguments[0], session.arguments[1:], session)


def _ask(name: str, arguments: Sequence[str], session: Session) -> None:
    found = _METHOD.fullmatch(name)
    if found is None:
        raise ConfigError(f"{name!r} is no name of a method; /docs of the node lists them")
    answer = session.ask(found[1], request_of(arguments))
    if answer is None:
        return
    click.echo(gojson.dumps(answer) if session.form is Form.PLAIN else gojson.dumps_indented(answer))


def _one_method(name: str, session: Session) -> None:
    _ask(name, session.arguments, session)


_HOW = (
    "Arguments are key=value, by the names in /docs of the node: a value is a whole number, true, false, null,\n"
    'JSON that begins with [, { or ", or else a text; key=@FILE and key=- take it from a file or standard input.\n'
    "@FILE or - alone is the whole request. The answer is printed as JSON."
)
CALL = OwnCommand(
    "call",
    _call,
    short="Call any method of the API",
    usage="call METHOD [key=value ... | @FILE | -]",
    description=f"Call any method of the API.\n{_HOW}",
    examples=(
        "pybytomcli call get-block block_height=0\n"
        "pybytomcli call build-transaction actions=@actions.json ttl=60000\n"
        "pybytomcli backup-wallet | pybytomcli call restore-wallet -"
    ),
)
"""Calls any method."""
METHOD_COMMANDS = tuple(
    OwnCommand(
        name,
        partial(_one_method, name),
        short=summary,
        usage=f"{name} [key=value ... | @FILE | -]",
        description=f"{summary}: the method {name} of the API.\n{_HOW}",
        examples=f"pybytomcli {name}\npybytomcli {name} @request.json",
    )
    for name, summary in METHODS.items()
)
"""One for each method that the reference's client has no command for."""
