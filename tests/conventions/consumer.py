"""A program that builds on the package as others may (see its docstring), for type checkers and to be run.

It shows a transaction, which is given in hex: its id and the programs of its outputs.
"""

import sys

import pybytomd
from pybytomd.errors import DecodeError
from pybytomd.ledger.transaction import Transaction
from pybytomd.vm.programs.disassembler import disassemble


def shown(text: str) -> list[str]:
    """Lines about a transaction."""
    transaction = Transaction.from_hex(text)
    programs = [disassemble(output.control_program) for output in transaction.outputs]
    return [transaction.id.hex(), *programs]


def main(arguments: list[str]) -> int:
    """Show transactions; the exit status."""
    print(f"pybytomd {pybytomd.__version__}")
    for text in arguments:
        try:
            print(*shown(text), sep="\n")
        except DecodeError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
