"""What is known of each peer, and where new ones come from.

``peer_state`` is what is known of a peer: its height, its best block, what it was sent and what it is asked for
just now; ``any_peer`` what of it both chains have. ``answers_due`` has the questions it has not answered, and says
which of them an answer is for.
``known`` are sets of what it has, within limits. ``peer_set`` is all of them; ``judged_peers`` says what offences
cost (the ban score), ``limits`` how much is taken of each. ``sources`` finds nodes and has us found.

Everything runs on the event loop; a handler that waits holds up its own peer only. What a
peer sends is answered by the table of the reactor in ``sync.message_handler``.
"""
