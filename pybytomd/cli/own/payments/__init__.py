"""Payments as people make them: so much of an asset to an address.

``send`` is the command. ``payment`` goes from the wish to the pool: the fee is found, the transactions are built,
checked, signed and handed in. ``amounts`` are exact decimals, ``assets`` the names people have for assets, and
how many decimals each has.

Nothing is sent before it was compared with what was asked for: a node that builds something else is not believed.
Amounts are never floats. What else people type is in ``cli.own``.
"""
