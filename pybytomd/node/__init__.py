"""The running node: settings, home directory, console, and the composition of all parts.

Read ``run`` first (configuration, lock, logging, event loop, signals), then ``node``: here long-lived parts are
made, started in order and stopped in the reverse order, those of one kind of chain by a ``family``, with what
``surroundings`` holds. ``wallet_factory`` makes the parts of a wallet,
``peer_network`` the settings of the network side, ``api_access`` those of who may use the API.
``stopping`` is how a node is asked to end, ``offline`` opens a chain or a wallet without a node around it, for the
tools. ``open_files`` raises the limit of files, ``disk_guard`` stops what would fill up the disk, ``heap`` has
what is freed go back to the system, ``browser`` shows the node's page to a person.

The shelves: ``settings`` (every option and where its value comes from), ``home`` (the directory and what lies in
it), ``console`` (what the operator sees).

A new part gets an ``_add`` function in ``node`` or a ``family``, which makes it, hands it what it needs, and
says on the stack how it ends. Nothing below imports this package.
"""
