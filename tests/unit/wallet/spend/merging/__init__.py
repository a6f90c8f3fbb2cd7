"""Merging many outputs."""
