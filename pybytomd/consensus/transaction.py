"""The rules for one transaction in the context of a block.

The reference walks a graph of entries and remembers which it has seen. A decoded transaction always makes the same
graph - inputs, one mux, results - so the walk is written out here: balance, programs that pay for gas, storage,
then the other inputs in order. Source: vm-and-validation reference, section 3; ``protocol/validation/tx.go``.
"""

from __future__ import annotations

from pybytomd.consensus.errors import (
    CoinbaseArbitraryOversize,
    EmptyInputIds,
    EmptyResults,
    MismatchedAssetId,
    MismatchedPosition,
    MismatchedReference,
    MissingField,
    NotStandardTransaction,
    WrongCoinbaseAsset,
    WrongCoinbaseTransaction,
)
from pybytomd.consensus.gas import GasState
from pybytomd.consensus.transaction_memory import TransactionMemory
from pybytomd.consensus.transactions.balance import Balance, bring_in, check_balanced, pay_out
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import BytomError
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.constants import (
    BTM_ASSET_ID,
    COINBASE_ARBITRARY_LIMIT,
    RULE_AA_HEIGHT,
    ZERO_HASH,
)
from pybytomd.ledger.entries import is_retirement
from pybytomd.ledger.inputs import CoinbaseInput, IssuanceInput, SpendInput, UnknownInput
from pybytomd.ledger.transaction import Transaction
from pybytomd.ledger.value import Value
from pybytomd.vm.context import Context, SharedBuffer
from pybytomd.vm.errors import BadValue
from pybytomd.vm.programs.key_hash import spend_key_hash
from pybytomd.vm.programs.standard import executed_program, is_standard
from pybytomd.vm.verification import VM_VERSION, verify

VALUE_INPUTS = (SpendInput, IssuanceInput)
"""Inputs that say themselves what they bring in."""


class TransactionVerdict(Value):
    """What validation found. With ``gas.gas_valid`` an ``error`` means: may be in a block, as failed."""

    __match_args__ = ("gas", "error", "writes_over_itself", "writes_over_true", "outgrows_its_bytes")
    __slots__ = __match_args__

    def __init__(
        self,
        gas: GasState,
        error: BytomError | None = None,
        writes_over_itself: bool = False,
        writes_over_true: bool = False,
        outgrows_its_bytes: bool = False,
    ) -> None:
        self.gas = gas
        self.error = error
        self.writes_over_itself = writes_over_itself
        """Whether a program changed what a later one of the same transaction may run on.

        Quirk: the reference runs the programs of BTM inputs in an order that is another in each process (it walks
        a map), so with several of them no two nodes need agree.
        """
        self.writes_over_true = writes_over_true
        """Whether a program wrote over the boolean true (see ``vm.shared_memory``).

        In a node of the reference that holds for every transaction judged at the same time or later.
        """
        self.outgrows_its_bytes = outgrows_its_bytes
        """Whether a program appended more than there was room for in the bytes that the transaction was judged in.

        When it is not so, the verdict is the same wherever those bytes lie. When it is, a transaction judged alone
        may get another verdict in a block, where there is room behind, and may change that of one after it.
        """

    @property
    def failed(self) -> bool:
        """The transaction's status flag, if it may be in a block at all."""
        return self.error is not None


def validate_transaction(
    tx: Transaction, block: BlockContext, *, leads_block: bool = False, memory: TransactionMemory | None = None
) -> TransactionVerdict:
    """Judge a transaction. ``leads_block`` tells that it is the block's first, which may be a coinbase.

    ``memory`` is where it lies in a block; without it the transaction is judged as one that came alone.
    Never raises for what is wrong with the transaction. What spent outputs exist is not looked at: see ``utxo``.
    """
    validation = Validation(tx, block, leads_block, memory)
    error: BytomError | None = None
    try:
        block.check_version(tx.version)
        block.check_time_range(tx.time_range)
        check_standard(tx, block.height, memory)
        validation.run()
    except BytomError as broken:
        error = broken
    return validation.verdict(error)


def check_standard(tx: Transaction, height: int, memory: TransactionMemory | None = None) -> None:
    """Inputs differ, and BTM moves between standard programs. Raises EmptyInputIds or NotStandardTransaction."""
    if height >= RULE_AA_HEIGHT and ZERO_HASH in tx.ids.input_ids:
        raise EmptyInputIds
    for position, tx_input in enumerate(tx.inputs):
        if isinstance(tx_input, SpendInput) and tx_input.asset_id == BTM_ASSET_ID:
            program = tx_input.control_program
            if memory is not None:
                program = memory.program(_last_equal(tx, position))
            if not is_standard(program):
                raise NotStandardTransaction
    for index, output in enumerate(tx.outputs):
        if output.asset_id == BTM_ASSET_ID and not is_retirement(output.control_program):
            program = output.control_program if memory is None else memory.output_program(index)
            if not is_standard(program):
                raise NotStandardTransaction


def _last_equal(tx: Transaction, position: int) -> int:
    """The position of the last input that is equal to one: equal ones share an entry, made of the last."""
    entries = tx.ids.source_ids
    return len(entries) - 1 - entries[::-1].index(entries[position])


class Validation:
    """One walk over a transaction. ``gas`` is the account it fills in."""

    __slots__ = ("_block", "_last_position", "_leads_block", "_memory", "_tx", "gas")

    def __init__(
        self, tx: Transaction, block: BlockContext, leads_block: bool, memory: TransactionMemory | None
    ) -> None:
        self._tx = tx
        self._block = block
        self.gas = GasState()
        self._leads_block = leads_block
        self._memory = memory
        """Set at the latest when a program needs the transaction's bytes as memory it can write to."""
        self._last_position: dict[bytes, int] = {}
        """The position that each entry of an input belongs to. Of equal inputs it is the last."""

    def verdict(self, error: BytomError | None) -> TransactionVerdict:
        """What was found, given the rule that is broken."""
        if self._memory is None:
            return TransactionVerdict(self.gas, error)
        shared = self._memory.shared
        return TransactionVerdict(self.gas, error, shared.written, shared.true_written, shared.outgrown)

    def run(self) -> None:
        """Walk. Raises the error of the first rule that is broken; the account shows how far it came."""
        if not self._tx.outputs:
            if self._tx.version == 1:
                raise EmptyResults
            return
        try:
            self._check_mux()
        except BytomError as error:
            kind = "retirement" if is_retirement(self._tx.outputs[0].control_program) else "output"
            error.within("checking value source").within(f"checking {kind} source").within("checking result 0")
            raise

    def _check_mux(self) -> None:
        tx = self._tx
        self._locate_inputs()
        self._balance()
        ids = tx.ids
        done = set(ids.gas_input_ids)
        for entry in ids.gas_input_ids:
            try:
                self._check_input(entry)
            except BytomError as error:
                error.within("checking gas input")
                raise
        self.gas.pay_storage()
        for position, entry in enumerate(ids.source_ids):
            try:
                if entry not in done:
                    self._check_shared_source(entry)
                    done.add(entry)
                self._check_position(position, entry)
            except BytomError as error:
                error.within(f"checking mux source {position}")
                raise

    def _locate_inputs(self) -> None:
        """Note where each entry is. Raises MissingField for what the reference cannot handle: it crashes there."""
        for position, tx_input in enumerate(self._tx.inputs):
            if isinstance(tx_input, UnknownInput):
                raise MissingField.because("missing ref on value source")
            self._last_position[self._tx.ids.source_ids[position]] = position
        for output in self._tx.outputs:
            if output.asset_id is None:
                raise MissingField.because("missing value on value destination")

    def _balance(self) -> None:
        """As much goes out as came in, of every asset; the BTM left over buys gas."""
        balance: Balance = {}
        for position, (asset_id, amount) in enumerate(self._values_in()):
            bring_in(balance, position, asset_id, amount)
        for position, output in enumerate(self._tx.outputs):
            pay_out(balance, position, output.asset_id or ZERO_HASH, output.amount)
        for asset_id, total in balance.items():
            if asset_id == BTM_ASSET_ID:
                self.gas.buy(total, self._tx.serialized_size)
            else:
                check_balanced(asset_id, total)

    def _values_in(self) -> list[tuple[bytes, int]]:
        """Asset id and amount of each input. Quirk: a coinbase brings in what the first output has, every time."""
        first = self._tx.outputs[0]
        return [
            (tx_input.asset_id, tx_input.amount)
            if isinstance(tx_input, VALUE_INPUTS)
            else (first.asset_id or ZERO_HASH, first.amount)
            for tx_input in self._tx.inputs
        ]

    def _check_shared_source(self, entry: bytes) -> None:
        try:
            self._check_input(entry)
        except BytomError as error:
            error.within("checking value source")
            raise

    def _check_position(self, position: int, entry: bytes) -> None:
        """The entry belongs to this position alone. Raises MismatchedPosition.

        Quirk: a coinbase says it is at position 0, wherever it is.
        """
        owner = self._last_position[entry]
        if isinstance(self._tx.inputs[owner], CoinbaseInput):
            owner = 0
        if owner != position:
            raise MismatchedPosition.because(f"value source position {owner} disagrees with {position}")

    def _check_input(self, entry: bytes) -> None:
        position = self._last_position[entry]
        tx_input = self._tx.inputs[position]
        if isinstance(tx_input, SpendInput):
            self._run(position, entry, tx_input, tx_input.control_program, "checking control program")
        elif isinstance(tx_input, IssuanceInput):
            self._check_asset_id(position, tx_input)
            self._run(position, entry, tx_input, tx_input.issuance_program, "checking issuance program")
        elif isinstance(tx_input, CoinbaseInput):
            self._check_coinbase(entry, tx_input)

    def _check_asset_id(self, position: int, issuance: IssuanceInput) -> None:
        """The program is still the one that the asset id was made of. Raises MismatchedAssetId.

        It was when the transaction was decoded. Since then an append may have written over it.
        """
        if self._memory is None:
            return
        program = self._memory.program(position)
        asset_id = compute_asset_id(program, issuance.vm_version, issuance.asset_definition)
        if asset_id != issuance.asset_id:
            raise MismatchedAssetId.because(
                f"asset ID is {asset_id.hex()}, issuance wants {issuance.asset_id.hex()}"
            )

    def _check_coinbase(self, entry: bytes, coinbase: CoinbaseInput) -> None:
        if not self._leads_block:
            raise WrongCoinbaseTransaction
        sources = self._tx.ids.source_ids
        last = max(p for p, tx_input in enumerate(self._tx.inputs) if isinstance(tx_input, CoinbaseInput))
        if entry != sources[last]:
            raise MissingField.because("missing value on value destination")  # the reference crashes on it
        asset_id, _amount = self._values_in()[0]
        if asset_id != BTM_ASSET_ID:
            raise WrongCoinbaseAsset
        if len(coinbase.arbitrary) > COINBASE_ARBITRARY_LIMIT:
            raise CoinbaseArbitraryOversize
        if sources[0] != entry:
            raise MismatchedReference(
                context=(
                    "checking coinbase destination",
                    f"value destination for {entry.hex()} has disagreeing source {sources[0].hex()}",
                )
            )
        self.gas.storage_gas = 0

    def _run(
        self, position: int, entry: bytes, tx_input: SpendInput | IssuanceInput, program: bytes, where: str
    ) -> None:
        """Run the program that guards an input, on the gas that is left, and account for it."""
        tx, memory = self._tx, self._memory
        arguments = tx_input.arguments
        true_is_spoilt = False
        if memory is not None:
            program, arguments = memory.program(position), memory.arguments(position)
            true_is_spoilt = memory.shared.true_is_spoilt

        def signature_hash() -> bytes:
            return sha3_256(entry + tx.ids.transaction_id)

        if tx_input.vm_version == VM_VERSION and not true_is_spoilt:
            quick_gas_left = spend_key_hash(program, arguments, self.gas.gas_left, signature_hash)
            if quick_gas_left is not None:
                self.gas.use(quick_gas_left)
                return
        code = executed_program(program)

        def shared_buffer() -> SharedBuffer:
            if self._memory is None:
                self._memory = TransactionMemory(tx.raw)
            return self._memory.shared_with(position, runs_as_is=code == program)

        context = Context(
            code,
            arguments,
            tx_input.vm_version,
            entry,
            tx.version,
            self._block.height,
            tx_input.asset_id,
            tx_input.amount,
            position,
            tx.ids.prevout_ids[position],
            signature_hash,
            self._check_output,
            shared_buffer,
            true_is_spoilt=true_is_spoilt,
        )
        try:
            gas_left = verify(context, self.gas.gas_left)
        except BytomError as error:
            error.within(where)
            raise
        self.gas.use(gas_left)

    def _check_output(
        self, index: int, amount: int, asset_id: bytes, vm_version: int, program: bytes, expansion_reserved: bool
    ) -> bool:
        """Whether an output is as described. Raises BadValue for one that does not exist.

        Quirk: a retirement is described by VM version 0 and an empty program, or by any program at all where
        expansion opcodes are reserved.
        """
        outputs = self._tx.outputs
        if index >= len(outputs):
            raise BadValue(detail=f"index {index} >= {len(outputs)}")
        output = outputs[index]
        if (output.amount, output.asset_id) != (amount, asset_id):
            return False
        if is_retirement(output.control_program):
            return vm_version == 0 and (expansion_reserved or not program)
        actual = output.control_program if self._memory is None else self._memory.output_program(index)
        return (output.vm_version, actual) == (vm_version, program)
