"""What the commands of pybytomcli stand on: a node's answers, passwords, and what is printed.

The way to the node is that of all clients, in the package above this one. ``answers`` reads what came back: an
answer of another shape is an error, not a traceback. ``passwords`` says where a password comes from, never the
command line; ``sources`` reads arguments that are in files. ``tables`` prints: a table for people, lines for
programs, or JSON.

The commands themselves are above: those of the reference in ``cli.calls``, our own in ``cli.own``.
"""
