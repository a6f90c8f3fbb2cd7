"""The networks that a node can be of: mainnet, testnet, solonet and dev, and what makes them differ.

``params`` has a record for each network: its name, the prefix of its addresses, ports, seeds, and where its chain
begins. ``genesis`` are the first blocks, ``checkpoints`` the blocks that every node of a network agrees on, by
height; below the last of them proof of work need not be checked while syncing. ``chain_kind`` names the two kinds
of chain; these are the networks of 1.x, those of Bytom 2 are in ``ledger.bytom2``.

A network is passed to whatever depends on it; nothing asks a global for it. The numbers that all networks share
are in ``ledger.constants``.
"""
