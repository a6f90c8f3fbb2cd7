"""What the API sends unasked: notifications of the reference's protocol, and events of subscriptions.

``websocket`` is a client: it asks, is written to, and is let go when it does not read. ``notifications`` serves
it the reference's topics, rows of ``websocket.TOPICS``. Ours are in ``events``, where each subscription has a
place in the chain and goes on from there by itself.

``feeds`` stores transaction feeds, whose filters ``feed_filter`` reads; the reference keeps and never applies
them, here ``filter_expressions`` are tried on transactions.

``ledger_view`` says how blocks and transactions of a chain are shown, ``bytom1_view`` shows those of 1.x.

Sending is the event loop's, blocks are read and shown in threads, and what waits for a client is bounded.
"""
