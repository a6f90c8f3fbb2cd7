"""What ``build-transaction --type unlock`` sends for the contracts the reference ships templates for.

Each clause of a contract is a row: what it is called with, and the actions of the transaction that runs it.
Source: rpc-and-cli reference, section 2.3; ``cmd/bytomcli/commands/template.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pybytomd.codec.json.gojson import JsonValue, Raw

BTM_ASSET = "f" * 64
BTM_ALIAS = "BTM"
BAD_ARGUMENTS = "bad contract arguments"

Action = dict[str, JsonValue]
Words = Sequence[str]


class BadContractArguments(Exception):
    """The words behind the options do not fit the contract; the text is for the user."""

    def __str__(self) -> str:
        return f"{self.args[0]}: {BAD_ARGUMENTS}"


@dataclass(frozen=True, slots=True)
class Basics:
    """What every transaction built here has: who pays, how much of which asset moves, and where to."""

    account: str
    asset: str
    amount: str
    gas: str
    by_alias: bool
    output_id: str = ""
    program: str = ""

    def named(self, what: str, name: str) -> Action:
        """``account`` or ``asset`` as a member: an id, or an alias if ``by_alias``."""
        return {f"{what}_{'alias' if self.by_alias else 'id'}": name}

    def pay_gas(self) -> Action:
        """The account pays for the transaction."""
        return self.spend(BTM_ALIAS if self.by_alias else BTM_ASSET, self.gas, self.account)

    def spend(self, asset: str, amount: str, account: str) -> Action:
        """An account spends. Quirk: an amount is put into the request as it was typed, without quotes."""
        value = {"amount": Raw(amount.encode())}
        return {"type": "spend_account", **self.named("asset", asset), **value, **self.named("account", account)}

    def spend_own(self) -> Action:
        """The account spends what is to move."""
        return self.spend(self.asset, self.amount, self.account)

    def control(self, kind: str, **where: str) -> Action:
        """What is to move goes to a program or an address, or is retired."""
        return {"type": kind, **self.named("asset", self.asset), "amount": Raw(self.amount.encode()), **where}

    def to_program(self, program: str | None = None) -> Action:
        """What is to move goes to ``program``, or to the one of the command line."""
        return self.control("control_program", control_program=self.program if program is None else program)

    def unlock(self, *arguments: Action) -> Action:
        """The contract's output is spent with these arguments."""
        return {"type": "spend_account_unspent_output", "output_id": self.output_id, "arguments": list(arguments)}

    def inner(self, words: Words) -> tuple[Action, Action]:
        """A second payment of an account, asset, amount and program: it to the program, and its spending."""
        account, asset, amount, program = words
        payment: Action = {
            "type": "control_program",
            **self.named("asset", asset),
            "amount": Raw(amount.encode()),
            "control_program": program,
        }
        return payment, self.spend(asset, amount, account)


def data(value: str) -> Action:
    """An argument that is plain data."""
    return {"type": "data", "raw_data": {"value": value}}


def signature(words: Words) -> Action:
    """An argument that is a signature, by a key of a root key and two steps of a path."""
    xpub, *path = words
    return {"type": "raw_tx_signature", "raw_data": {"xpub": xpub, "derivation_path": path}}


@dataclass(frozen=True, slots=True)
class Clause:
    """One way to unlock a contract. ``words`` are named in ``usage``, the selector among them."""

    usage: str
    count: int
    actions: Callable[[Basics, Words], list[Action]]


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract. One without selectors has a single clause, under ``""``; others have an ending that is none."""

    clauses: Mapping[str, Clause]
    usage: str = ""
    ending: str = ""
    set_text: str = "in set ["


def _lock_with_public_key(to: Basics, words: Words) -> list[Action]:
    return [to.unlock(signature(words)), to.to_program(), to.pay_gas()]


def _lock_with_multisig(to: Basics, words: Words) -> list[Action]:
    return [to.unlock(signature(words[:3]), signature(words[3:])), to.to_program(), to.pay_gas()]


def _lock_with_public_key_hash(to: Basics, words: Words) -> list[Action]:
    return [to.unlock(data(words[0]), signature(words[1:])), to.to_program(), to.pay_gas()]


def _data_to_program(to: Basics, words: Words) -> list[Action]:
    return [to.unlock(data(words[0])), to.to_program(), to.pay_gas()]


def _data_to_given_program(to: Basics, words: Words) -> list[Action]:
    return [to.unlock(data(words[0])), to.to_program(words[1]), to.pay_gas()]


def _trade(to: Basics, words: Words) -> list[Action]:
    payment, spending = to.inner(words[1:])
    return [to.unlock(data(words[0])), payment, spending, to.pay_gas(), to.to_program()]


def _cancel(to: Basics, words: Words) -> list[Action]:
    return [to.unlock(signature(words[1:]), data(words[0])), to.to_program(), to.pay_gas()]


def _settle(to: Basics, words: Words) -> list[Action]:
    return [to.unlock(signature(words[1:4]), data(words[0])), to.to_program(words[4]), to.pay_gas()]


def _repay(to: Basics, words: Words) -> list[Action]:
    payment, spending = to.inner(words[1:5])
    return [to.unlock(data(words[0])), payment, to.to_program(words[5]), spending, to.pay_gas()]


def _exercise(to: Basics, words: Words) -> list[Action]:
    payment, spending = to.inner(words[1:5])
    return [to.unlock(signature(words[5:]), data(words[0])), payment, spending, to.pay_gas(), to.to_program()]


_INNER = "<innerAccountID|alias> <innerAssetID|alias> <innerAmount> <innerProgram>"
_KEY = "<rootPub> <path1> <path2>"
_SETTLE = Clause(f"<clauseSelector> {_KEY} <controlProgram>", 5, _settle)
_TO_PROGRAM = Clause("<clauseSelector> <controlProgram>", 2, _data_to_given_program)

CONTRACTS: Mapping[str, Contract] = {
    "LockWithPublicKey": Contract({"": Clause(_KEY, 3, _lock_with_public_key)}),
    "LockWithMultiSig": Contract(
        {"": Clause("<rootPub1> <path11> <path12> <rootPub2> <path21> <path22>", 6, _lock_with_multisig)}
    ),
    "LockWithPublicKeyHash": Contract({"": Clause(f"<pubKey> {_KEY}", 4, _lock_with_public_key_hash)}),
    "RevealPreimage": Contract({"": Clause("<value>", 1, _data_to_program)}),
    "TradeOffer": Contract(
        {
            "00000000": Clause(f"<clauseSelector> {_INNER}", 5, _trade),
            "13000000": Clause(f"<clauseSelector> {_KEY}", 4, _cancel),
        },
        usage=f"<clauseSelector> ({_INNER}) | ({_KEY})",
        ending="1a000000",
    ),
    "Escrow": Contract({"00000000": _SETTLE, "1a000000": _SETTLE}, usage=_SETTLE.usage, ending="28000000"),
    "LoanCollateral": Contract(
        {
            "00000000": Clause(f"<clauseSelector> {_INNER} <controlProgram>", 6, _repay),
            "1b000000": _TO_PROGRAM,
        },
        usage=f"<clauseSelector> ({_INNER} <controlProgram>) | (<controlProgram>)",
        ending="26000000",
        set_text="in set:[",
    ),
    "CallOption": Contract(
        {"00000000": Clause(f"<clauseSelector> {_INNER} {_KEY}", 8, _exercise), "20000000": _TO_PROGRAM},
        usage=f"<clauseSelector> ({_INNER} {_KEY}) | (<controlProgram>)",
        ending="2c000000",
        set_text="in set:[",
    ),
}


def unlock_actions(name: str, basics: Basics, words: Words, usage: str) -> list[Action]:
    """The actions that unlock a contract with these words. Raises BadContractArguments; texts are reference's."""
    contract = CONTRACTS.get(name)
    if contract is None:
        raise BadContractArguments(f"Invalid contract template name [{name}]")
    clause = contract.clauses.get("")
    if clause is None:
        clause = _chosen(name, contract, words, usage)
    if len(words) != clause.count:
        raise BadContractArguments(f"{usage} {clause.usage} [flags]\n")
    return clause.actions(basics, words)


def _chosen(name: str, contract: Contract, words: Words, usage: str) -> Clause:
    if not words:
        raise BadContractArguments(f"{usage} {contract.usage} [flags]\n")
    selector = words[0]
    if selector == contract.ending:
        raise BadContractArguments(f"Clause ending was selected in contract {name}, ending exit\n")
    if selector not in contract.clauses:
        known = ", ".join((*contract.clauses, contract.ending))
        raise BadContractArguments(
            f"selected clause [{selector}] error, contract {name}'s clause must {contract.set_text}{known}]\n"
        )
    return contract.clauses[selector]
