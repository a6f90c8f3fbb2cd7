"""What the index has to know of the ledger of 1.x. See ``IndexForms``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from pybytomd.chain.annotated import Annotator, JsonObject
from pybytomd.chain.ports import ChainReader
from pybytomd.codec.wire.writer import uint31
from pybytomd.indexing.forms import Figures
from pybytomd.ledger.block import Block, BlockHeader
from pybytomd.ledger.constants import COINBASE_MATURITY
from pybytomd.ledger.decoding import FULL_BLOCK
from pybytomd.ledger.transaction import Transaction
from pybytomd.pow.compact import work
from pybytomd.vm.programs.address import address_of_program


class Bytom1Forms:
    """Those of a chain."""

    counts_empty = True
    maturity = COINBASE_MATURITY

    def __init__(self, chain: ChainReader) -> None:
        self._chain = chain

    @cached_property
    def _prefix(self) -> str:
        return self._chain.params.address_prefix

    @cached_property
    def _annotator(self) -> Annotator:
        return Annotator(self._prefix)

    def vote_lock(self, height: int) -> int:  # noqa: ARG002 - see ``IndexForms``
        """See ``IndexForms``."""
        return 0

    def seconds(self, header: BlockHeader) -> int:
        """See ``IndexForms``."""
        return header.timestamp

    def bits(self, header: BlockHeader) -> int:
        """See ``IndexForms``."""
        return header.bits

    def work(self, header: BlockHeader) -> int:
        """See ``IndexForms``."""
        return work(header.bits)

    def size(self, block: Block) -> int:
        """See ``IndexForms``."""
        return len(block.to_bytes())

    def start(self, block: Block) -> int:
        """See ``IndexForms``."""
        return len(block.header.to_bytes(FULL_BLOCK)) + len(uint31(len(block.transactions)))

    def text(self, block_hash: bytes, offset: int, size: int) -> bytes | None:
        """See ``IndexForms``."""
        whole = self._chain.block_hex(block_hash)
        return None if whole is None else whole[2 * offset : 2 * (offset + size)]

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

    def status(self, failed: bool) -> Figures:
        """See ``IndexForms``."""
        return {"status_fail": failed}

    def block_figures(self, block_hash: bytes, bits: int, maker: bytes) -> Figures:  # noqa: ARG002 - see ``IndexForms``
        """See ``IndexForms``."""
        return {"difficulty": str(work(bits)), "miner": self.address(maker), "miner_program": maker.hex()}

    def interval_figures(self, hashes: int, blocks: int, seconds: int) -> Figures:
        """See ``IndexForms``."""
        return {"difficulty": str(hashes // blocks), "hash_rate": hashes // seconds if seconds > 0 else None}

    def vote_figures(self, votes: Mapping[bytes, int]) -> Figures:  # noqa: ARG002 - see ``IndexForms``
        """See ``IndexForms``."""
        return {}

    def output_figures(self, is_vote: bool) -> Figures:  # noqa: ARG002 - see ``IndexForms``
        """See ``IndexForms``."""
        return {}
