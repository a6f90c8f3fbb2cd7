"""What this node's own key has signed, as blocks and signatures tell of it that come from anywhere.

The database may know less than others do: it was restored from a backup, or a second node runs with the key. So
the signer hears of every signature of its key before it is asked for another one. Only those that verify count, so
nobody else can keep it from signing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from cachetools import LRUCache

from pybytomd.chain.bytom2.signer import Signer
from pybytomd.consensus.bytom2.casper.validators import PUBLIC_KEY_SIZE, Validator, effective_validators, producer
from pybytomd.consensus.bytom2.casper.verification import Verification, signed_message
from pybytomd.crypto.ed25519 import verify_strictly
from pybytomd.ledger.bytom2.block import BlockHeader
from pybytomd.ledger.bytom2.checkpoint import Checkpoint
from pybytomd.ledger.bytom2.params import CasperParams
from pybytomd.store.bytom2.core_store import CoreReader, CoreStore

MAX_SOURCES = 100
"""Sup links of a header that are looked at; a validator has signed few."""
MAX_OF_UNKNOWN = 32
"""Signatures that are looked at in the header of an orphan, where any slot may be ours."""
MAX_UNKNOWN = 1024
"""Signatures that are remembered whose blocks are not known."""


class OwnSignatures:
    """Finds the signatures of one key, and tells its signer. For one thread at a time."""

    def __init__(self, signer: Signer, params: CasperParams) -> None:
        self._signer = signer
        self._key = signer.key
        self._public_key = bytes.fromhex(signer.key)[:PUBLIC_KEY_SIZE]
        self._params = params
        self._unknown: LRUCache[tuple[bytes, bytes], None] = LRUCache(MAX_UNKNOWN)
        """Target and source."""

    # --- the database -------------------------------------------------------------------------------------------

    def learn(self, store: CoreStore, finalized_height: int) -> None:
        """All that is stored above the last finalized block, on any branch. What is below is contradicted by none.

        A block is looked at only if this key was a validator of its epoch. Raises StoreError.
        """
        checkpoints = {checkpoint.hash: checkpoint for checkpoint in store.checkpoints_from(finalized_height)}
        validators = {key: effective_validators(each, self._params) for key, each in checkpoints.items()}
        heights = {
            checkpoint.height
            for checkpoint in checkpoints.values()
            if any(validator.key == self._key for validator in validators[checkpoint.hash])
        }
        for start in sorted(heights):
            branches = {key: each for key, each in checkpoints.items() if each.height == start}
            for height in range(start + 1, start + self._params.blocks_per_epoch + 1):
                for block_hash in store.hashes_at(height):
                    header = store.header(block_hash)
                    ended = None if header is None else branches.get(header.previous_block_hash)
                    if header is None or ended is None:
                        continue
                    branches[block_hash] = ended
                    self.in_stored_block(header, ended, validators[ended.hash])
                    if height == start + self._params.blocks_per_epoch:
                        self.in_links(header, validators[ended.hash], store)

    # --- blocks -------------------------------------------------------------------------------------------------

    def in_stored_block(self, header: BlockHeader, ended: Checkpoint, validators: Sequence[Validator]) -> None:
        """The witness of a block that was found valid, in the epoch after a checkpoint."""
        if producer(validators, ended, header.timestamp, self._params).key == self._key:
            self._signer.saw_block(header.height, header.hash, stored=True)

    def in_other_block(self, header: BlockHeader, stored: CoreReader) -> None:
        """All in the header of a block that is not stored: an orphan, or one that was refused."""
        if verify_strictly(self._public_key, header.hash, header.witness):
            self._signer.saw_block(header.height, header.hash, stored=False)
        if header.height % self._params.blocks_per_epoch:
            return
        self._place_unknown(header, stored)
        signatures = (
            (link.source_hash, link.signatures[order]) for link in header.sup_links for order in link.signed_slots
        )
        for source_hash, signature in islice(signatures, MAX_OF_UNKNOWN):
            if self._is_genuine(source_hash, header.hash, signature):
                self._saw_step(source_hash, header, stored)

    def in_links(
        self, header: BlockHeader, validators: Sequence[Validator], stored: CoreReader, *, is_stored: bool = True
    ) -> None:
        """The sup links of a block that ends an epoch, which these validators may sign."""
        self._place_unknown(header, stored)
        validator = next((each for each in validators if each.key == self._key), None)
        if validator is None:
            return
        for link in header.sup_links[:MAX_SOURCES]:
            signature = link.signatures[validator.order]
            source = stored.header(link.source_hash) if signature else None
            if source is not None and self._is_genuine(source.hash, header.hash, signature):
                self._signer.saw_vote(source.height, header.height, header.hash, stored=is_stored)

    # --- signatures ---------------------------------------------------------------------------------------------

    def in_verification(self, verification: Verification, stored: CoreReader) -> None:
        """A signature that came on its own."""
        source_hash, target_hash = verification.source_hash, verification.target_hash
        if verification.key != self._key or not self._is_genuine(source_hash, target_hash, verification.signature):
            return
        target = stored.header(target_hash)
        if target is not None:
            self._saw_step(source_hash, target, stored)
        else:
            self._saw_unknown(target_hash, source_hash)

    def _saw_step(self, source_hash: bytes, target: BlockHeader, stored: CoreReader) -> None:
        """The height of a source is known if it is stored: what a link says of it anybody may have written."""
        source = stored.header(source_hash)
        if source is not None:
            self._signer.saw_vote(source.height, target.height, target.hash, stored=False)
        else:
            self._saw_unknown(target.hash, source_hash)

    def _saw_unknown(self, target_hash: bytes, source_hash: bytes) -> None:
        """Each of them has its effect once, as old ones may be repeated by anybody."""
        if (target_hash, source_hash) not in self._unknown:
            self._unknown[target_hash, source_hash] = None
            self._signer.saw_unknown_vote()

    def _place_unknown(self, header: BlockHeader, stored: CoreReader) -> None:
        """The signatures that came before their block."""
        for target_hash, source_hash in list(self._unknown):
            source = stored.header(source_hash) if target_hash == header.hash else None
            if source is not None:
                self._signer.saw_vote(source.height, header.height, header.hash, stored=False)
                del self._unknown[target_hash, source_hash]

    def _is_genuine(self, source_hash: bytes, target_hash: bytes, signature: bytes) -> bool:
        return verify_strictly(self._public_key, signed_message(source_hash, target_hash), signature)
