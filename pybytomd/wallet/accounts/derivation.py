"""Control programs and addresses derived from root keys. Source: wallet-and-keys reference, section 4.4."""

from __future__ import annotations

from pybytomd.crypto.chainkd import derive_public_keys
from pybytomd.crypto.hashes import ripemd160, sha3_256
from pybytomd.vm.programs.address import Address, decode_address
from pybytomd.vm.programs.builders import multisig_program
from pybytomd.wallet.accounts.account_records import Account, ControlProgram
from pybytomd.wallet.accounts.signers import Signer
from pybytomd.wallet.forms import Network


def public_keys(signer: Signer, change: bool, index: int) -> list[bytes]:
    """The public keys that an address of an account is made from. Raises UnknownDerivation, NotOnCurve."""
    return derive_public_keys(signer.xpubs, signer.account_path(change, index))


def multisig_script(signer: Signer, change: bool, index: int) -> bytes:
    """The script behind an address of an account of several keys.

    Raises UnknownDerivation, NotOnCurve, and BadProgramValue for a quorum that cannot be.
    """
    return multisig_program(public_keys(signer, change, index), signer.quorum)


def derive_program(account: Account, index: int, change: bool, params: Network) -> ControlProgram:
    """The control program and address at an index of an account: of a single key, or of a script of several.

    Raises UnknownDerivation, NotOnCurve, and BadProgramValue for a quorum that cannot be.
    """
    signer = account.signer
    if len(signer.xpubs) == 1:
        digest = ripemd160(public_keys(signer, change, index)[0])
    else:
        digest = sha3_256(multisig_script(signer, change, index))
    address = Address(digest, params.address_prefix)
    return ControlProgram(account.id, str(address), index, address.control_program, change)


def program_of_address(address: str, params: Network) -> bytes:
    """The control program that pays to an address of this network. Raises DecodeError."""
    return decode_address(address, params.address_prefix).control_program
