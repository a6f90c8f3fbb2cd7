"""Hex text to bytes, with the error texts of the reference."""

from __future__ import annotations

from binascii import Error as HexError
from binascii import unhexlify

from pybytomd.errors import DecodeError

HEX_DIGITS = frozenset(b"0123456789abcdefABCDEF")


def decode_hex(text: str | bytes) -> bytes:
    """The bytes of a hex text of either case. Raises DecodeError."""
    try:
        return unhexlify(text)
    except (HexError, ValueError) as error:
        # Go reports the first byte that is no hex digit, before it looks at the length.
        for byte in text_bytes(text) if isinstance(text, str) else text:
            if byte not in HEX_DIGITS:
                shown = f" '{chr(byte)}'" if chr(byte).isprintable() else ""
                raise DecodeError(f"encoding/hex: invalid byte: U+{byte:04X}{shown}") from error
        raise DecodeError("encoding/hex: odd length hex string") from error


def text_bytes(text: str) -> bytes:
    """UTF-8, and the bytes themselves of what was none, as arguments of a command may be; never an error."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a pair that did not come from bytes
        return text.encode("utf-8", "surrogatepass")
