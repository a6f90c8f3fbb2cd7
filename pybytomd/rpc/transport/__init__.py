"""HTTP: bytes on a connection to requests, and responses back to bytes, within limits of time and memory.

``connection`` speaks HTTP/1.0 and 1.1 with ``httptools`` and answers everything but WebSockets, which it hands to
``aiohttp``; ``server`` listens, and with ``limits`` decides which connections and bodies there is room for.
"""
