"""The HTTP API: what bytomcli, wallets and miners speak to.

A request goes through ``server`` (sockets, limits), ``dispatch`` (who may ask, where it goes), ``requests`` (body
to dataclass) to a method under ``methods``, and its reply through ``replies`` and ``envelope`` back to bytes. A
method is an ordinary function with a decorator; see ``registry``.
"""
