"""The short way through P2WPKH programs gives what the machine gives, or gives way to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pybytomd.crypto import ed25519
from pybytomd.crypto.hashes import ripemd160
from pybytomd.vm.context import Context
from pybytomd.vm.programs.builders import p2wpkh_program
from pybytomd.vm.programs.key_hash import GAS_NEEDED, spend_key_hash
from pybytomd.vm.programs.standard import executed_program
from pybytomd.vm.verification import run

MESSAGE = bytes(range(32))
PRIVATE_KEY = ed25519.private_key_from_seed(bytes(32))
PUBLIC_KEY = PRIVATE_KEY[32:]
SIGNATURE = ed25519.sign(PRIVATE_KEY, MESSAGE)
PROGRAM = p2wpkh_program(ripemd160(PUBLIC_KEY))


def by_machine(program: bytes, arguments: tuple[bytes, ...], gas_limit: int, tx_version: int = 1) -> int | None:
    """Gas left by the machine, None when the program fails."""
    context = Context(executed_program(program), arguments, tx_version=tx_version, signature_hash=lambda: MESSAGE)
    frame, failure = run(context, gas_limit)
    return frame.run_limit if failure is None else None


def test_every_gas_limit_up_to_more_than_enough() -> None:
    arguments = (SIGNATURE, PUBLIC_KEY)
    for gas_limit in range(GAS_NEEDED + 200):
        expected = by_machine(PROGRAM, arguments, gas_limit)
        assert spend_key_hash(PROGRAM, arguments, gas_limit, lambda: MESSAGE) == expected


@given(st.integers(0, (1 << 63) - 1), st.integers(0, 3))
def test_any_gas_limit_and_version(gas_limit: int, tx_version: int) -> None:
    arguments = (SIGNATURE, PUBLIC_KEY)
    expected = by_machine(PROGRAM, arguments, gas_limit, tx_version)
    assert spend_key_hash(PROGRAM, arguments, gas_limit, lambda: MESSAGE) == expected


signatures = st.one_of(
    st.just(SIGNATURE),
    st.tuples(st.integers(0, 63), st.integers(1, 255)).map(
        lambda change: (
            SIGNATURE[: change[0]] + bytes((SIGNATURE[change[0]] ^ change[1],)) + SIGNATURE[change[0] + 1 :]
        )
    ),
    st.binary(max_size=70),
)
keys = st.one_of(st.just(PUBLIC_KEY), st.binary(min_size=32, max_size=32), st.binary(max_size=40))
others = st.lists(st.one_of(signatures, keys), max_size=4).map(tuple)
argument_lists = st.one_of(st.tuples(signatures, keys), others)
programs = st.one_of(
    st.just(PROGRAM),
    st.binary(min_size=20, max_size=20).map(p2wpkh_program),
    keys.map(ripemd160).map(p2wpkh_program),
    st.just(b"\x51" + PROGRAM[1:]),
    st.just(PROGRAM[:-1]),
    st.just(b"\x51"),
    st.just(b""),
)


@given(programs, argument_lists, st.integers(GAS_NEEDED - 3, GAS_NEEDED + 3000))
def test_what_is_decided_is_what_the_machine_decides(
    program: bytes, arguments: tuple[bytes, ...], gas_limit: int
) -> None:
    found = spend_key_hash(program, arguments, gas_limit, lambda: MESSAGE)
    if found is not None:
        assert found == by_machine(program, arguments, gas_limit)
    elif program == PROGRAM:  # and here nothing else is given way for
        assert by_machine(program, arguments, gas_limit) is None or len(arguments) != 2


def test_a_signature_with_a_large_s_is_accepted_as_by_the_machine() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    s = int.from_bytes(SIGNATURE[32:], "little") + order
    arguments = (SIGNATURE[:32] + s.to_bytes(32, "little"), PUBLIC_KEY)
    assert spend_key_hash(PROGRAM, arguments, 5000, lambda: MESSAGE) == by_machine(PROGRAM, arguments, 5000)
    assert by_machine(PROGRAM, arguments, 5000) is not None
