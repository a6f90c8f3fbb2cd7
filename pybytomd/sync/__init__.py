"""What peers tell each other about the chain: messages, synchronisation, relay.

``manager`` puts the parts together; ``network_side``, which it is made of on either chain, starts and ends them
and answers what the API asks. ``messages`` are what travels, written as ``message_grammar`` says, with the parts
of ``message_contents``; ``config`` the settings, ``errors`` what peers do wrong and what it costs them.
``message_handler`` is a table with one handler for each message, ``progress`` how far it is and what is left,
``service_probe`` asks every node that we call for a block it must have. ``synchroniser`` decides what to fetch of
whom, by the shelves::

    headers    headers first: which to ask for, what is known of them, proofs of work checked ahead
    bodies     which bodies to ask of whom, and putting them into the chain in order
    relay      telling others of blocks and transactions, and answering their questions
    peers      what is known of each peer, and where new ones come from
    report     how it gets on, in words, and what holds it up

``state_store`` keeps what an interrupted synchronisation would have to do again. ``bytom2`` is the sibling of all
this on Bytom 2, where there are no proofs of work.

Most parts do no input and output and take their time from a clock; everything runs on the event loop, the chain
and proofs of work have threads of their own. A new message is a class in ``messages`` with its type byte, and a
handler in ``message_handler``. The package knows nothing of wallets and HTTP.
"""
