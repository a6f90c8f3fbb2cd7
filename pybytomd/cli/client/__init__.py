"""What the commands of pybytomcli stand on: the way to a node, its answers, passwords, and what is printed.

``http_client`` makes one request to the API, as the reference's client does, and knows where the node is and what
it wants for a token; ``event_stream`` is told of events as they come. ``answers`` reads what came back: an answer
of another shape is an error, not a traceback. ``passwords`` says where a password comes from, never the command
line; ``sources`` reads arguments that are in files. ``tables`` prints: a table for people, lines for
programs, or JSON.

The commands themselves are above: those of the reference in ``cli.calls``, our own in ``cli.own``.
"""
