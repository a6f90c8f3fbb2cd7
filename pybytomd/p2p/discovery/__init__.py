"""Finding nodes to call: from other nodes, from names, on the local network, and from memory.

The UDP table (Kademlia): ``service`` is its socket, ``engine`` all it does without sockets, with ``packets`` (the
datagrams), ``table`` (nodes by distance), ``node`` (what is known of one), ``lookup`` (one search), ``relay``
(which addresses are believed) and ``node_db`` (nodes kept over a restart, in the reference's format).

Other ways: ``dns_seeds``, and ``mdns`` for the local network. ``address_book`` remembers which addresses were of
use (Bitcoin's addrman), in the file of ``address_file``.

An address that somebody tells of is a rumour until a connection proves it: nothing here opens a connection, it
only names addresses. Everything runs on the event loop, and everything that is remembered is bounded.
"""
