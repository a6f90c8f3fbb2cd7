"""Command lines: pybytomd and pybytomcli. They parse, call, and print; what is done is done further below.

``bytomd`` is the node's program; its tools are in ``bytomd_tools``, ``bytomd_miner`` and ``bytomd_equity``.
``bytomcli`` is the client: its commands are the tables in ``calls``, each a request that ``client`` makes, and
those in ``own``, which the reference has not; ``place_flags`` say which node all of them ask.

Both look as the reference's do, which Go libraries draw: ``commands`` (Go's cobra over click), ``flags`` (pflag),
``help_text`` and ``suggestions`` (for a mistyped command). Of our own are ``completion`` (the Tab key),
``progress`` (a line that shows how far long work is), ``interruption`` (Ctrl-C in its midst) and ``streams``
(output that is closed or full).

A command of the client is a row in a module of ``calls`` and an example in ``calls.examples``. A tool of the node
is a command in ``bytomd_tools`` that imports what it needs when it runs, since ``pybytomd version`` must not load
a node. What a user did wrong is one line, ``ERROR: ...``, on standard error, and exit status 1.
"""
