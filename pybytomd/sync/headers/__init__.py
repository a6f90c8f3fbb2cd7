"""Headers first: which to ask of whom, what is known of them, and their proofs checked ahead.

``block_locator`` says where we are in few hashes. ``download`` decides which headers to ask of whom, ``tree``
holds those above our chain, checked as far as headers can be, and ``paths`` are ways through it that bodies
follow. ``checkpoint_path`` leads to the checkpoints, below which proofs need no checking; above them
``proofs_ahead`` checks proofs of work on threads before the bodies come.

All but ``proofs_ahead`` are without input, output and threads. The tree is bounded, and a header that breaks a
rule is refused with the error that says what it costs its sender.
"""
