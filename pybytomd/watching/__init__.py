"""Watched addresses: what single addresses have, whose keys are nowhere near (watch-only).

``service`` follows the chain for them in a thread of its own, as the wallet and tracing do. What it knows of an
address, and of each of its outputs, are ``records`` of watch.db; what a block changes of them, forth and back, is
for the ``ledger``, which is given the ``forms`` of the chain, from ``bytom1`` or ``bytom2``. ``errors`` are what a
request can do wrong.

An address is watched from the next block on, or from an earlier one: then it is behind the others until it has
caught up with them, and stands where they stand from then on. It works with the wallet off.
"""
