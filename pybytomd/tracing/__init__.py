"""The trace service: follows contracts over the chain, from the outputs they are in to those they move to.

``service`` is the part that runs, in a thread of its own, with a database of its own, ``trace.db``; no wallet is
needed. ``tracer`` holds the instances that are followed, each an ``instance``; ``transfer`` says what a
transaction does with contracts, ``journal`` keeps what instances were before each of the last blocks, so that a
reorganisation is undone exactly. ``errors`` says what is refused. What differs between the two chains are
``forms``, from ``bytom1`` or ``bytom2``.

It follows the chain by a cursor of its own, and goes on where it was after a restart. Source:
contracts-and-tracing reference, parts A2 and B.
"""
