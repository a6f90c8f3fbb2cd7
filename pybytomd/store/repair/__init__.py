"""What becomes of damaged databases: those that a node can do without, and those that it cannot.

``expendable`` is a database that never fails: what is damaged is set aside, and it begins anew. ``salvage`` is for
the others, and for ``pybytomd db repair``: what can still be read is kept, and what was damaged stays beside it.
What a message advises a user to do is in ``store.remedies``. ``upkeep`` is for databases that are whole: it counts
what is in them, and makes them compact.

Nothing is deleted and nothing is guessed: a damaged database that matters is refused as it is until somebody asks
for its repair.
"""
