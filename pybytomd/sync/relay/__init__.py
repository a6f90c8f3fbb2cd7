"""Passing blocks and transactions on, and answering what peers ask about our chain.

``blocks`` tells peers of new blocks, each in the form that the peer wants; ``transactions`` passes on what is in
the pool, to each peer what it does not have. ``server`` answers questions: blocks, headers, merkle blocks for
light clients. ``outboxes`` and ``answers`` are what these two have in common with those of Bytom 2.

A question costs its asker something, answers are bounded in blocks and bytes, and nothing is sent to a peer that
does not read. Everything runs on the event loop; what has to be read from the database is read in small pieces.
"""
