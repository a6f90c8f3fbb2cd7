"""What a transaction does, in words, from its bytes alone. Assets but BTM are told by whole ids, in units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pybytomd.cli.own.offline.change import own_outputs
from pybytomd.cli.own.offline.document import Document, Draft
from pybytomd.cli.own.offline.signatures import is_complete, progress
from pybytomd.cli.own.payments.assets import BTM
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import ConfigError
from pybytomd.ledger.constants import BTM_ASSET_ID
from pybytomd.ledger.entries import is_retirement
from pybytomd.ledger.inputs import IssuanceInput, SpendInput
from pybytomd.vm.programs.address import address_of_program


@dataclass(frozen=True, slots=True)
class Movement:
    """An input or output. ``verb`` is spend, issue, pay, return or destroy.

    ``address`` is empty where there is none.
    """

    verb: str
    asset_id: bytes
    amount: int
    program: bytes
    address: str

    @property
    def sentence(self) -> str:
        """The movement in words."""
        what = show_amount(self.asset_id, self.amount)
        if self.verb == "destroy":
            return f"{'Destroy':<9}{what}, for good"
        if self.verb == "issue":
            return f"{'Issue':<9}{what}"
        joint = "from" if self.verb == "spend" else "to"
        whose = ", which is of the keys that pay" if self.verb == "return" else ""
        where = self.address or f"the program {self.program.hex()}"
        return f"{self.verb.capitalize():<9}{what} {joint} {where}{whose}"

    @property
    def value(self) -> dict[str, JsonValue]:
        """The movement for programs."""
        return {
            "type": self.verb,
            "asset_id": self.asset_id.hex(),
            "amount": self.amount,
            "address": self.address,
            "program": self.program.hex(),
        }


def show_amount(asset_id: bytes, amount: int) -> str:
    """An amount in BTM, or in units of another asset."""
    return BTM.show(amount) if asset_id == BTM_ASSET_ID else f"{amount} units of the asset {asset_id.hex()}"


def movements(draft: Draft, prefix: str) -> Iterator[Movement]:
    """Inputs, then outputs. Raises ConfigError for what has no known meaning."""
    own = own_outputs(draft)
    for one in draft.transaction.inputs:
        if isinstance(one, SpendInput):
            address = address_of_program(one.control_program, prefix)
            yield Movement("spend", one.asset_id, one.amount, one.control_program, address)
        elif isinstance(one, IssuanceInput):
            yield Movement("issue", one.asset_id, one.amount, one.issuance_program, "")
        else:
            raise ConfigError("the transaction has an input that no payment has; nobody should sign it")
    for output in draft.transaction.outputs:
        if output.asset_id is None:
            raise ConfigError("the transaction has an output of an unknown kind; nobody should sign it")
        program = output.control_program
        verb = "destroy" if is_retirement(program) else "return" if program in own else "pay"
        yield Movement(verb, output.asset_id, output.amount, program, address_of_program(program, prefix))


def lines(document: Document) -> Iterator[str]:
    """All of a document, in words."""
    count = len(document.drafts)
    for number, draft in enumerate(document.drafts, 1):
        yield f"Transaction {draft.transaction.id.hex()}" + (f", {number} of {count}" if count > 1 else "")
        for movement in movements(draft, document.prefix):
            yield f"  {movement.sentence}"
        yield f"  {'Fee':<9}{BTM.show(draft.transaction.btm_left)}"
        if draft.transaction.time_range:
            yield f"  {'Until':<9}block {draft.transaction.time_range}, and not later"
        for one in progress(draft):
            yield f"  {'Signed':<9}{min(one.made, one.wanted)} of {one.wanted} for input {one.position}"
        for position in sorted(set(range(len(draft.transaction.inputs))) - _told(draft)):
            yield f"  {'Signed':<9}nobody knows: the file does not say who must sign for input {position}"


def _told(draft: Draft) -> set[int]:
    return {one.position for one in draft.instructions}


def values(document: Document) -> list[JsonValue]:
    """All of a document, for programs."""
    return [_value(draft, document.prefix) for draft in document.drafts]


def _value(draft: Draft, prefix: str) -> JsonValue:
    return {
        "tx_id": draft.transaction.id.hex(),
        "movements": [movement.value for movement in movements(draft, prefix)],
        "fee": draft.transaction.btm_left,
        "time_range": draft.transaction.time_range,
        "signatures": [{"input": one.position, "made": one.made, "wanted": one.wanted} for one in progress(draft)],
        "sign_complete": is_complete(draft),
    }
