"""HTTP: bytes on a connection to requests, and responses back to bytes, within limits of time and memory.

``connection`` speaks HTTP/1.0 and 1.1, of which ``reading`` makes requests by ``httptools``; it answers everything
but WebSockets, which it hands to ``aiohttp``. ``server`` listens, with the certificate of ``tls`` if there is one
(``tls_door`` leads into connections then), and with ``limits`` decides which connections and bodies there is room
for.

All of it runs on the event loop. It knows neither methods nor access: a head is shown to ``rpc.dispatch``, which
says whether its body is wanted and how long it may be. Every limit is a named constant with its reason.
"""
