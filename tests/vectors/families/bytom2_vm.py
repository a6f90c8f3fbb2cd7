"""``bytom2_vm.json``: programs of Bytom 2, their contexts, gas and final stacks."""

from collections.abc import Sequence
from typing import Any

from pybytomd.vm.bytom2.context import CheckStateOutput, Context
from pybytomd.vm.bytom2.errors import UnexpectedFailure
from pybytomd.vm.bytom2.ops import TABLE
from pybytomd.vm.bytom2.verification import run
from pybytomd.vm.errors import BadValue, ProgramError, UnsupportedVM
from pybytomd.vm.programs.disassembler import disassemble
from tests.vectors.families.vm import unhex
from tests.vectors.registry import Case, family


def output_checker(outputs: list[dict[str, Any]]) -> CheckStateOutput:
    def check(
        index: int,
        amount: int,
        asset_id: bytes,
        version: int,
        code: bytes,
        state: Sequence[bytes] | None,
        expansion: bool,
    ) -> bool:
        if index >= len(outputs):
            raise BadValue(detail=f"index {index} >= {len(outputs)}")
        output = outputs[index]
        is_retirement = output["type"] == "retirement"
        expected_state = [] if is_retirement else output["state_data"]
        return (amount, asset_id.hex(), version, code.hex(), state and [item.hex() for item in state]) == (
            output["amount"],
            output["asset_id"],
            output["vm_version"],
            code.hex() if is_retirement and expansion else output["code"],
            expected_state,
        )

    return check


def context_of(case: Case) -> Context:
    fields = case["context"]
    signature_hash = unhex(fields["tx_sig_hash"])
    outputs = fields["outputs"]
    return Context(
        code=bytes.fromhex(case["program"]),
        arguments=tuple(bytes.fromhex(argument) for argument in case["args"]),
        state_data=tuple(bytes.fromhex(item) for item in fields["state_data"] or ()),
        vm_version=fields["vm_version"],
        entry_id=unhex(fields["entry_id"]) or b"",
        tx_version=fields["tx_version"],
        block_height=fields["block_height"],
        asset_id=unhex(fields["asset_id"]),
        amount=fields["amount"],
        input_position=fields["dest_pos"],
        spent_output_id=unhex(fields["spent_output_id"]),
        signature_hash=None if signature_hash is None else lambda: signature_hash,
        check_state_output=None if outputs is None else output_checker(outputs),
        shares_signature_hash=False,
    )


@family("bytom2_vm")
def check_bytom2_vm(case: Case, _document: Case) -> None:
    expected = case["result"]
    frame, failure = run(context_of(case), case["gas_limit"])
    assert (failure is None) == expected["ok"]
    if failure is None:
        assert frame.run_limit == expected["gas_left"]
    else:
        assert failure.root == expected["error"]
        if expected.get("error_full"):
            assert str(failure) == expected["error_full"]
        assert failure.gas_left == expected["gas_left"]
    assert isinstance(failure, UnexpectedFailure) == expected.get("panic", False)
    if not isinstance(failure, UnsupportedVM | UnexpectedFailure):
        assert [frame.bytes_of(item).hex() for item in frame.stack] == expected["data_stack"]
        assert [frame.bytes_of(item).hex() for item in frame.alt_stack] == expected["alt_stack"]
    if case.get("disassembly") is not None:
        assert disassemble(bytes.fromhex(case["program"]), TABLE.names) == case["disassembly"]
    elif "disassembly_error" in case:
        try:
            disassemble(bytes.fromhex(case["program"]), TABLE.names)
        except ProgramError as error:
            assert error.root == case["disassembly_error"]
        else:
            raise AssertionError("the program should not disassemble")
