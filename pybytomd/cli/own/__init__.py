"""Commands of the client that people type: payments and any method of the API. The reference has none of them.

``all_commands`` lists them. Each is an ``OwnCommand`` of ``command``, which gives its work a ``Session``:
arguments, the node, the terminal; and ends it with a status that its help explains.

The commands are in ``payments`` (send), ``offline`` (tx), ``wallet_views`` (accounts, balance, history, receive),
``wallet_setup`` (create, restore, backup; ``mnemonics`` reads the words of keys), ``index_views`` (search),
``tokens``, ``status``, ``ready``, ``events``, ``log_levels`` and ``call_any``; they parse, ask, and print. What
they read and print goes through ``cli.client``.
"""
