"""Transactions of the wallet, from a request to the pool.

In the order of what happens: ``build`` takes a request, whose ``actions`` are a class each and draw on
``materials``; ``coin_selection`` chooses outputs and reserves them; ``assembly`` puts the transaction together.
``template`` is the result, with a ``witness`` for what each input still needs; ``arguments`` are those for
contracts. ``signing`` signs it, one key after another; ``estimate`` says what it costs; ``merging`` merges many
outputs in several transactions. ``errors`` has the reference's texts and codes.

What is not the same on both chains is in ``ledgers``, and given in.

A new kind of action is a class in ``actions`` and its row in ``ACTIONS``. What fails undoes its reservations. Safe
to use from several threads; ``signing`` needs neither chain nor database, so that a machine without a network can
sign.
"""
