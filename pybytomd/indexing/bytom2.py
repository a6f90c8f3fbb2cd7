"""What the index has to know of the ledger of Bytom 2. See ``IndexForms``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pybytomd.chain.annotated import JsonObject
from pybytomd.chain.bytom2.annotated import Annotator
from pybytomd.codec.wire.writer import uint31
from pybytomd.indexing.forms import Figures
from pybytomd.ledger.bytom2.block import Block, BlockHeader
from pybytomd.ledger.bytom2.constants import COINBASE_MATURITY
from pybytomd.ledger.bytom2.transaction import Transaction
from pybytomd.vm.bytom2.address import address_of_program

if TYPE_CHECKING:
    from pybytomd.chain.bytom2.chain import Chain

FLAGS_SIZE = 1
"""Of what is stored of a block's transactions, before their number."""
MILLISECONDS = 1000


class Bytom2Forms:
    """Those of a chain. A header is none of them: signatures are added to it as they come."""

    counts_empty = False
    maturity = COINBASE_MATURITY

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._prefix = chain.params.address_prefix
        self._annotator = Annotator(self._prefix)

    def vote_lock(self, height: int) -> int:
        """See ``IndexForms``. Consensus goes by the height at which it is taken back, which nobody knows yet."""
        return self._chain.params.casper.vote_lock(height)

    def seconds(self, header: BlockHeader) -> int:
        """See ``IndexForms``."""
        return header.timestamp // MILLISECONDS

    def bits(self, header: BlockHeader) -> int:  # noqa: ARG002 - see ``IndexForms``
        """See ``IndexForms``."""
        return 0

    def work(self, header: BlockHeader) -> int:  # noqa: ARG002 - see ``IndexForms``
        """See ``IndexForms``."""
        return 0

    def size(self, block: Block) -> int:
        """See ``IndexForms``."""
        return block.unsigned_size

    def start(self, block: Block) -> int:
        """See ``IndexForms``."""
        return FLAGS_SIZE + len(uint31(len(block.transactions)))

    def text(self, block_hash: bytes, offset: int, size: int) -> bytes | None:
        """See ``IndexForms``."""
        whole_text = self._chain.store.transactions_hex(block_hash)
        return None if whole_text is None else whole_text[2 * offset : 2 * (offset + size)]

    def transaction(self, text: bytes) -> Transaction:
        """See ``IndexForms``."""
        return Transaction.from_hex(text)

    def inputs(self, tx: Transaction) -> list[JsonObject]:
        """See ``IndexForms``."""
        return self._annotator.inputs(tx)

    def outputs(self, tx: Transaction) -> list[JsonObject]:
        """See ``IndexForms``."""
        return self._annotator.outputs(tx)

    def address(self, program: bytes) -> str:
        """See ``IndexForms``."""
        return address_of_program(program, self._prefix)

    def status(self, failed: bool) -> Figures:  # noqa: ARG002 - what fails is in no block
        """See ``IndexForms``."""
        return {}

    def block_figures(self, block_hash: bytes, bits: int, maker: bytes) -> Figures:  # noqa: ARG002 - see ``IndexForms``
        """See ``IndexForms``."""
        header = self._chain.header(block_hash)
        validator = ""
        if header.height:
            validator = self._chain.validator(header.previous_block_hash, header.timestamp).key
        return {"validator": validator, "producer": self.address(maker), "producer_program": maker.hex()}

    def interval_figures(self, hashes: int, blocks: int, seconds: int) -> Figures:  # noqa: ARG002 - no hash is tried
        """See ``IndexForms``."""
        return {}

    def vote_figures(self, votes: Mapping[bytes, int]) -> Figures:
        """See ``IndexForms``."""
        return {"votes": [{"xpub": key.hex(), "amount": amount} for key, amount in votes.items()]}

    def output_figures(self, is_vote: bool) -> Figures:
        """See ``IndexForms``."""
        return {"is_vote": is_vote}
