"""The parts, run in the order of their file names."""
