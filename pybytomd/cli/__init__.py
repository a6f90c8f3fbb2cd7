"""Command lines: pybytomd and pybytomcli. They parse, call, and print; what is done is done further below.

``bytomd`` is the node's program, with its tools in ``node``. ``bytomcli`` is the client: its commands are the
tables in ``calls``, each a request that ``client`` makes, and those in ``own``, which the reference has not;
``place_flags`` say which node all of them ask.

Both look as the reference's do, which Go libraries draw: ``commands`` (Go's cobra over click), ``flags`` (pflag),
``help_text`` and ``suggestions`` (for a mistyped command). Of our own are ``completing`` (the Tab key) and its
side in every command, ``typed_line``; ``spans`` (of time), ``written_files`` (and what is none), ``interruption``
(Ctrl-C in the midst of long work) and ``streams`` (output that is closed or full).

A command of the client is a row in a module of ``calls`` and an example in ``calls.examples``. A tool of the node
is a command in ``node.tools``. What a user did wrong is one line, ``ERROR: ...``, on standard error, and exit
status 1.
"""
