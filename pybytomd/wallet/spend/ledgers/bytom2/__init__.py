"""How transactions of Bytom 2 are built.

``forms`` says what differs in what transactions are made of: an output that votes is spent by an input that takes
the vote back, and numbers for contracts have no sign. ``actions`` are those that 1.x does not have - to vote, to
take a vote back, to register a contract - and the one of 1.x that gives its change in another way; ``ACTIONS``
there is the table of all. The rest of ``spend`` is the same, and given these two.
"""
