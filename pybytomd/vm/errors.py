"""The ways a program can fail. Source: vm-and-validation reference, section 1.12."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from pybytomd.errors import VMError


class ProgramError(VMError):
    """A program failed.

    ``detail`` is what the reference puts before the message for a few kinds; ``gas_left`` what was left of the
    limit when it happened. The long text, with the program taken apart, is made only when somebody reads it.
    """

    def __init__(self, root: str | None = None, *, context: tuple[str, ...] = (), detail: str = "") -> None:
        super().__init__(root, context=context)
        self.detail = detail
        self.gas_left = 0
        self._program: bytes | None = None
        self._arguments: tuple[bytes, ...] = ()
        self._listing: Callable[[bytes], str] = bytes.hex

    def in_program(self, program: bytes, arguments: tuple[bytes, ...], listing: Callable[[bytes], str]) -> None:
        """Remember the outermost program that failed and what it was given; ``listing`` takes it apart to read."""
        self._program = program
        self._arguments = arguments
        self._listing = listing

    def __str__(self) -> str:
        text = f"{self.detail}: {self.root}" if self.detail else self.root
        if self._program is not None:
            arguments = " ".join(argument.hex() for argument in self._arguments)
            listing = self._listing(self._program)
            text = f"{text} [prog {self._program.hex()} = {listing}; args {arguments}]: {text}"
        return ": ".join((*self.context, text))


class AltStackUnderflow(ProgramError):
    """Something was taken from an empty alt stack."""

    message: ClassVar[str] = "alt stack underflow"
    name: ClassVar[str] = "ErrAltStackUnderflow"
    code: ClassVar[str] = "BTM760"


class BadValue(ProgramError):
    """A value an instruction cannot work with."""

    message: ClassVar[str] = "bad value"
    name: ClassVar[str] = "ErrBadValue"
    code: ClassVar[str] = "BTM761"


class WrongContext(ProgramError):
    """An instruction asks for something that does not exist here."""

    message: ClassVar[str] = "wrong context"
    name: ClassVar[str] = "ErrContext"
    code: ClassVar[str] = "BTM762"


class DataStackUnderflow(ProgramError):
    """More was taken from the data stack than it holds."""

    message: ClassVar[str] = "data stack underflow"
    name: ClassVar[str] = "ErrDataStackUnderflow"
    code: ClassVar[str] = "BTM763"


class DisallowedOpcode(ProgramError):
    """An opcode reserved for later, in a transaction of version 1."""

    message: ClassVar[str] = "disallowed opcode"
    name: ClassVar[str] = "ErrDisallowedOpcode"
    code: ClassVar[str] = "BTM764"


class DivisionByZero(ProgramError):
    """DIV or MOD by zero."""

    message: ClassVar[str] = "division by zero"
    name: ClassVar[str] = "ErrDivZero"
    code: ClassVar[str] = "BTM765"


class FalseResult(ProgramError):
    """The program ended without a true value on top."""

    message: ClassVar[str] = "false VM result"
    name: ClassVar[str] = "ErrFalseVMResult"
    code: ClassVar[str] = "BTM766"


class NumberOutOfRange(ProgramError):
    """A result does not fit in 64 bits."""

    message: ClassVar[str] = "range error"
    name: ClassVar[str] = "ErrRange"
    code: ClassVar[str] = "BTM768"


class ReturnExecuted(ProgramError):
    """FAIL was executed."""

    message: ClassVar[str] = "RETURN executed"
    name: ClassVar[str] = "ErrReturn"
    code: ClassVar[str] = "BTM769"


class RunLimitExceeded(ProgramError):
    """The gas was not enough."""

    message: ClassVar[str] = "run limit exceeded"
    name: ClassVar[str] = "ErrRunLimitExceeded"
    code: ClassVar[str] = "BTM770"


class ShortProgram(ProgramError):
    """The program ends inside an instruction."""

    message: ClassVar[str] = "unexpected end of program"
    name: ClassVar[str] = "ErrShortProgram"
    code: ClassVar[str] = "BTM771"


class BadToken(ProgramError):
    """Assembler text that is no instruction."""

    message: ClassVar[str] = "unrecognized token"
    name: ClassVar[str] = "ErrToken"
    code: ClassVar[str] = "BTM772"


class UnsupportedVM(ProgramError):
    """A VM version other than 1."""

    message: ClassVar[str] = "unsupported VM"
    name: ClassVar[str] = "ErrUnsupportedVM"
    code: ClassVar[str] = "BTM774"


class VerifyFailed(ProgramError):
    """VERIFY, or an instruction that includes it, met false."""

    message: ClassVar[str] = "VERIFY failed"
    name: ClassVar[str] = "ErrVerifyFailed"
    code: ClassVar[str] = "BTM775"


class LengthOverflow(ProgramError):
    """A length so large that the position after it does not fit in 32 bits."""

    message: ClassVar[str] = "arithmetic overflow"
    name: ClassVar[str] = "checked.ErrOverflow"


class BadProgramValue(ProgramError):
    """A program cannot be built from these values. Quirk: shares its text, not its API code, with BadValue."""

    message: ClassVar[str] = "bad value"
    name: ClassVar[str] = "vmutil.ErrBadValue"


class AssemblyError(ProgramError):
    """Assembler text that is not a program; the text says where."""
