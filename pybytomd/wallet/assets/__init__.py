"""Assets defined here or seen on the chain, and their records."""
