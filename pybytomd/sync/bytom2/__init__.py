"""Synchronisation on Bytom 2: blocks of validators instead of proofs of work.

``messages`` are what travels on the two channels of a connection: about the chain, and among validators. The
``block_locator`` says where we are, and which blocks others ask for who say where they are; unlike on 1.x, both
ends of what is asked for belong to the answer, and headers may be asked for at a distance.

Nothing but the validators of an epoch, who are known once the one before has been executed, can tell a good header
from a bad one. So blocks are judged whole, in order, and what a peer claims of itself is believed no further than
that. What both networks share is beside this package.
"""
