"""The chain engine: block index, UTXO view, orphans, reorganisation, transaction pool."""
