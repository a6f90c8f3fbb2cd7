"""What is known of each peer, where new ones come from, and what happens when one sends a message.

``message_handler`` is the way in: a table with one handler for each message. ``peer_state`` is what is known of a
peer, ``peer_set`` all of them, with what offences cost (the ban score). ``sources`` finds nodes and has us found,
``service_probe`` asks every node that we call for a block it must have.

Everything runs on the event loop; a handler that waits holds up its own peer only. To answer a new message, write
a handler and name it in the table.
"""
