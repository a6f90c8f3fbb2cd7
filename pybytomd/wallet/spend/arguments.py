"""Arguments for contracts, as clients give them with an action.

Source: vm-and-validation reference, section 5.2; ``AddContractArgs`` in ``blockchain/txbuilder/txbuilder.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import DecodeError
from pybytomd.vm.numbers import encode_bool, encode_int
from pybytomd.wallet.spend.errors import ArgumentError, BadArgumentType
from pybytomd.wallet.spend.witness import (
    DataWitness,
    Signatures,
    WitnessComponent,
    key_paths,
    read_path,
    read_xpub,
)

ReadArgument = Callable[[JsonValue], WitnessComponent]
"""Makes a part of a witness from the ``raw_data`` of an argument. Raises DecodeError."""


@dataclass(frozen=True, slots=True)
class ContractArgument:
    """One argument, not yet looked into. ``is_given`` tells whether there is any ``raw_data``, be it null."""

    type: str
    raw_data: JsonValue = None
    is_given: bool = True


def read_arguments(fields: Fields, name: str) -> tuple[ContractArgument, ...] | None:
    """The arguments of an action; None when absent or null, which is not the same as none. Raises DecodeError."""
    items = fields.items(name, "[]txbuilder.ContractArgument")
    if items is None:
        return None
    arguments = []
    for item in items:
        if item is not None and not isinstance(item, Mapping):
            raise fields.mismatch(name, item, "txbuilder.ContractArgument")
        inner = Fields(item, "ContractArgument", path=f"{name}.")
        given = isinstance(item, Mapping) and any(key.lower() == "raw_data" for key in item)
        arguments.append(ContractArgument(inner.text("type"), inner.value("raw_data"), given))
    return tuple(arguments)


def argument_components(
    arguments: Iterable[ContractArgument], types: Mapping[str, ReadArgument]
) -> list[WitnessComponent]:
    """The parts of a witness that arguments stand for, of these types. Raises BadArgumentType, ArgumentError."""
    components = []
    for argument in arguments:
        reader = types.get(argument.type)
        if reader is None:
            raise BadArgumentType
        if not argument.is_given:
            raise ArgumentError("unexpected end of JSON input")
        try:
            components.append(reader(argument.raw_data))
        except DecodeError as error:
            raise ArgumentError(str(error)) from error
    return components


def _signature(value: JsonValue) -> WitnessComponent:
    fields = Fields(value, "RawTxSigArgument", go_type="txbuilder.RawTxSigArgument")
    path = read_path(fields, "derivation_path") or ()
    return Signatures(1, key_paths([read_xpub(fields, "xpub")], path))


def _data(value: JsonValue) -> WitnessComponent:
    return DataWitness(Fields(value, "DataArgument", go_type="txbuilder.DataArgument").hex_bytes("value") or b"")


def _text(value: JsonValue) -> WitnessComponent:
    return DataWitness(Fields(value, "StrArgument", go_type="txbuilder.StrArgument").text("value").encode())


def _integer(value: JsonValue) -> WitnessComponent:
    return DataWitness(
        encode_int(Fields(value, "IntegerArgument", go_type="txbuilder.IntegerArgument").integer("value", "int64"))
    )


def _boolean(value: JsonValue) -> WitnessComponent:
    return DataWitness(encode_bool(Fields(value, "BoolArgument", go_type="txbuilder.BoolArgument").flag("value")))


ARGUMENT_TYPES: Mapping[str, ReadArgument] = {
    "raw_tx_signature": _signature,
    "data": _data,
    "string": _text,
    "integer": _integer,
    "boolean": _boolean,
}
"""Every type of argument on 1.x, and how its ``raw_data`` is read."""
