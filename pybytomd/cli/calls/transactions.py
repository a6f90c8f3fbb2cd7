"""Commands that build, sign, submit and read transactions."""

from __future__ import annotations

import click

from pybytomd.cli.calls.call import (
    FIRST,
    Arguments,
    Arity,
    Call,
    Node,
    Values,
    exactly,
    fail,
    require,
    show_line,
    show_object,
)
from pybytomd.cli.calls.contracts import Action, BadContractArguments, Basics, unlock_actions
from pybytomd.cli.flags import Flag
from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.codec.json.gosyntax import loads_whole
from pybytomd.errors import BytomError
from pybytomd.ledger.transaction import Transaction
from pybytomd.node.settings.value_types import Kind

BUILD_USAGE = "<accountID|alias> <assetID|alias> <amount> [outputID]"
UNLOCK_USAGE = (
    "Usage:\n  bytomcli build-transaction <accountID|alias> <assetID|alias> <amount> <outputID> -c <contractName>"
)
UNLOCK_BASICS = 4
SUBMITTED_TYPE = 'struct { Tx types.Tx "json:\\"raw_transaction\\"" }'
"""What the reference's client reads the argument of submit-transaction into, shown in errors."""
EMPTY_TRANSACTION = "0700000000"
PRETTY = Flag("pretty", Kind.SWITCH, "pretty print json result")
BUILD_FLAGS = (
    Flag("type", Kind.TEXT, "transaction type, valid types: 'issue', 'spend', 'address', 'retire', 'unlock'",
         short="t"),
    Flag("receiver", Kind.TEXT, "program of receiver when type is spend", short="r"),
    Flag("address", Kind.TEXT, "address of receiver when type is address", short="a"),
    Flag("program", Kind.TEXT, "program of receiver when type is program", short="p"),
    Flag("arbitrary", Kind.TEXT, "additional arbitrary data when type is retire", short="v"),
    Flag("gas", Kind.TEXT, "gas of this transaction", "20000000", "g"),
    Flag("contract-name", Kind.TEXT,
         "name of template contract, currently supported: 'LockWithPublicKey', 'LockWithMultiSig', "
         "'LockWithPublicKeyHash',\n\t\t\t       'RevealPreimage', 'TradeOffer', 'Escrow', 'CallOption', "
         "'LoanCollateral'",
         short="c"),
    PRETTY,
    Flag("alias", Kind.SWITCH, "use alias build transaction"),
)  # fmt: skip


def _actions(arguments: Arguments, flags: Values) -> list[Action]:
    account, asset, amount, *words = arguments
    output_id = words[0] if words else ""
    basics = Basics(
        account, asset, amount, str(flags["gas"]), bool(flags["alias"]), output_id, str(flags["program"])
    )
    kind = str(flags["type"])
    if kind == "unlock":
        return _unlock(basics, arguments, str(flags["contract-name"]))
    if kind not in ("issue", "spend", "retire", "address"):
        fail("Invalid transaction template type")
    if kind == "spend":
        target = basics.to_program(str(flags["receiver"]))
    elif kind == "retire":
        target = basics.control("retire", arbitrary=str(flags["arbitrary"]))
    else:
        target = basics.control("control_address", address=str(flags["address"]))
    return [basics.pay_gas(), basics.control("issue") if kind == "issue" else basics.spend_own(), target]


def _unlock(basics: Basics, arguments: Arguments, contract: str) -> list[Action]:
    if len(arguments) < UNLOCK_BASICS:
        fail(f"{UNLOCK_USAGE} <contract_argument> ... [flags]\n\n")
    try:
        return unlock_actions(contract, basics, arguments[UNLOCK_BASICS:], UNLOCK_USAGE)
    except BadContractArguments as error:
        fail(str(error))


def _build(node: Node, arguments: Arguments, flags: Values) -> None:
    """Quirk: the actions are read back as the reference's client reads them, so amounts pass through a float64."""
    try:
        actions = gojson.loads_float64(gojson.dumps(_actions(arguments, flags)))
    except BytomError as error:
        fail(str(error))
    request: JsonValue = {
        "base_transaction": None,
        "actions": gojson.sort_keys(actions),
        "ttl": 0,
        "time_range": 0,
    }
    answer = node.ask("/build-transaction", request)
    if flags["pretty"]:
        show_object(answer)
    else:
        show_line(answer, f"Template Type: {flags['type']}\n")


def _template(text: str) -> JsonValue:
    """A transaction template as the node wants it. Ends the program when the text is none."""
    from pybytomd.wallet.spend.ledgers.bytom1 import (
        Template,  # two commands need it, none should start slower for it
    )

    try:
        return Template.from_value(loads_whole(text.encode("utf-8", "surrogateescape"))).to_value()
    except BytomError as error:
        fail(str(error))


def _sign(node: Node, arguments: Arguments, flags: Values) -> None:
    template = _template(arguments[0])
    click.echo("\n")
    answer = node.ask("/sign-transaction", {"password": flags["password"], "transaction": template})
    if flags["pretty"]:
        show_object(answer)
    else:
        show_line(answer, "\nSign Template:\n")


def _raw_transaction(text: str) -> JsonValue:
    """The request that carries a transaction. Ends the program when the text is none."""
    try:
        return {"raw_transaction": Transaction.from_hex(text).to_hex()}
    except BytomError as error:
        fail(str(error))


def _signed(arguments: Arguments, _flags: Values) -> JsonValue:
    """Quirk: an object without a transaction stands for an empty one, which the node then refuses."""
    try:
        fields = Fields(loads_whole(arguments[0].encode("utf-8", "surrogateescape")), "", go_type=SUBMITTED_TYPE)
        text = fields.value("raw_transaction")
        if text is None:
            text = EMPTY_TRANSACTION
        if not isinstance(text, str):
            raise fields.mismatch("raw_transaction", text, "types.Tx")
    except BytomError as error:
        fail(str(error))
    return _raw_transaction(text)


TRANSACTION_CALLS = (
    Call("build-transaction", "Build one transaction template,default use account id and asset id",
         usage=BUILD_USAGE, arity=Arity(3, 20), flags=BUILD_FLAGS, wallet=True, run=_build,
         required=lambda flags: ("type", "receiver") if flags["type"] == "spend" else ("type",)),
    Call("sign-transaction", "Sign transaction templates with account password", usage=" <json templates>",
         sources=FIRST, arity=exactly(1), wallet=True, run=_sign, required=lambda _flags: ("password",),
         flags=(Flag("password", Kind.TEXT, "password of the account which sign these transaction(s)", short="p"),
                PRETTY)),
    Call("submit-transaction", "Submit signed transaction", request=_signed,
         usage=" <signed json raw_transaction>", sources=FIRST, arity=exactly(1)),
    Call("estimate-transaction-gas", "estimate gas for build transaction",
         request=lambda arguments, _flags: {"transaction_template": _template(arguments[0])},
         usage=" <json templates>", sources=FIRST, arity=exactly(1)),
    Call("decode-raw-transaction", "decode the raw transaction",
         request=lambda arguments, _flags: _raw_transaction(arguments[0]), usage="<raw_transaction>",
         sources=FIRST, arity=exactly(1)),
    Call("get-unconfirmed-transaction", "get unconfirmed transaction by matching the given transaction hash",
         request=lambda arguments, _flags: {"tx_id": require(decode_hex, arguments[0])}, usage="<hash>",
         arity=exactly(1)),
    Call("list-unconfirmed-transactions", "list unconfirmed transactions hashes"),
)  # fmt: skip
