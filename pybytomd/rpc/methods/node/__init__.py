"""Methods about the node itself: how it is, its peers, who may ask it, and what it tells unasked.

``status`` is how the node is, in one answer; ``network`` are its peers, and connecting to one or leaving it;
``bans`` keeps peers out, and calls others by name; ``life`` ends the node, ``log_levels`` says how much it logs.
``log_records`` are the end of its log, ``settings_in_force`` what it was started with.
``access_tokens`` makes and forgets tokens of clients on other machines, ``feeds`` the filters of transactions that
the WebSocket tells of, ``webhooks`` the URLs that events are posted to.

None of them needs a wallet. What they report is read from the parts of the node in ``rpc.api`` as they are at that
moment, and costs no more than reading a few numbers.
"""
