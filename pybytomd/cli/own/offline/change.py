"""Which outputs go back to whoever pays, shown by the keys alone: no wallet is asked, and no file believed.

The keys that a file names for an input are those of its program, or else they prove nothing. An output whose
program is made of the same keys, at another address of the same account, can be spent by the same people only. If
inputs are of different keys nothing is said: one of them may be there to make an output look like change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pybytomd.cli.own.offline.document import Draft
from pybytomd.crypto.chainkd import XPub
from pybytomd.crypto.hashes import ripemd160, sha3_256
from pybytomd.errors import BytomError
from pybytomd.ledger.inputs import SpendInput
from pybytomd.vm.programs.builders import multisig_program, p2wpkh_program, p2wsh_program
from pybytomd.wallet.spend.template import SigningInstruction
from pybytomd.wallet.spend.witness import Signatures

BIP44_STEPS = 5
INDEXES = 400
"""Addresses of each branch that are looked at, from the first on; an account with more has change not told."""
SELECTOR_SIZE = 4


@dataclass(frozen=True, slots=True)
class Owner:
    """Keys of an account: so many of these must sign, each along this way, branch and index left out."""

    quorum: int
    xpubs: tuple[XPub, ...]
    path: tuple[bytes, ...]

    def program(self, branch: bytes, index: bytes) -> bytes:
        """The program of an address. Raises BytomError."""
        keys = [xpub.derive((*self.path, branch, index)).public_key for xpub in self.xpubs]
        if len(keys) == 1:
            return p2wpkh_program(ripemd160(keys[0]))
        return p2wsh_program(sha3_256(multisig_program(keys, self.quorum)))

    def programs(self) -> Iterator[bytes]:
        """Programs of the first addresses, those for change before the others."""
        for branch in (1, 0):
            for index in range(1, INDEXES + 1):
                yield self.program(_selector(branch), _selector(index))


def own_outputs(draft: Draft) -> frozenset[bytes]:
    """Programs of outputs that go back to the keys that sign all inputs."""
    wanted = {output.control_program for output in draft.transaction.outputs}
    found: set[bytes] = set()
    try:
        owners = {_owner(draft, position) for position in range(len(draft.transaction.inputs))}
        if len(owners) != 1 or (owner := owners.pop()) is None:
            return frozenset()
        for program in owner.programs():
            if program in wanted:
                found.add(program)
                if len(found) == len(wanted):
                    break
    except BytomError:  # keys that are none: then they are nobody's
        return frozenset()
    return frozenset(found)


def _owner(draft: Draft, position: int) -> Owner | None:
    """Whose an input is, if the keys that are named for it do make its program. Raises BytomError."""
    spent = draft.transaction.inputs[position]
    instruction = next((one for one in draft.instructions if one.position == position), None)
    if instruction is None or not isinstance(spent, SpendInput):
        return None
    named = _named(instruction)
    if named is None:
        return None
    owner, branch, index = named
    return owner if owner.program(branch, index) == spent.control_program else None


def _named(instruction: SigningInstruction) -> tuple[Owner, bytes, bytes] | None:
    """The keys that an instruction names, with branch and index of the address."""
    signatures = [one for one in instruction.components if isinstance(one, Signatures)]
    keys = signatures[0].keys if len(signatures) == 1 else None
    paths = {key.path for key in keys or ()}
    path = paths.pop() if len(paths) == 1 else None
    if not keys or path is None or len(path) != BIP44_STEPS:
        return None
    return Owner(signatures[0].quorum, tuple(key.xpub for key in keys), path[:-2]), path[-2], path[-1]


def _selector(number: int) -> bytes:
    return number.to_bytes(SELECTOR_SIZE, "little")
