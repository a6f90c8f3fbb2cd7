"""What the API sends unasked: WebSocket notifications; and transaction feeds.

``notifications`` takes the chain's events and hands them to whoever subscribed; ``websocket`` is one such client,
which names topics and is written to, and is let go when it does not read. ``feeds`` stores transaction feeds,
whose filters ``feed_filter`` checks; as in the reference they are kept and never matched against anything.

All of it runs on the event loop, and what waits for a client is bounded. A topic is a row of ``websocket.TOPICS``.
"""
