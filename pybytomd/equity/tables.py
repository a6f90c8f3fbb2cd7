"""The words of the language: types, keywords, operators, built-in functions.

Source: equity reference, sections 3 to 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """What a value is. ``NONE`` is the type of what has none, and stands for any type where one is asked for."""

    NONE = ""
    AMOUNT = "Amount"
    ASSET = "Asset"
    BOOLEAN = "Boolean"
    CONTRACT = "Contract"
    HASH = "Hash"
    INTEGER = "Integer"
    LIST = "List"
    PREDICATE = "Predicate"
    PROGRAM = "Program"
    PUBLIC_KEY = "PublicKey"
    SIGNATURE = "Signature"
    STRING = "String"
    SHA3_OF_STRING = "Sha3(String)"
    SHA3_OF_PUBLIC_KEY = "Sha3(PublicKey)"
    SHA256_OF_STRING = "Sha256(String)"
    SHA256_OF_PUBLIC_KEY = "Sha256(PublicKey)"


HASH_SUBTYPES: Mapping[tuple[str, Type], Type] = {
    ("sha3", Type.STRING): Type.SHA3_OF_STRING,
    ("sha3", Type.PUBLIC_KEY): Type.SHA3_OF_PUBLIC_KEY,
    ("sha256", Type.STRING): Type.SHA256_OF_STRING,
    ("sha256", Type.PUBLIC_KEY): Type.SHA256_OF_PUBLIC_KEY,
}
"""What a hash function makes of an argument of these types; of others, a plain ``Hash``."""

SUBTYPES = frozenset(HASH_SUBTYPES.values())

NAMED_TYPES: Mapping[str, Type] = {
    type_.value: type_ for type_ in Type if type_ not in SUBTYPES | {Type.NONE, Type.CONTRACT}
}
"""What a declaration can say. Quirk: List and Predicate, of which no value can be made, are among them."""

NUMBERS = frozenset((Type.INTEGER, Type.AMOUNT))

KEYWORDS = (
    "contract", "clause", "verify", "locks", "of", "lock", "with", "unlock", "if", "else", "define", "assign",
    "true", "false",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BinaryOperator:
    """What stands between two operands. Operators of higher precedence bind tighter."""

    symbol: str
    precedence: int
    opcodes: str
    operands: Type
    result: Type


@dataclass(frozen=True, slots=True)
class UnaryOperator:
    """What stands before an operand."""

    symbol: str
    opcodes: str
    operand: Type
    result: Type


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function of the language."""

    name: str
    opcodes: str
    parameters: tuple[Type, ...]
    result: Type


BINARY_OPERATORS: Mapping[str, BinaryOperator] = {
    operator.symbol: operator
    for operator in (
        BinaryOperator("||", 1, "BOOLOR", Type.BOOLEAN, Type.BOOLEAN),
        BinaryOperator("&&", 2, "BOOLAND", Type.BOOLEAN, Type.BOOLEAN),
        BinaryOperator(">", 3, "GREATERTHAN", Type.INTEGER, Type.BOOLEAN),
        BinaryOperator("<", 3, "LESSTHAN", Type.INTEGER, Type.BOOLEAN),
        BinaryOperator(">=", 3, "GREATERTHANOREQUAL", Type.INTEGER, Type.BOOLEAN),
        BinaryOperator("<=", 3, "LESSTHANOREQUAL", Type.INTEGER, Type.BOOLEAN),
        BinaryOperator("==", 3, "EQUAL", Type.NONE, Type.BOOLEAN),
        BinaryOperator("!=", 3, "EQUAL NOT", Type.NONE, Type.BOOLEAN),
        BinaryOperator("^", 4, "XOR", Type.NONE, Type.NONE),
        BinaryOperator("|", 4, "OR", Type.NONE, Type.NONE),
        BinaryOperator("+", 4, "ADD", Type.INTEGER, Type.INTEGER),
        BinaryOperator("-", 4, "SUB", Type.INTEGER, Type.INTEGER),
        BinaryOperator("&", 5, "AND", Type.NONE, Type.NONE),
        BinaryOperator("<<", 5, "LSHIFT", Type.INTEGER, Type.INTEGER),
        BinaryOperator(">>", 5, "RSHIFT", Type.INTEGER, Type.INTEGER),
        BinaryOperator("%", 5, "MOD", Type.INTEGER, Type.INTEGER),
        BinaryOperator("*", 5, "MUL", Type.INTEGER, Type.INTEGER),
        BinaryOperator("/", 5, "DIV", Type.INTEGER, Type.INTEGER),
    )
}
EQUALITIES = frozenset(("==", "!="))

UNARY_OPERATORS: Mapping[str, UnaryOperator] = {
    operator.symbol: operator
    for operator in (
        UnaryOperator("-", "NEGATE", Type.INTEGER, Type.INTEGER),
        UnaryOperator("!", "NOT", Type.BOOLEAN, Type.BOOLEAN),
        UnaryOperator("~", "INVERT", Type.NONE, Type.NONE),
    )
}

CHECK_MULTISIG = "checkTxMultiSig"
"""The one function with an order of its own."""
HEIGHT_CHECKS = frozenset(("below", "above"))
HASHES = frozenset(("sha3", "sha256"))

BUILTINS: Mapping[str, Builtin] = {
    builtin.name: builtin
    for builtin in (
        Builtin("sha3", "SHA3", (Type.NONE,), Type.HASH),
        Builtin("sha256", "SHA256", (Type.NONE,), Type.HASH),
        Builtin("size", "SIZE SWAP DROP", (Type.NONE,), Type.INTEGER),
        Builtin("abs", "ABS", (Type.INTEGER,), Type.INTEGER),
        Builtin("min", "MIN", (Type.INTEGER, Type.INTEGER), Type.INTEGER),
        Builtin("max", "MAX", (Type.INTEGER, Type.INTEGER), Type.INTEGER),
        Builtin("checkTxSig", "TXSIGHASH SWAP CHECKSIG", (Type.PUBLIC_KEY, Type.SIGNATURE), Type.BOOLEAN),
        Builtin("concat", "CAT", (Type.NONE, Type.NONE), Type.STRING),
        Builtin("concatpush", "CATPUSHDATA", (Type.NONE, Type.NONE), Type.STRING),
        Builtin("below", "BLOCKHEIGHT GREATERTHAN", (Type.INTEGER,), Type.BOOLEAN),
        Builtin("above", "BLOCKHEIGHT LESSTHAN", (Type.INTEGER,), Type.BOOLEAN),
        Builtin(CHECK_MULTISIG, "", (Type.LIST, Type.LIST), Type.BOOLEAN),
    )
}
