"""What requests and replies look like, declared once: it reads, writes and describes them.

``registry`` is the table of methods and the decorator that fills it: begin there. ``body_limits`` are how much a
method reads. ``field_types`` says how a JSON value becomes a Python one by Go's rules, ``requests`` reads whole
bodies with it, ``replies`` writes reply dataclasses. ``shapes`` describe objects that methods pass on as they are,
``transaction_reply`` and ``block_reply`` how transactions and blocks are shown, ``actions`` what build-transaction
takes.

What is told of a method beside its shapes are tables: ``meanings`` of fields, ``examples`` of requests,
``failures`` by error code; ``naming`` says how objects are called outside.

Everything is worked out when methods are loaded, not for each request. What is wrong with a request is a
RequestError in the reference's words. A new kind of field is a class of ``field_types`` that can read itself and
describe itself.
"""
