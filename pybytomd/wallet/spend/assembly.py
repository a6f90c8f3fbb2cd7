"""Putting a transaction together: inputs, outputs, and what to undo if it comes to nothing.

Source: vm-and-validation reference, section 5.4; ``blockchain/txbuilder/builder.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

from pybytomd.ledger.constants import MAX_AMOUNT
from pybytomd.wallet.spend.errors import BadAmount, FieldTooLarge
from pybytomd.wallet.spend.ledgers.forms import SpendingForms
from pybytomd.wallet.spend.template import AnyTemplate, SigningInstruction
from pybytomd.wallet.spend.witness import WitnessComponent

TRANSACTION_VERSION = 1


class TemplateBuilder:
    """A transaction in the making. As a context manager it undoes what was done for it if an error leads out.

    ``expiry`` is when its reservations end, in seconds of ``Clock.monotonic``. ``base`` is a transaction that is
    added to.
    """

    __slots__ = ("_base", "_components", "_forms", "_inputs", "_outputs", "_rollbacks", "_time_range", "expiry")

    def __init__(self, forms: SpendingForms, expiry: float, base: Any | None = None, time_range: int = 0) -> None:
        self._forms = forms
        self.expiry = expiry
        self._base = base
        self._time_range = time_range
        self._inputs: list[Any] = []
        self._components: list[tuple[WitnessComponent, ...]] = []
        self._outputs: list[Any] = []
        self._rollbacks: list[Callable[[], None]] = []

    def add_input(self, tx_input: Any, components: Sequence[WitnessComponent]) -> None:
        """Add an input without arguments, and what its arguments will be made of. Raises BadAmount."""
        _check_amount(tx_input.amount)
        self._inputs.append(tx_input)
        self._components.append(tuple(components))

    def add_output(self, asset_id: bytes, amount: int, control_program: bytes) -> None:
        """Add an ordinary output. Raises BadAmount."""
        self.add(self._forms.output(asset_id, amount, control_program))

    def add(self, output: Any) -> None:
        """Add an output of whatever kind. Raises BadAmount."""
        _check_amount(output.amount)
        self._outputs.append(output)

    def on_rollback(self, undo: Callable[[], None]) -> None:
        """Have something undone if the transaction comes to nothing."""
        self._rollbacks.append(undo)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        while kind is not None and self._rollbacks:
            self._rollbacks.pop()()

    def build(self) -> AnyTemplate[Any]:
        """The template: what the base has comes first, then everything added, in order. Raises FieldTooLarge."""
        base, forms = self._base, self._forms
        time_range = self._time_range or (base.time_range if base else 0)
        if time_range > MAX_AMOUNT:
            raise FieldTooLarge.because("writing transaction maxtime")
        before = base.inputs if base else ()
        outputs = (*(base.outputs if base else ()), *self._outputs)
        inputs = (*before, *self._inputs)
        tx = forms.transaction(base.version if base else TRANSACTION_VERSION, time_range, inputs, outputs)
        instructions = tuple(
            SigningInstruction(position, components)
            for position, components in enumerate(self._components, len(before))
        )
        return forms.template(tx, instructions, forms.fee(tx))


def _check_amount(amount: int) -> None:
    if amount > MAX_AMOUNT:
        raise BadAmount.because(f"amount {amount} exceeds maximum value 2^63")
