"""Arguments as they are typed."""

import pytest

from pybytomd.equity.arguments import read_arguments
from pybytomd.equity.errors import ArgumentTextError
from pybytomd.equity.instantiation import Argument
from pybytomd.equity.source.syntax import Contract, Parameter
from pybytomd.equity.tables import NAMED_TYPES


def read(type_: str, text: str) -> Argument | None:
    contract = Contract("T", (Parameter("p", NAMED_TYPES[type_]),), "v", "k", ())
    (argument,) = read_arguments(contract, [text, "passed over"])
    return argument


@pytest.mark.parametrize(
    ("type_", "text", "argument"),
    [
        ("Boolean", "true", True),
        ("Boolean", "0", False),
        ("Amount", "007", 7),
        ("Amount", "9223372036854775807", 2**63 - 1),
        ("Amount", "9223372036854775808", -(2**63)),
        ("Integer", "-9223372036854775808", -(2**63)),
        ("Integer", "+3", 3),
        ("Integer", "-" + "0" * 5000 + "1", -1),
        ("Hash", "aB" * 32, b"\xab" * 32),
        ("Program", "", b""),
        ("String", "hi é", "hi é".encode()),
        ("String", "\udcff", b"\xff"),
        ("List", "anything", None),
        ("Predicate", "", None),
    ],
)
def test_texts(type_: str, text: str, argument: Argument | None) -> None:
    assert read(type_, text) == argument


@pytest.mark.parametrize(
    ("type_", "text", "what"),
    [
        ("Boolean", "yes", "mismatch Boolean argument"),
        ("Amount", "-1", 'strconv.ParseUint: parsing "-1": invalid syntax'),
        ("Amount", "9223372036854775809", "the Amount argument exceeds max int64"),
        (
            "Amount",
            "18446744073709551616",
            'strconv.ParseUint: parsing "18446744073709551616": value out of range',
        ),
        ("Integer", "", 'strconv.ParseInt: parsing "": invalid syntax'),
        ("Integer", "9x", 'strconv.ParseInt: parsing "9x": invalid syntax'),
        ("Integer", "1_0", 'strconv.ParseInt: parsing "1_0": invalid syntax'),
        ("Integer", "9" * 5000, f'strconv.ParseInt: parsing "{"9" * 5000}": value out of range'),
        ("Asset", "ab", "mismatch length for Asset/Hash/PublicKey argument"),
        ("PublicKey", "zz" * 32, "encoding/hex: invalid byte: U+007A 'z'"),
        ("Program", "abc", "encoding/hex: odd length hex string"),
    ],
)
def test_what_stands_for_nothing(type_: str, text: str, what: str) -> None:
    with pytest.raises(ArgumentTextError) as error:
        read(type_, text)
    assert str(error.value) == what
