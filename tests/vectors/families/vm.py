"""``vm.json``: programs, their contexts, gas and final stacks."""

from typing import Any

from pybytomd.vm.context import CheckOutput, Context
from pybytomd.vm.errors import BadValue, ProgramError, UnsupportedVM
from pybytomd.vm.programs.disassembler import disassemble
from pybytomd.vm.verification import run
from tests.vectors.registry import Case, family


def unhex(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)


def output_checker(outputs: list[dict[str, Any]]) -> CheckOutput:
    def check(index: int, amount: int, asset_id: bytes, version: int, code: bytes, expansion: bool) -> bool:
        if index >= len(outputs):
            raise BadValue(detail=f"index {index} >= {len(outputs)}")
        output = outputs[index]
        expected = bytes.fromhex(output["code"])
        if output["type"] == "retirement" and expansion:
            expected = code
        return (amount, asset_id.hex(), version, code) == (
            output["amount"],
            output["asset_id"],
            output["vm_version"],
            expected,
        )

    return check


def context_of(case: Case, document: Case) -> Context:
    fields = document["contexts"][case["context"]]
    signature_hash = unhex(fields["tx_sig_hash"])
    outputs = fields["outputs"]
    return Context(
        code=bytes.fromhex(case["program"]),
        arguments=tuple(bytes.fromhex(argument) for argument in case["args"]),
        vm_version=fields["vm_version"],
        entry_id=unhex(fields["entry_id"]) or b"",
        tx_version=fields["tx_version"],
        block_height=fields["block_height"],
        asset_id=unhex(fields["asset_id"]),
        amount=fields["amount"],
        input_position=fields["dest_pos"],
        spent_output_id=unhex(fields["spent_output_id"]),
        signature_hash=None if signature_hash is None else lambda: signature_hash,
        check_output=None if outputs is None else output_checker(outputs),
        shares_signature_hash=False,
    )


@family("vm")
def check_vm(case: Case, document: Case) -> None:
    expected = case["result"]
    frame, failure = run(context_of(case, document), case["gas_limit"])
    if failure is not None:
        assert failure.root == expected["error"]
        if expected.get("error_full"):
            assert str(failure) == expected["error_full"]
        assert failure.gas_left == expected["gas_left"]
    else:
        assert expected["error"] is None
        assert frame.run_limit == expected["gas_left"]
    if not isinstance(failure, UnsupportedVM):
        assert [frame.bytes_of(item).hex() for item in frame.stack] == expected["data_stack"]
        assert [frame.bytes_of(item).hex() for item in frame.alt_stack] == expected["alt_stack"]
    if case.get("disassembly") is not None:
        assert disassemble(bytes.fromhex(case["program"])) == case["disassembly"]
    elif "disassembly_error" in case:
        try:
            disassemble(bytes.fromhex(case["program"]))
        except ProgramError as error:
            assert error.root == case["disassembly_error"]
        else:
            raise AssertionError("the program should not disassemble")
