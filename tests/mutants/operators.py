"""The faults that are tried, each as a text to put in the place of another.

Left out are texts, annotations, and what goes to the log.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "//"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "//"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "&"),
    ast.Pow: ("**", "*"),
}
SWAPPED_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
GUARDS = {"strict", "slots", "frozen"}
"""Keywords that only refuse what never happens."""
LOGS = {"log", "logger", "_log", "LOG", "LOGGER"}
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: ``source[start:end]`` becomes ``text``, all in bytes of UTF-8."""

    path: str
    source: bytes
    start: int
    end: int
    text: bytes
    line: int
    function: Span | None
    """Lines of the body of the outermost function it is in; None if it acts when the module is imported."""
    scope: bytes
    """The top-level statement it is in: its result holds as long as this is as it was."""
    scope_start: int

    @property
    def mutated(self) -> bytes:
        """The whole module with the fault."""
        return self.source[: self.start] + self.text + self.source[self.end :]

    @property
    def key(self) -> str:
        """Names the fault until the statement around it changes."""
        place = f"{self.path}:{self.start - self.scope_start}:{self.end - self.start}:".encode()
        return sha256(place + self.text + b"\0" + self.scope).hexdigest()[:20]

    @property
    def change(self) -> tuple[str, str]:
        """The lines it touches, before and after, without the white space around them."""
        first = self.source.rfind(b"\n", 0, self.start) + 1
        last = self.source.find(b"\n", self.end)
        before = self.source[first:last]
        after = self.source[first : self.start] + self.text + self.source[self.end : last]
        return _flat(before), _flat(after)


def _flat(lines: bytes) -> str:
    return "\n".join(line.strip() for line in lines.decode().splitlines())


class _Finder(ast.NodeVisitor):
    """Walks a module and keeps every replacement that still is Python."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.found: list[tuple[Span, str, int, Span | None]] = []
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._function: Span | None = None

    def span(self, node: ast.expr | ast.stmt) -> Span:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return (
            self._lines[node.lineno - 1] + node.col_offset,
            self._lines[node.end_lineno - 1] + node.end_col_offset,
        )

    def text(self, node: ast.expr | ast.stmt) -> str:
        start, end = self.span(node)
        return self.source[start:end].decode()

    def replace(self, node: ast.expr | ast.stmt, text: str) -> None:
        self.found.append((self.span(node), text, node.lineno, self._function))

    def between(self, left: ast.expr, right: ast.expr, old: str, new: str) -> None:
        """Replace the operator that stands between two expressions."""
        start, end = self.span(left)[1], self.span(right)[0]
        gap = self.source[start:end].decode()
        pattern = re.escape(old).replace(r"\ ", r"\s+")
        self.found.append(((start, end), re.sub(pattern, new, gap, count=1), left.lineno, self._function))

    # Where the walk goes

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for outside in [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults]:
            if outside is not None:
                self.visit(outside)
        outermost = self._function is None
        if outermost:
            self._function = (node.body[0].lineno, node.end_lineno or node.lineno)
        for statement in node.body:
            self.visit(statement)
        if outermost:
            self._function = None

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]  # noqa: N815 - the name is ast's

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in [*node.decorator_list, *node.keywords, *node.body]:
            self.visit(part)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assignment(node, [node.target])
            self.visit(node.value)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant) or self._logs(node.value):
            return
        if self._function is not None and not isinstance(node.value, ast.Yield | ast.YieldFrom):
            self.replace(node, "pass")
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        if self.text(node.test) != "TYPE_CHECKING":
            self._force(node.test)
            self.generic_visit(node)

    # What is put wrong

    def visit_Compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
            self.between(left, right, *COMPARISONS[type(operator)])
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if type(node.op) in ARITHMETIC:
            self.between(node.left, node.right, *ARITHMETIC[type(node.op)])
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if type(node.op) in ARITHMETIC:
            old, new = ARITHMETIC[type(node.op)]
            self.between(node.target, node.value, f"{old}=", f"{new}=")
        self.replace(node, "pass")
        self.visit(node.value)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        word = " and " if isinstance(node.op, ast.And) else " or "
        for left_out in node.values:
            self.replace(node, word.join(f"({self.text(one)})" for one in node.values if one is not left_out))
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        self.replace(node, f"({self.text(node.operand)})")
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._force(node.test)
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        self.replace(node.test, "False")
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for test in node.ifs:
            self._force(test)
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        self.replace(node.iter, "()")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self.replace(node, repr(not value))
        elif isinstance(value, int):
            self.replace(node, repr(value + 1))
            if value > 0:
                self.replace(node, repr(value - 1))
        elif isinstance(value, bytes):
            self.replace(node, repr(value[:-1] if value else b"\0"))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """A text, left alone."""

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            if not (isinstance(node.value, ast.Constant) and not node.value.value):
                self.replace(node, "return None")
            self.visit(node.value)

    def visit_Raise(self, node: ast.Raise) -> None:
        self.replace(node, "pass")

    def visit_Assert(self, node: ast.Assert) -> None:
        """Says something to the type checker."""

    def visit_Delete(self, node: ast.Delete) -> None:
        self.replace(node, "pass")

    def visit_Break(self, node: ast.Break) -> None:
        self.replace(node, "continue")

    def visit_Continue(self, node: ast.Continue) -> None:
        self.replace(node, "break")

    def visit_Assign(self, node: ast.Assign) -> None:
        self._assignment(node, node.targets)
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.replace(node.type, "()")
        for statement in node.body:
            self.visit(statement)

    def visit_Call(self, node: ast.Call) -> None:
        if self._logs(node):
            return
        if isinstance(node.func, ast.Name) and node.func.id in SWAPPED_NAMES:
            self.replace(node.func, SWAPPED_NAMES[node.func.id])
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        for keyword in node.keywords:
            if keyword.arg is not None and keyword.arg not in GUARDS and len(arguments) > 1:
                kept = [self.text(one) for one in node.args]
                kept += [
                    f"{one.arg}={self.text(one.value)}" for one in node.keywords if one.arg and one is not keyword
                ]
                kept += [f"**{self.text(one.value)}" for one in node.keywords if one.arg is None]
                self.replace(node, f"{self.text(node.func)}({', '.join(kept)})")
        self.visit(node.func)
        for argument in [*node.args, *(one.value for one in node.keywords if one.arg not in GUARDS)]:
            self.visit(argument)

    def visit_Slice(self, node: ast.Slice) -> None:
        for bound in (node.lower, node.upper):
            if bound is not None:
                self.replace(bound, "")
        self.generic_visit(node)

    def _force(self, test: ast.expr) -> None:
        for text in ("True", "False"):
            if self.text(test) != text:
                self.replace(test, text)

    def _assignment(self, node: ast.stmt, targets: list[ast.expr]) -> None:
        """Forget what changes an object; a local name that is never set is noticed by anything."""
        if self._function is not None and all(isinstance(one, ast.Attribute | ast.Subscript) for one in targets):
            self.replace(node, "pass")

    def _logs(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in LOGS
        )


def mutants(path: str, source: bytes) -> Iterator[Mutant]:
    """Every fault of a module, in the order of its lines."""
    tree = ast.parse(source)
    finder = _Finder(source)
    finder.visit(tree)
    scopes = [(finder.span(node), node) for node in tree.body]
    seen: set[tuple[Span, str]] = set()
    for (start, end), text, line, function in sorted(finder.found, key=lambda one: one[:2]):
        if ((start, end), text) in seen:
            continue
        seen.add(((start, end), text))
        (first, last), _ = next(scope for scope in scopes if start < scope[0][1])
        mutant = Mutant(path, source, start, end, text.encode(), line, function, source[first:last], first)
        if _is_python(mutant.mutated):
            yield mutant


def _is_python(source: bytes) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True
