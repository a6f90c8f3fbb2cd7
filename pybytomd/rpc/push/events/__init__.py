"""Events that a client of the WebSocket subscribes to, each from a place in the chain that the client names.

``topics`` has every kind of subscription in a table, and reads what is asked for; a row names its ``tellers``,
which say what is told of a block or a transaction as it was ``seen``, and its ``selectors``, which pick
transactions. A ``subscription`` goes on from its place by itself, woken by the ``event_hub``, which follows the
chain and the pool for all. ``subscriber`` has the subscriptions of one client, ``work`` is new work for miners.

Nothing is told twice or left out: a subscription that lags reads the chain, back where it was reorganised. What
waits for a client is bounded.
"""
