"""Command lines: pybytomd and pybytomcli."""
