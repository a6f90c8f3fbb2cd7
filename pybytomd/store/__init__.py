"""Databases: key-value backends, every key in one schema, records."""
