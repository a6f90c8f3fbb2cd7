"""Answers about the index: pages of transactions, unspent outputs and balances, with names for ids."""
