"""How blocks and transactions of 1.x are shown to who is told of them. See ``LedgerView``."""

from __future__ import annotations

from pybytomd.chain.annotated import Annotator, OwnerOf
from pybytomd.chain.judged_block import JudgedBlock
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.ledger.block import Block
from pybytomd.rpc.schema.block_reply import block_reply, block_summary
from pybytomd.rpc.schema.replies import to_json


class Bytom1View:
    """With addresses of the network that has this ``prefix``."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def annotator(self, owner_of: OwnerOf | None = None) -> Annotator:
        """See ``LedgerView``."""
        return Annotator(self._prefix, owner_of)

    def block(self, judged: JudgedBlock) -> JsonValue:
        """See ``LedgerView``."""
        return to_json(block_reply(judged.block, judged.status, self._prefix))

    def summary(self, block: Block) -> JsonValue:
        """See ``LedgerView``."""
        return to_json(block_summary(block))
