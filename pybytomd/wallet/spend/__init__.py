"""Transactions of the wallet: built from actions, signed by one key after another, estimated and handed in."""
