"""Making blocks on Bytom 2: no search for a nonce, but a turn that comes round, and a signature.

``slots`` says when a block is due. ``proposer`` makes it on top of the best one: which transactions come in, and
by ``coinbase`` whom it pays. A validator's block pays nobody but in the first block of an epoch, where it pays all
that the epoch before has earned, to everybody.

``producer`` is the thread that does so when its validator's turn has come, and adds the block to the chain;
``generate`` has it make some at once, on a private network.

Whoever is paid is named by the same ``RewardReceiver`` as on 1.x. What may be signed is for a ``GuardedSigner`` of
the chain to say: never two blocks of one height.
"""
