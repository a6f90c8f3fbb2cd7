"""Synchronisation on Bytom 2: blocks of validators instead of proofs of work.

``manager`` puts the parts together, as ``sync.manager`` does on 1.x. ``messages`` are what travels on the two
channels of a connection: about the chain, and among validators; ``message_handler`` has a handler for each.
``peers`` is what is known of those we are connected with, and ``faults`` says which errors they have to pay for.

The ``block_locator`` says where we are, and which blocks others ask for who say where they are; unlike on 1.x,
both ends of what is asked for belong to the answer, and headers may be asked for at a distance. The ``server``
answers. The ``synchroniser`` decides whom to follow, ``download`` what to fetch of whom, in stretches; near the
tip ``announced_blocks`` takes the blocks that validators just made. ``relay`` tells others what is new.

Nothing but the validators of an epoch, who are known once the one before has been executed, can tell a good header
from a bad one. So blocks are judged whole, in order, and what a peer claims of itself is believed no further than
that. What both networks share is beside this package.
"""
