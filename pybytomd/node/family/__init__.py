"""What a node is made of, by the kind of its chain: one module a kind, chosen in ``node``.

``bytom1`` makes the parts of a node of 1.x: the chain of proof of work, wallet, miner, network, and all who follow
the chain. ``bytom2`` makes those of a node of Bytom 2: the chain of validators, who signs for it and who makes its
blocks. ``federation`` says which validators begin a network of one's own, ``followers`` makes what follows
a chain of either kind.

Both provide what ``Family`` in ``surroundings`` asks for, and neither knows the other. A part that both have alike
belongs into ``followers``, or into ``node`` itself.
"""
