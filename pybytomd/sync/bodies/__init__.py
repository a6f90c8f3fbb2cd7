"""Bodies of blocks: which to ask of whom, and putting them into the chain in order."""
