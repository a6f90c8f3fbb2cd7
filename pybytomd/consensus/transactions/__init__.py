"""What judging transactions takes on either chain; the rules themselves are in ``consensus`` and its ``bytom2``.

A ``block_context`` is the block that a transaction is judged for, a ``balance`` what it has brought in and has yet
to pay out. ``verdicts`` are found of many on several threads, and remembered; ``block_memory`` is how the bytes of
many lie behind one another, for programs that write over them.
"""
