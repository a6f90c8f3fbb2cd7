"""``vm_asm.json``: assembler and disassembler."""

from collections.abc import Callable

from pybytomd.errors import BytomError
from pybytomd.vm.programs.assembler import assemble
from pybytomd.vm.programs.disassembler import disassemble
from tests.vectors.registry import Case, family


def text_or_error(function: Callable[[], str]) -> tuple[str | None, str | None]:
    try:
        return function(), None
    except BytomError as error:
        return None, str(error)


@family("vm_asm")
def check_vm_asm(case: Case, _document: Case) -> None:
    if case["op"] == "assemble":
        result = text_or_error(lambda: assemble(case["text"]).hex())
        assert result == (case.get("program"), case["error"])
        return
    text, error = text_or_error(lambda: disassemble(bytes.fromhex(case["program"])))
    assert (text, error) == (case.get("text"), case["error"])
    if text is not None and "reassembled" in case:
        again = text_or_error(lambda: assemble(text).hex())
        assert again == (case["reassembled"], case.get("reassemble_error"))
