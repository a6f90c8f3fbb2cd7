"""Connections between nodes: whom we talk to, and how bytes travel.

Three shelves, in the order to read them: ``transport`` is one connection (encryption, handshake, packets);
``peers`` all of them together (the switch, who may come in, whom to call, bans); ``discovery`` finds addresses to
call. ``identity`` is who a node is; ``network_address`` reads addresses and tells what kind they are, ``errors``
lists what can go wrong: each is the end of one connection, never of the node.

What comes in is checked in length before anything is allocated for it. The package knows nothing of blocks and
wallets: a message is bytes on a channel, for whoever is the ``Reactor`` of the switch. All of it runs on the event
loop; the parts that decide have no sockets and are given the time, so that tests can turn it.
"""
