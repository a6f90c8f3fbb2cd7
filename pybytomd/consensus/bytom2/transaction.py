"""The rules for one transaction of Bytom 2 in the context of a block.

The reference walks a graph of entries and remembers which it has seen. A decoded transaction always makes the same
graph - inputs, one mux, results - so the walk is written out here: balance, then the inputs in order, whose
programs all run on the gas that was bought, then storage, then what a vote has to be. Any error makes the
transaction invalid: there is none that failed and is in a block.
Source: bytom2-ledger-and-consensus reference, section 3.2; ``protocol/validation/tx.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from pybytomd.consensus.bytom2.gas import GasState
from pybytomd.consensus.bytom2.transaction_errors import (
    BadVoteKey,
    DoubleSpentInput,
    VoteTooSmall,
    WrongVoteAsset,
)
from pybytomd.consensus.bytom2.transaction_memory import TransactionMemory
from pybytomd.consensus.errors import (
    AmountOverflow,
    CoinbaseArbitraryOversize,
    EmptyResults,
    MismatchedAssetId,
    MismatchedReference,
    MissingField,
    WrongCoinbaseAsset,
    WrongCoinbaseTransaction,
)
from pybytomd.consensus.transactions.balance import Balance, bring_in, check_balanced, pay_out
from pybytomd.consensus.transactions.block_context import BlockContext
from pybytomd.crypto import ed25519
from pybytomd.crypto.hashes import sha3_256
from pybytomd.errors import BytomError
from pybytomd.ledger.asset import compute_asset_id
from pybytomd.ledger.bytom2.constants import MIN_VOTE_AMOUNT, VOTE_SIZE
from pybytomd.ledger.bytom2.inputs import SpendInput, TxInput, TxOutput, VetoInput
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.ledger.constants import BTM_ASSET_ID, COINBASE_ARBITRARY_LIMIT, MAX_AMOUNT
from pybytomd.ledger.creation import CoinbaseInput, IssuanceInput
from pybytomd.ledger.entries import is_retirement
from pybytomd.ledger.value import Value
from pybytomd.vm.bytom2.context import Context, SharedBuffer
from pybytomd.vm.bytom2.standard import FindContract, executed_program
from pybytomd.vm.bytom2.verification import VM_VERSION, verify
from pybytomd.vm.errors import BadValue
from pybytomd.vm.frame import ITEM_COST
from pybytomd.vm.programs.key_hash import spend_key_hash


class TransactionVerdict(Value):
    """What validation found. With an ``error`` the transaction may be in no block, and ``gas`` says nothing."""

    __match_args__ = ("gas", "error", "writes_over_true", "outgrows_its_bytes")
    __slots__ = __match_args__

    def __init__(
        self,
        gas: GasState,
        error: BytomError | None = None,
        writes_over_true: bool = False,
        outgrows_its_bytes: bool = False,
    ) -> None:
        self.gas = gas
        self.error = error
        self.writes_over_true = writes_over_true
        """Whether a program wrote over the boolean true (see ``vm.shared_memory``).

        In a node of the reference that holds for every transaction judged at the same time or later.
        """
        self.outgrows_its_bytes = outgrows_its_bytes
        """Whether a program appended more than there was room for in the bytes that the transaction was judged in.

        When it is not so, the verdict is the same wherever those bytes lie. When it is, a transaction judged alone
        may get another verdict in a block, where there is room behind, and may change that of one after it.
        """


def validate_transaction(
    tx: Transaction,
    block: BlockContext,
    find_contract: FindContract,
    *,
    leads_block: bool = False,
    memory: TransactionMemory | None = None,
) -> TransactionVerdict:
    """Judge a transaction. ``leads_block`` tells that it is the block's first, which may have a coinbase input.

    ``find_contract`` looks into the table of contracts registered on the main chain as it is stored. ``memory`` is
    where the transaction lies in a block; without it, it is judged as one that came alone.
    Never raises for what is wrong with the transaction. What spent outputs exist is not looked at: see ``utxo``.
    """
    validation = Validation(tx, block, find_contract, leads_block, memory)
    error: BytomError | None = None
    try:
        block.check_version(tx.version)
        block.check_time_range(tx.time_range)
        check_inputs_differ(tx)
        validation.run()
    except BytomError as broken:
        error = broken
    return validation.verdict(error)


def check_inputs_differ(tx: Transaction) -> None:
    """No two inputs are equal. Raises DoubleSpentInput."""
    input_ids = tx.ids.input_ids
    if len(input_ids) > 1 and len(set(input_ids)) < len(input_ids):
        raise DoubleSpentInput


class Validation:
    """One walk over a transaction. ``gas`` is the account it fills in."""

    __slots__ = ("_block", "_find_contract", "_leads_block", "_memory", "_tx", "gas")

    def __init__(
        self,
        tx: Transaction,
        block: BlockContext,
        find_contract: FindContract,
        leads_block: bool,
        memory: TransactionMemory | None,
    ) -> None:
        self._tx = tx
        self._block = block
        self._find_contract = find_contract
        self.gas = GasState()
        self._leads_block = leads_block
        self._memory = memory
        """Set at the latest when a program needs the transaction's bytes as memory it can write to."""

    def verdict(self, error: BytomError | None) -> TransactionVerdict:
        """What was found, given the rule that is broken."""
        if self._memory is None:
            return TransactionVerdict(self.gas, error)
        shared = self._memory.shared
        return TransactionVerdict(self.gas, error, shared.true_written, shared.outgrown)

    def run(self) -> None:
        """Walk. Raises the error of the first rule that is broken."""
        if not self._tx.outputs and self._tx.version == 1:
            raise EmptyResults
        for position, output in enumerate(self._tx.outputs):
            try:
                self._check_result(position, output)
            except BytomError as error:
                error.within(f"checking result {position}")
                raise

    def _check_result(self, position: int, output: TxOutput) -> None:
        """An output. Its source is the mux, which is checked with the first.

        Quirk: what is retired is no vote here, whatever its type says; see ``IsUnspendable`` in ``types/map.go``.
        """
        vote = output.vote
        if vote is None or is_retirement(output.control_program):
            if position == 0:
                is_retired = is_retirement(output.control_program)
                self._check_source("checking retirement source" if is_retired else "checking output source")
            return
        if len(vote) != VOTE_SIZE:
            raise BadVoteKey
        if position == 0:
            self._check_source("checking vote output source")
        if output.amount < MIN_VOTE_AMOUNT:
            raise VoteTooSmall
        if output.asset_id != BTM_ASSET_ID:
            raise WrongVoteAsset

    def _check_source(self, where: str) -> None:
        try:
            self._check_mux()
        except BytomError as error:
            error.within("checking value source").within(where)
            raise

    def _check_mux(self) -> None:
        self._balance()
        for position, tx_input in enumerate(self._tx.inputs):
            try:
                self._check_input(position, tx_input)
            except BytomError as error:
                error.within("checking value source").within(f"checking mux source {position}")
                raise
        self.gas.pay_storage()

    def _balance(self) -> None:
        """As much goes out as came in, of every asset; the BTM left over buys gas."""
        balance: Balance = {}
        for position, tx_input in enumerate(self._tx.inputs):
            asset_id, amount = self._value_in(tx_input)
            if amount > MAX_AMOUNT:
                raise AmountOverflow.because(f"amount {amount} exceeds maximum value 2^63")
            bring_in(balance, position, asset_id, amount)
        for position, output in enumerate(self._tx.outputs):
            pay_out(balance, position, output.asset_id, output.amount)
        for asset_id, total in balance.items():
            if asset_id == BTM_ASSET_ID:
                self.gas.buy(total, self._tx.serialized_size)
            else:
                check_balanced(asset_id, total)

    def _value_in(self, tx_input: TxInput) -> tuple[bytes, int]:
        """Asset id and amount of an input."""
        if isinstance(tx_input, CoinbaseInput):
            return BTM_ASSET_ID, self._tx.minted_amount
        return tx_input.asset_id, tx_input.amount

    def _check_input(self, position: int, tx_input: TxInput) -> None:
        if isinstance(tx_input, SpendInput):
            self._run(position, tx_input, tx_input.control_program, tx_input.state_data)
        elif isinstance(tx_input, IssuanceInput):
            self._check_asset_id(position, tx_input)
            self._run(position, tx_input, tx_input.issuance_program, ())
        elif isinstance(tx_input, VetoInput):
            if len(tx_input.vote) != VOTE_SIZE:
                raise BadVoteKey
            self._run(position, tx_input, tx_input.control_program, tx_input.state_data)
        else:
            self._check_coinbase(position, tx_input)

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

    def _check_coinbase(self, position: int, coinbase: CoinbaseInput) -> None:
        """A coinbase input stands first, in a block's first transaction."""
        if not self._leads_block:
            raise WrongCoinbaseTransaction
        inputs = self._tx.inputs
        if any(isinstance(later, CoinbaseInput) for later in inputs[position + 1 :]):
            raise MissingField.because("missing value on value destination")  # the reference crashes on it
        if self._value_in(inputs[0])[0] != BTM_ASSET_ID:
            raise WrongCoinbaseAsset
        if len(coinbase.arbitrary) > COINBASE_ARBITRARY_LIMIT:
            raise CoinbaseArbitraryOversize
        if position != 0:
            entries = self._tx.ids.input_ids
            raise MismatchedReference(
                context=(
                    "checking coinbase destination",
                    f"value destination for {entries[position].hex()} has disagreeing source {entries[0].hex()}",
                )
            )
        self.gas.storage_gas = 0

    def _run(
        self,
        position: int,
        tx_input: SpendInput | VetoInput | IssuanceInput,
        program: bytes,
        state_data: tuple[bytes, ...],
    ) -> None:
        """Run the program that guards an input, on the gas that is left, and account for it."""
        tx, memory = self._tx, self._memory
        arguments = tx_input.arguments
        true_is_spoilt = False
        if memory is not None:
            program, arguments = memory.program(position), memory.arguments(position)
            state_data = memory.state_data(position)
            true_is_spoilt = memory.shared.true_is_spoilt
        entry = tx.ids.input_ids[position]

        def signature_hash() -> bytes:
            return sha3_256(entry + tx.ids.transaction_id)

        if tx_input.vm_version == VM_VERSION and not true_is_spoilt:
            gas_limit = self.gas.gas_left
            if state_data:
                gas_limit -= sum([ITEM_COST + len(item) for item in state_data])
            quick_gas_left = spend_key_hash(program, arguments, gas_limit, signature_hash, ed25519.verify_strictly)
            if quick_gas_left is not None:
                self.gas.use(quick_gas_left)
                return
        code = executed_program(program, self._find_contract)

        def shared_buffer() -> SharedBuffer:
            if self._memory is None:
                self._memory = TransactionMemory(tx.raw)
            return self._memory.shared_with(position, runs_as_is=code == program)

        is_veto = isinstance(tx_input, VetoInput)  # Quirk: a veto cannot ask what it takes back (vmcontext.go)
        context = Context(
            code,
            arguments,
            tx_input.vm_version,
            entry,
            tx.version,
            self._block.height,
            None if is_veto else tx_input.asset_id,
            None if is_veto else tx_input.amount,
            None if is_veto else position,
            None if is_veto else tx.ids.prevout_ids[position],
            signature_hash,
            None,
            shared_buffer,
            True,
            true_is_spoilt,
            state_data,
            self._check_output,
        )
        try:
            gas_left = verify(context, self.gas.gas_left)
        except BytomError as error:
            is_issuance = isinstance(tx_input, IssuanceInput)
            error.within("checking issuance program" if is_issuance else "checking control program")
            raise
        self.gas.use(gas_left)

    def _check_output(
        self,
        index: int,
        amount: int,
        asset_id: bytes,
        vm_version: int,
        program: bytes,
        state: Sequence[bytes] | None,
        expansion_reserved: bool,
    ) -> bool:
        """Whether an output is as described. Raises BadValue for one that does not exist.

        Quirk: a retirement is described by VM version 0 and an empty program, or by any program at all where
        expansion opcodes are reserved; and by state data that is empty, which is another thing than the none of an
        output that has none (``vmcontext.go``).
        """
        outputs = self._tx.outputs
        if index >= len(outputs):
            raise BadValue(detail=f"index {index} >= {len(outputs)}")
        output = outputs[index]
        if (output.amount, output.asset_id) != (amount, asset_id):
            return False
        if is_retirement(output.control_program):
            return vm_version == 0 and (expansion_reserved or not program) and state is not None and not state
        memory = self._memory
        actual = output.control_program if memory is None else memory.output_program(index)
        carried = output.state_data if memory is None else memory.output_state_data(index)
        if (output.vm_version, actual) != (vm_version, program):
            return False
        return state is None if not carried else state is not None and carried == tuple(state)
