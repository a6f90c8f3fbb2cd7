"""``bytom2_vm_asm.json``: assembler and disassembler of Bytom 2."""

from pybytomd.vm.bytom2.text import assemble, disassemble
from tests.vectors.families.vm_asm import text_or_error
from tests.vectors.registry import Case, family


@family("bytom2_vm_asm")
def check_bytom2_vm_asm(case: Case, _document: Case) -> None:
    if case["op"] == "assemble":
        assert text_or_error(lambda: assemble(case["text"]).hex()) == (case.get("program"), case["error"])
        return
    text, error = text_or_error(lambda: disassemble(bytes.fromhex(case["program"])))
    assert (text, error) == (case["text"], case["error"])
    if text is not None and ("reassembled" in case or "reassemble_error" in case):
        again, error = text_or_error(lambda: assemble(text).hex())
        assert (again, error) == (case.get("reassembled"), case.get("reassemble_error"))
