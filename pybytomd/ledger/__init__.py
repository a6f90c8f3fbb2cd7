"""The data model: transactions, blocks, entries and their ids, merkle trees, network parameters."""
