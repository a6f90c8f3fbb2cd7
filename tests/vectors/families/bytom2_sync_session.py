"""``bytom2_sync_session.json``: what two nodes said to each other while one followed the other, and as validators.

Recorded are the texts of the messages. What a text says whole is made into the message again; signatures are
checked, and the lists of headers and blocks must be as long as our own rule for such questions makes them.
"""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from pybytomd.consensus.bytom2.casper.verification import signed_message
from pybytomd.crypto.ed25519 import verify_strictly
from pybytomd.sync.bytom2 import messages
from pybytomd.sync.bytom2.block_locator import located_heights
from tests.vectors.families.bytom2_wire import go_name
from tests.vectors.registry import Case, family

Event = dict[str, Any]
GENESIS_SKIP = 63
HASH = r"([0-9a-f]{64})"


def check_verification(event: Event) -> None:
    found = re.fullmatch(
        rf"{{sourceHash:{HASH},targetHash:{HASH},signature:([0-9a-f]+),pubkey:([0-9a-f]+)}}", event["text"]
    )
    assert found is not None
    source, target, signature, key = map(bytes.fromhex, found.groups())
    message = messages.BlockVerification(source, target, key, signature)
    assert message.describe() == event["text"]
    assert verify_strictly(key[:32], signed_message(source, target), signature)


def status(event: Event) -> None:
    found = re.fullmatch(rf"{{best hash: {HASH}, irreversible hash: {HASH}}}", event["text"])
    assert found is not None
    best, justified = map(bytes.fromhex, found.groups())
    assert messages.Status(0, best, 0, justified).describe() == event["text"]


def get_block(event: Event) -> None:
    found = re.fullmatch(r"{height: (\d+)}", event["text"])
    assert found is not None
    assert messages.GetBlock(int(found[1])).describe() == event["text"]


def get_headers(event: Event) -> None:
    found = re.fullmatch(rf"{{skip:(\d+),stopHash:{HASH}}}", event["text"])
    assert found is not None
    message = messages.GetHeaders((), bytes.fromhex(found[2]), int(found[1]))
    assert message.describe() == event["text"]
    assert message.skip == GENESIS_SKIP


def get_blocks(event: Event) -> None:
    found = re.fullmatch(rf"{{stop_hash: {HASH}}}", event["text"])
    assert found is not None
    assert messages.GetBlocks((), bytes.fromhex(found[1])).describe() == event["text"]


def block(event: Event) -> None:
    assert re.fullmatch(rf"{{block_height: \d+, block_hash: {HASH}}}", event["text"])


def count(event: Event) -> None:
    assert re.fullmatch(r"{(header|blocks)_length: \d+}", event["text"])


EVENTS: dict[str, tuple[str, Callable[[Event], None]]] = {
    "StatusMessage": (go_name(messages.Status(0, b"", 0, b"")), status),
    "GetBlockMessage": (go_name(messages.GetBlock(0)), get_block),
    "BlockMessage": (go_name(messages.BlockMessage(b"")), block),
    "GetHeadersMessage": (go_name(messages.GetHeaders((), b"", 0)), get_headers),
    "HeadersMessage": (go_name(messages.Headers(())), count),
    "GetBlocksMessage": (go_name(messages.GetBlocks((), b"")), get_blocks),
    "BlocksMessage": (go_name(messages.Blocks(())), count),
    "BlockProposeMsg": (go_name(messages.BlockPropose(b"")), block),
    "BlockVerificationMsg": (go_name(messages.BlockVerification(b"", b"", b"", b"")), check_verification),
}


def counts(case: Case, kind: str) -> list[int]:
    found = [re.search(r": (\d+)}", event["text"]) for event in case["events"] if event["type"] == kind]
    return [int(match[1]) for match in found if match is not None]


def check_catching_up(case: Case) -> None:
    """One began with nothing: the skeleton, and the blocks between its headers, are as many as we would send."""
    asked = [int(e["text"][9:-1]) for e in case["events"] if e["type"] == "GetBlockMessage"]
    stop = asked[0]
    skeleton = located_heights(0, stop, GENESIS_SKIP, messages.MAX_HEADERS)
    assert counts(case, "HeadersMessage")[0] == len(skeleton)
    tasks = list(pairwise(skeleton))
    expected = [len(located_heights(start, end, 0, messages.MAX_BLOCKS)) for start, end in tasks]
    assert counts(case, "BlocksMessage")[: len(tasks)] == expected
    assert asked[1:] == list(range(stop + 1, stop + len(asked)))


@family("bytom2_sync_session")
def check_bytom2_sync_session(case: Case, _document: Case) -> None:
    for event in case["events"]:
        name, check = EVENTS[event["type"]]
        package, _, kind = name.removeprefix("*").partition(".")
        assert kind == event["type"]
        channel = messages.CHAIN_CHANNEL if package == "messages" else messages.CONSENSUS_CHANNEL
        assert event["channel"] == channel
        check(event)
    if case.get("start", {}).get("q") == 0:
        check_catching_up(case)
