"""``bytom2_address.json`` and ``bytom2_program_class.json``: addresses, which program is which, builders."""

from pybytomd.errors import DecodeError
from pybytomd.ledger.bytom2.params import NETWORKS
from pybytomd.ledger.entries import is_retirement
from pybytomd.vm.bytom2 import standard
from pybytomd.vm.bytom2.address import address_of_program, decode_address
from pybytomd.vm.bytom2.contracts import (
    call_program,
    called_contract,
    contract_hash,
    register_program,
    registered_contract,
)
from pybytomd.vm.instructions import push_int
from pybytomd.vm.programs.builders import multisig_program
from tests.vectors.registry import Case, family


@family("bytom2_address")
def check_bytom2_address(case: Case, _document: Case) -> None:
    prefix = NETWORKS[case["network"]].address_prefix
    if case["op"] == "encode":
        program = bytes.fromhex(case["control_program"])
        assert address_of_program(program, prefix) == case["address"]
        if "type" in case:
            assert standard.is_p2wpkh(program) == (case["type"] == "p2wpkh")
            assert standard.is_p2wsh(program) == (case["type"] == "p2wsh")
            assert program[2:].hex() == case["witness_program"]
        return
    try:
        address = decode_address(case["address"], prefix)
    except DecodeError as error:
        assert str(error) == case["error"]
        return
    assert case["error"] is None
    assert str(address) == case["canonical"]
    assert address.hash.hex() == case["witness_program"]
    assert address_of_program(address.control_program, prefix) == case["canonical"]


def check_class(case: Case) -> None:
    program = bytes.fromhex(case["program"])
    assert standard.is_p2wpkh(program) == case["is_p2wpkh"]
    assert standard.is_p2wsh(program) == case["is_p2wsh"]
    assert standard.is_straightforward(program) == case["is_straightforward"]
    assert standard.is_standard(program) == case["is_p2w"]
    assert is_retirement(program) == case["is_unspendable"]
    contract, called = registered_contract(program), called_contract(program)
    assert (contract is not None) == case["is_bcrp_register"]
    assert (called is not None) == case["is_bcrp_call"]
    assert (contract.hex() if contract is not None else None) == case.get("contract")
    assert (called.hex() if called is not None else None) == case.get("contract_hash")
    registered = [bytes.fromhex(text) for text in case["contracts"]]
    contracts = {contract_hash(one): one for one in registered}
    assert standard.executed_program(program, contracts.get).hex() == case["executed"]
    assert standard.height_limit(program) == case["restrict_height"]


@family("bytom2_program_class")
def check_bytom2_program_class(case: Case, _document: Case) -> None:
    if case["op"] == "class":
        check_class(case)
    elif "multisig_program" in case:
        program = multisig_program([bytes.fromhex(case["pubkey"])], 1, case["height"])
        assert program.hex() == case["multisig_program"]
        assert standard.height_limit(program) == case["restrict_height"]
    elif "contract" in case:
        contract = bytes.fromhex(case["contract"])
        assert register_program(contract).hex() == case["register_program"]
        assert call_program(contract_hash(contract)).hex() == case["call_program"]
        assert contract_hash(contract).hex() == case["contract_hash"]
    else:
        assert push_int(case["number"]).hex() == case["push"]
