"""What a text stands for: a height, an id of any kind, an address, a program."""

from __future__ import annotations

from collections.abc import Iterator

from pybytomd.errors import ChainError, DecodeError
from pybytomd.indexing import keys
from pybytomd.indexing.errors import BadQuestion, of_chain
from pybytomd.indexing.keys import ID_SIZE, asset_key, parse_place, program_key
from pybytomd.indexing.queries.addresses import transaction_count
from pybytomd.indexing.queries.answers import Found, SearchAnswer
from pybytomd.indexing.queries.transactions import last_place
from pybytomd.indexing.queries.view import View
from pybytomd.indexing.records import AssetRow, Creation
from pybytomd.vm.programs.address import decode_address

MAX_QUERY = 4096
"""Letters of a text: those of a program of 2,048 bytes. Longer ones are asked for by ``control_program``."""
MAX_HEIGHT_DIGITS = 19


def search_answer(view: View, query: str) -> SearchAnswer:
    """All that a text stands for here; nothing if it is unknown. Raises BadQuestion, StoreError."""
    text = query.strip()
    if not text:
        raise BadQuestion("query is empty: give a height, an id, an address or a program in hex")
    if len(text) > MAX_QUERY:
        raise BadQuestion(f"query is longer than {MAX_QUERY} letters")
    return {"query": text, "found": list(_found(view, text))}


def _found(view: View, text: str) -> Iterator[Found]:
    if text.isascii() and text.isdigit() and len(text) <= MAX_HEIGHT_DIGITS:
        block_hash = of_chain(view.chain.hash_at, int(text))
        if block_hash is not None:
            yield {"kind": "block", "id": block_hash.hex(), "block_height": int(text)}
    data = _bytes(text)
    if len(data) == ID_SIZE:
        yield from _with_id(view, data)
    program = _program(view, text) or data
    if program and transaction_count(view, program_key(program)):
        address = view.address(program)
        kind = "address" if address else "control_program"
        yield {"kind": kind, "id": address or program.hex(), "block_height": None}


def _with_id(view: View, wanted: bytes) -> Iterator[Found]:
    if of_chain(view.chain.has_block, wanted):
        try:
            yield {
                "kind": "block",
                "id": wanted.hex(),
                "block_height": of_chain(view.chain.header, wanted).height,
            }
        except ChainError:  # an orphan, of which only the id is known
            yield {"kind": "block", "id": wanted.hex(), "block_height": None}
    at = last_place(view, wanted)
    if at is not None:
        yield {"kind": "transaction", "id": wanted.hex(), "block_height": parse_place(at)[0]}
    elif view.chain.pool.get(wanted) is not None:
        yield {"kind": "transaction", "id": wanted.hex(), "block_height": None}
    made = view.get(keys.CREATED + wanted)
    if made is not None:
        yield {"kind": "output", "id": wanted.hex(), "block_height": Creation.all_from_bytes(made)[-1].height}
    asset = view.get(keys.ASSETS + asset_key(wanted))
    if asset is not None:
        yield {"kind": "asset", "id": wanted.hex(), "block_height": AssetRow.from_bytes(asset).height}


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _program(view: View, text: str) -> bytes:
    try:
        return decode_address(text, view.prefix).control_program
    except DecodeError:
        return b""
