"""``address.json`` and ``program_class.json``: addresses, and which program is which."""

from pybytomd.errors import DecodeError
from pybytomd.ledger.entries import is_retirement
from pybytomd.ledger.networks.params import net_params
from pybytomd.vm.programs import standard
from pybytomd.vm.programs.address import address_of_program, decode_address
from tests.vectors.registry import Case, family


@family("address")
def check_address(case: Case, _document: Case) -> None:
    prefix = net_params(case["network"]).address_prefix
    if case["op"] == "encode":
        assert address_of_program(bytes.fromhex(case["control_program"]), prefix) == case["address"]
        return
    try:
        address = decode_address(case["address"], prefix)
    except DecodeError as error:
        assert str(error) == case["error"]
        return
    assert case["error"] is None
    assert str(address) == case["canonical"]
    assert address.control_program.hex() == case["control_program"]
    assert address.hash.hex() == case["witness_program"]
    assert ("p2wpkh" if address.is_key_hash else "p2wsh") == case["type"]


@family("program_class")
def check_program_class(case: Case, _document: Case) -> None:
    program = bytes.fromhex(case["program"])
    assert standard.is_p2wpkh(program) == case["is_p2wpkh"]
    assert standard.is_p2wsh(program) == case["is_p2wsh"]
    assert standard.is_straightforward(program) == case["is_straightforward"]
    assert standard.is_standard(program) == case["is_p2w"]
    assert is_retirement(program) == case["is_unspendable"]
    if "expanded" in case or "expand_error" in case:
        expected = case.get("expanded") or case["program"]
        assert standard.executed_program(program).hex() == expected
