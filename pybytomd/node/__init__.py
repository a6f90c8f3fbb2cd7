"""The running node: configuration, logging, data directory, composition and lifecycle."""
