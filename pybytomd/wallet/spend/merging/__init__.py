"""Spending any number of outputs (sweep, consolidation): merged first, by transactions that follow one another.

``btm`` merges those of BTM, as the reference does, each transaction paying for itself. ``assets`` merges those of
other assets, which an output of BTM pays for on the way. Both give the transactions, and add what is left to the
one that was asked for; ``build`` puts them together, and nobody hands one in before all are signed.
"""
