"""The home directory: where it is, how it is made, its lock, node key and databases."""
