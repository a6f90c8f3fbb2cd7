"""Programs of contracts and arguments."""

from __future__ import annotations

import pytest

from pybytomd.equity.errors import InstantiationError
from pybytomd.equity.instantiation import Argument, instantiate
from pybytomd.vm.programs.disassembler import disassemble
from tests.unit.equity.sources import compiled, with_statements

TAKES_ALL = compiled(
    with_statements(
        "verify f && n > 0 lock q of a with p verify sha3(s) == h verify checkTxSig(y, g) verify size(l) > 0",
        "a: Asset, q: Amount, f: Boolean, h: Hash, n: Integer, p: Program, y: PublicKey, s: String, l: List",
        "g: Signature",
    )
)
ARGUMENTS: tuple[Argument, ...] = (b"\xaa", 16, True, b"\xbb", -1, b"\x05", b"\xcc", b"", 17)


def test_arguments_are_pushed_from_the_last_to_the_first() -> None:
    program = instantiate(TAKES_ALL, ARGUMENTS)
    pushes = "0x11 FALSE 0xcc 0x05 0xffffffffffffffff 0xbb 0x01 0x10 0xaa"
    assert disassemble(program) == f"{pushes} DEPTH 0x{TAKES_ALL.body.hex()} FALSE CHECKPREDICATE"
    assert program.hex().startswith("01110001cc010508ffffffffffffffff01bb516001aa74")


def test_a_recursive_contract_finds_its_body_on_the_stack() -> None:
    contract = compiled(with_statements("lock v of k with T(x)"))
    expected = f"0x03 0x{contract.body.hex()} DEPTH OVER FALSE CHECKPREDICATE"
    assert disassemble(instantiate(contract, [3])) == expected


@pytest.mark.parametrize(
    ("index", "argument", "wanted"),
    [
        (0, 1, "string"),
        (1, b"\x01", "integer"),
        (1, True, "integer"),
        (2, 1, "boolean"),
        (3, False, "string"),
        (4, True, "integer"),
        (5, 0, "string"),
        (6, 1, "string"),
        (7, True, "string"),
    ],
)
def test_arguments_of_another_type(index: int, argument: Argument, wanted: str) -> None:
    arguments = [*ARGUMENTS[:index], argument, *ARGUMENTS[index + 1 :]]
    with pytest.raises(InstantiationError) as caught:
        instantiate(TAKES_ALL, arguments)
    assert str(caught.value) == f"type mismatch in arg {index} (want {wanted})"


@pytest.mark.parametrize("argument", [True, 5, b"\x01"])
def test_a_list_takes_anything(argument: Argument) -> None:
    assert instantiate(TAKES_ALL, [*ARGUMENTS[:-1], argument])


@pytest.mark.parametrize("arguments", [(), ARGUMENTS[1:], (*ARGUMENTS, 1)])
def test_another_number_of_arguments(arguments: tuple[Argument, ...]) -> None:
    with pytest.raises(InstantiationError, match=rf"^got {len(arguments)} argument\(s\), want 9$"):
        instantiate(TAKES_ALL, arguments)
