"""The HTTP API: what bytomcli, wallets, miners and monitors speak to.

A request goes through ``transport`` (sockets, HTTP, limits), ``dispatch`` (``access``: who may ask; then where it
goes) and ``schema`` (body to dataclass) to a method under ``methods``, and its reply through ``schema`` and
``envelope`` back to bytes. ``http_messages`` are requests and responses apart from any connection. ``pages``
serves what is read in a browser, ``push`` what is sent unasked, ``hooks`` what is posted or given to programs.

What methods work with: ``api`` (the parts of the node; in ``bytom2`` those of a node of Bytom 2) and
``block_cache`` (answers kept as they are sent). ``health`` says whether the node is ready to serve, by its
``lifecycle``, its chain and its disk; ``figures`` are counted along the way. Tables are ``errors`` (all error
codes) and ``roles`` (what an access token opens); ``cors`` are pages of other sites that are let in.

A method is an ordinary function with a decorator: see ``schema.registry``, and the README for an example. It runs
on the event loop and must be quick, or be ``async`` and leave long work to a thread. Methods read snapshots, and
never wait for a block under way.
"""
