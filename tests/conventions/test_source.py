"""How the source is written: sizes, docstrings, tasks, time, names."""

import ast
import re
import subprocess
import sys
from collections import Counter

import pytest

from pybytomd.ledger.networks.chain_kind import ChainKind
from pybytomd.rpc.methods import ON_DEMAND, load_methods
from tests.conventions.source import PACKAGE, ROOT, modules, text

MAX_LINES = 500
MAX_MODULES = 12
"""In one folder: more are given shelves."""
TABLES = {
    "pybytomd/crypto/ed25519_answers.py",
    "pybytomd/ledger/networks/checkpoints.py",
    *(f"pybytomd/client/{name}.py" for name in ("types", "methods", "async_methods")),
}
"""Files that are one table, or written by a program."""
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "stuff"}
LEFT_OPEN = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
MAY_READ_TIME = {"pybytomd/clock.py", "pybytomd/node/console/folded.py", "pybytomd/node/console/logs.py"}
TIME_CALLS = {"time.time", "time.monotonic", "datetime.now", "datetime.utcnow"}
MAY_WRITE_FILES = {
    "pybytomd/files.py",
    "pybytomd/node/home/lock.py",  # who waits for a lock has the file open
    "pybytomd/node/console/logs.py",
    "pybytomd/store/kv/log_tail.py",  # puts back what it cut off
    "pybytomd/store/kv/directory.py",  # a lock as well
}
MAY_START_TASKS = {"pybytomd/tasks.py"}


def public_definitions(tree: ast.Module) -> list[ast.AST]:
    found: list[ast.AST] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith(
            "_"
        ):
            found.append(node)
            if isinstance(node, ast.ClassDef):
                found += [
                    inner
                    for inner in node.body
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
                    and not inner.name.startswith("_")
                    and not any(ast.unparse(d).endswith((".setter", "overload")) for d in inner.decorator_list)
                ]
    return found


def calls(tree: ast.Module) -> list[tuple[int, str]]:
    return [(node.lineno, ast.unparse(node.func)) for node in ast.walk(tree) if isinstance(node, ast.Call)]


def is_overlong(path: str) -> bool:
    return path not in TABLES and len(text(path).splitlines()) > MAX_LINES


def test_files_are_not_long() -> None:
    assert [path for path in modules() if is_overlong(path)] == []


def test_folders_are_not_full() -> None:
    counts = Counter(path.rpartition("/")[0] for path in modules() if not path.endswith("/__init__.py"))
    assert len(counts) > 50
    assert {folder: count for folder, count in counts.items() if count > MAX_MODULES} == {}


def test_everything_public_is_described() -> None:
    missing = [
        f"{path}:{node.lineno} {node.name}"  # type: ignore[attr-defined]
        for path, tree in modules().items()
        for node in public_definitions(tree)
        if not ast.get_docstring(node)  # type: ignore[arg-type]
    ]
    assert missing == []


def test_every_module_is_described() -> None:
    assert [path for path, tree in modules().items() if not ast.get_docstring(tree)] == []


def test_names_of_modules_say_something() -> None:
    assert [path for path in modules() if VAGUE_NAMES & set(path.removesuffix(".py").split("/"))] == []


def test_nothing_is_left_open() -> None:
    assert [path for path in modules() if LEFT_OPEN.search(text(path))] == []


def test_tasks_are_started_in_one_place() -> None:
    raw = [
        f"{path}:{line}"
        for path, tree in modules().items()
        if path not in MAY_START_TASKS
        for line, name in calls(tree)
        if name.rpartition(".")[2] in {"create_task", "ensure_future"}
    ]
    assert raw == []


def test_time_comes_from_a_clock() -> None:
    raw = [
        f"{path}:{line} {name}"
        for path, tree in modules().items()
        if path not in MAY_READ_TIME
        for line, name in calls(tree)
        if name in TIME_CALLS
    ]
    assert raw == []


def writes_a_file(call: ast.Call) -> bool:
    """Whether a call may write a file by itself: an opening for writing, or one of the short ways."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    arguments = [*call.args, *[keyword.value for keyword in call.keywords]]
    texts = [node.value for node in arguments if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return (
        name in {"write_text", "write_bytes", "mkstemp", "NamedTemporaryFile"}
        or (name in {"open", "fdopen"} and any(re.fullmatch(r"[rbt]*[wax+][wax+bt]*", text) for text in texts))
        or (name == "open" and any("O_CREAT" in ast.unparse(argument) for argument in arguments))
    )


def test_files_are_written_whole() -> None:
    """By ``pybytomd.files`` alone. The others write what has to stay the same file, or grows."""
    raw = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path, tree in modules().items()
        if path not in MAY_WRITE_FILES
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and writes_a_file(node)
    ]
    assert raw == []
    assert {path for path in MAY_WRITE_FILES if (PACKAGE.parent / path).exists()} == MAY_WRITE_FILES


@pytest.mark.parametrize(
    ("call", "writes"),
    [
        ('path.write_text("")', True),
        ('path.open("w", encoding="utf-8")', True),
        ('open(path, "xb")', True),
        ('path.open(mode="r+")', True),
        ("os.open(path, os.O_CREAT | os.O_WRONLY)", True),
        ('path.open("rb")', False),
        ('path.open(encoding="utf-8")', False),
        ('databases.open("wallet")', False),
    ],
)
def test_what_counts_as_writing_a_file(call: str, writes: bool) -> None:
    expression = ast.parse(call, mode="eval").body
    assert isinstance(expression, ast.Call)
    assert writes_a_file(expression) == writes


def test_no_error_is_swallowed() -> None:
    """A handler of every exception must do something with it."""
    silent = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and all(isinstance(statement, ast.Pass | ast.Continue) for statement in node.body)
    ]
    assert silent == []


def test_quirks_name_their_source_or_section() -> None:
    """The word is written in one way, so that all quirks can be found."""
    odd = [path for path in modules() if re.search(r"\b(QUIRK|quirk):|Quirk -", text(path))]
    assert odd == []


@pytest.mark.parametrize("word", ["/work/", "/tmp/", "localhost:8000"])
def test_no_path_of_a_developer_s_machine(word: str) -> None:
    assert [path for path in modules() if word in text(path)] == []


def test_the_top_of_the_project_is_as_designed() -> None:
    allowed = {
        "pybytomd", "tests", "pyproject.toml", "README.md", "config.example.toml", "Makefile",
        "LICENSE",
    }  # fmt: skip
    generated = {"build", "dist", "bench.json"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert {name for name in found - allowed - generated if not name.endswith(".egg-info")} == set()
    assert PACKAGE.is_dir()


ENGINE = (
    "chain.chain", "chain.index", "consensus.block", "consensus.header", "consensus.transaction",
    "mining.proposer", "store.block_store", "sync.manager", "sync.messages", "sync.synchroniser",
    "vm.verification",
)  # fmt: skip
"""Parts of the engine of 1.x."""
NEVER_NEEDED = {
    "aiohttp", "async_upnp_client", "html.entities", "numpy", "pyarrow", "python_socks", "rich", "segno",
    "zeroconf",
}  # fmt: skip
"""Each takes a tenth of a second or half a megabyte or more, and is imported when it is wanted."""


def loaded(kind: ChainKind, *modules: str) -> set[str]:
    """What a node of this kind has imported when it is up."""
    script = (
        f"import sys, pybytomd.cli.bytomd, pybytomd.node.run, {', '.join(modules)}\n"
        "from pybytomd.ledger.networks.chain_kind import ChainKind\n"
        "from pybytomd.rpc.methods import MethodTable\n"
        f"MethodTable(kind=ChainKind.{kind.name})\n"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return set(done.stdout.split())


def of(found: set[str], *packages: str) -> set[str]:
    return {name for name in found if f"{name}.".startswith(tuple(f"pybytomd.{one}." for one in packages))}


def test_a_node_starts_without_what_it_may_never_need() -> None:
    found = loaded(ChainKind.BYTOM1, "pybytomd.node.family.bytom1", "pybytomd.node.wallet_factory")
    assert NEVER_NEEDED & found == set()
    assert of(found, "chain.archive", "equity", "indexing", "parquet", "testing", "tracing") == set()
    assert of(found, *(f"rpc.methods.{name}" for name in ON_DEMAND)) == set()
    assert of(found, "rpc.pages.openapi", "rpc.schema.examples", "rpc.schema.meanings.by_class") == set()
    assert {name for name in found if "bytom2" in name} <= {"pybytomd.rpc.methods.bytom2"}


def test_a_node_of_bytom_2_loads_no_engine_of_1_x() -> None:
    found = loaded(ChainKind.BYTOM2, "pybytomd.node.family.bytom2")
    assert "pybytomd.chain.bytom2.chain" in found
    assert NEVER_NEEDED & found == set()
    assert of(found, "node.family.bytom1", *ENGINE) == set()


def test_the_table_of_methods_has_all_of_each_module_that_is_imported_on_demand() -> None:
    found: dict[str, set[str]] = {}
    for method in load_methods().values():
        found.setdefault(method.call.__module__.removeprefix("pybytomd.rpc.methods."), set()).add(method.name)
    assert {name: set(names.split()) for name, names in ON_DEMAND.items()} == {
        name: found[name] for name in ON_DEMAND
    }
