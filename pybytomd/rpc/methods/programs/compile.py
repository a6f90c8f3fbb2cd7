"""Contracts in Equity to programs. Source: rpc-and-cli reference, section 4.8; equity reference, section 13."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pybytomd.codec.hextext import decode_hex
from pybytomd.codec.json.gofields import TypeMismatch, kind_of, number_text, whole_number
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.equity.compiler import compile_source
from pybytomd.equity.errors import CompileError, InstantiationError
from pybytomd.equity.instantiation import Argument, instantiate
from pybytomd.equity.source.syntax import Clause, Contract, Parameter
from pybytomd.errors import DecodeError, RequestError
from pybytomd.rpc.api import Api
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.field_types import Mismatch, Schema, Text
from pybytomd.rpc.schema.registry import method
from pybytomd.rpc.schema.replies import OMIT_EMPTY
from pybytomd.vm.programs.disassembler import disassemble


class CompileFailed(RequestError):
    """The contract does not compile; the context says why."""

    message = "compile contract failed"
    code = "BTM300"


class InstantiationFailed(RequestError):
    """The arguments do not fit the contract; the context says why."""

    message = "instantiate contract failed"
    code = "BTM301"


def _read_flag(value: JsonValue, mismatch: Mismatch) -> Argument:
    if not isinstance(value, bool):
        raise mismatch(kind_of(value), "bool")
    return value


def _read_number(value: JsonValue, mismatch: Mismatch) -> Argument:
    number = whole_number(value, "int64")
    if number is None:
        raise mismatch(number_text(value) or kind_of(value), "int64")
    return number


def _read_bytes(value: JsonValue, mismatch: Mismatch) -> Argument:
    if not isinstance(value, str):
        raise mismatch(kind_of(value), "*json.HexBytes")
    return decode_hex(value)


ARGUMENT_FORMS = (("boolean", _read_flag, False), ("integer", _read_number, 0), ("string", _read_bytes, b""))
"""How an argument can be written, in the order in which they are looked for, and what null means."""


def _read_argument(value: JsonValue, mismatch: Mismatch) -> Argument:
    if value is not None and not isinstance(value, Mapping):
        raise mismatch(kind_of(value), "map[string]json.RawMessage")
    members = value or {}
    for name, read, nothing in ARGUMENT_FORMS:
        if name in members:
            return nothing if members[name] is None else read(members[name], mismatch)
    raise DecodeError("contract arg must define one of boolean, integer, string")


@dataclass(frozen=True, slots=True)
class ArgumentsKind:
    """Arguments of a contract, one object each."""

    go_type: str = "[]compiler.ContractArg"

    def read(self, value: JsonValue, mismatch: Mismatch) -> object:
        """See ``Kind``. What is wrong with an argument is reported at once, before what was found earlier."""
        if not isinstance(value, list):
            raise mismatch(kind_of(value), self.go_type)
        try:
            return tuple([_read_argument(item, mismatch) for item in value])
        except TypeMismatch as error:
            raise DecodeError(str(error)) from None

    def schema(self) -> Schema:
        """See ``Kind``."""
        shapes: dict[str, Schema] = {
            "boolean": {"type": "boolean", "description": "The argument, if it is a Boolean"},
            "integer": {"type": "integer", "description": "The argument, if it is an Integer or an Amount"},
            "string": {"type": "string", "description": "The argument in hex, if it is anything else"},
        }
        argument = {
            "title": "CompileArgument",
            "type": "object",
            "description": "An argument of a contract, written as its type wants it.",
            "properties": shapes,
        }
        return {"type": "array", "items": argument}


@dataclass(frozen=True, slots=True)
class CompileRequest:
    """A source, and arguments if the program of its last contract is wanted."""

    GO_NAME: ClassVar[str] = "api.compileReq"
    contract: Text = ""
    args: Annotated[tuple[Argument, ...] | None, ArgumentsKind()] = None


@dataclass(frozen=True, slots=True)
class ParameterReply:
    """A parameter, and what its use says about its type."""

    name: str
    type: str
    inferred_type: str = field(default="", metadata=OMIT_EMPTY)


@dataclass(frozen=True, slots=True)
class HashCallReply:
    """A hash function and what is hashed."""

    hash_type: str
    arg: str
    arg_type: str


@dataclass(frozen=True, slots=True)
class ValueReply:
    """A value that is locked by a program, or set free."""

    name: str
    program: str = field(metadata=OMIT_EMPTY)
    asset: str = field(metadata=OMIT_EMPTY)
    amount: str = field(metadata=OMIT_EMPTY)


@dataclass(frozen=True, slots=True)
class ClauseReply:
    """What a clause takes and does."""

    name: str
    params: Sequence[ParameterReply] = field(metadata=OMIT_EMPTY)
    blockheight: Sequence[str] = field(metadata=OMIT_EMPTY)
    hash_calls: Sequence[HashCallReply] = field(metadata=OMIT_EMPTY)
    values: Sequence[ValueReply] | None
    contracts: Sequence[str] = field(metadata=OMIT_EMPTY)

    @classmethod
    def of(cls, clause: Clause) -> ClauseReply:
        """What is told of a clause."""
        return cls(
            name=clause.name,
            params=[ParameterReply(p.name, p.type.value, p.inferred_type.value) for p in clause.parameters],
            blockheight=clause.heights,
            hash_calls=[HashCallReply(c.function, c.argument, c.argument_type.value) for c in clause.hash_calls],
            values=[ValueReply("", value.program, value.asset, value.amount) for value in clause.values] or None,
            contracts=clause.contracts,
        )


@dataclass(frozen=True, slots=True)
class CompileReply:
    """The last contract of a source; ``program`` is its body, or with arguments what can lock values."""

    name: str
    source: str
    program: bytes
    params: Sequence[ParameterReply] | None
    value: str
    clause_info: Sequence[ClauseReply]
    opcodes: str
    error: str = ""


def _parameter(parameter: Parameter) -> ParameterReply:
    """A parameter of the contract. Quirk: here an inferred type takes the place of the declared one."""
    return ParameterReply(parameter.name, (parameter.inferred_type or parameter.type).value)


def compile_contract(request: CompileRequest) -> CompileReply:
    """Compile a source and describe its last contract. Raises CompileFailed or InstantiationFailed."""
    try:
        contract: Contract = compile_source(request.contract)[-1]
        program, opcodes = contract.body, contract.opcodes
        if request.args is not None:
            program = instantiate(contract, request.args)
            opcodes = disassemble(program)
    except CompileError as error:
        raise CompileFailed.because(str(error)) from None
    except InstantiationError as error:
        raise InstantiationFailed.because(str(error)) from None
    return CompileReply(
        name=contract.name,
        source=request.contract,
        program=program,
        params=[_parameter(parameter) for parameter in contract.parameters] or None,
        value=f"{contract.amount} of {contract.asset}",
        clause_info=[ClauseReply.of(clause) for clause in contract.clauses],
        opcodes=opcodes,
    )


@method("compile", role=Role.READ, reads=True)
async def compile_equity(api: Api, request: CompileRequest) -> CompileReply:  # noqa: ARG001 - as all methods
    """Compile a contract written in Equity, and with arguments make a program of it."""
    return await asyncio.to_thread(compile_contract, request)
