"""``equity.json``: the compiler of contracts, and what the API says of them."""

from pybytomd.equity.code.shifts import clause_shifts
from pybytomd.equity.compiler import compile_source
from pybytomd.equity.errors import CompileError, InstantiationError
from pybytomd.equity.instantiation import instantiate
from pybytomd.equity.source.syntax import Contract
from pybytomd.rpc.methods.programs.compile import CompileFailed, CompileRequest, compile_contract
from pybytomd.rpc.schema.replies import to_json
from pybytomd.rpc.schema.requests import read_struct
from pybytomd.vm.programs.disassembler import disassemble
from tests.vectors.registry import Case, family, refused


def check_bodies(contracts: list[Contract], case: Case) -> None:
    expected = [*case.get("other_contracts", []), case]
    assert len(contracts) == len(expected)
    for contract, described in zip(contracts, expected, strict=True):
        assert contract.body.hex() == described["body_bytecode"]
        assert contract.opcodes == described["body_opcodes"]
        assert contract.name == described["name"] or described is case
        if "recursive" in described:
            assert contract.recursive == described["recursive"]


def check_answer(case: Case) -> None:
    reply = to_json(compile_contract(CompileRequest(case["source"])))
    assert isinstance(reply, dict)
    assert (reply["source"], reply["error"]) == (case["source"], "")
    assert reply["program"] == case["body_bytecode"]
    assert reply["params"] == case["api_params"]
    assert reply["value"] == case["api_value"]
    assert reply["clause_info"] == case["api_clause_info"]


@family("equity")
def check_equity(case: Case, _document: Case) -> None:
    if "error" in case:
        with refused(CompileError) as refusal:
            compile_source(case["source"])
        assert str(refusal.error) == case["error"]
        with refused(CompileFailed) as refusal:
            compile_contract(CompileRequest(case["source"]))
        assert str(refusal.error) == f"{case['error']}: compile contract failed"
        return
    contracts = compile_source(case["source"])
    check_bodies(contracts, case)
    if "shift" in case:
        assert clause_shifts(contracts[-1]) == case["shift"]
    if "api_clause_info" in case:
        check_answer(case)
    if "args" not in case:
        return
    arguments = read_struct(CompileRequest, {"args": case["args"]}, "").args
    assert arguments is not None
    if "inst_error" in case:
        with refused(InstantiationError) as refusal:
            instantiate(contracts[-1], arguments)
        assert str(refusal.error) == case["inst_error"]
        return
    program = instantiate(contracts[-1], arguments)
    assert program.hex() == case["program"]
    assert disassemble(program) == case["program_opcodes"]
