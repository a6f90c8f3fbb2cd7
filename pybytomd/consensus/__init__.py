"""The rules of the chain, as pure functions: no clock, no input or output."""
