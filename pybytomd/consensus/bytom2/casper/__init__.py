"""Casper: which blocks of Bytom 2 are justified and final, who decides that, and which chain is best.

``epoch`` counts the votes and rewards of an epoch into its checkpoint; ``validators`` elects from these who may
make blocks and sign, and whose turn it is. ``verification`` says which signatures count for the step from one
checkpoint to another. ``checkpoint_tree`` has all checkpoints from the last final one on, and where the best
chain ends. ``errors`` are the ways in which a checkpoint or a signature breaks a rule.

None of it reads or stores anything: the engine, ``chain.bytom2``, keeps what is worked out here.
"""
