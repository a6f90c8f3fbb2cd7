"""The Equity contract language: source text to programs of the virtual machine.

``compiler.compile_source`` is the way in. It goes through the parts in this order: ``scanner`` and ``parser`` make
the tree of ``syntax``, ``checks`` and ``expressions``/``statements`` judge it and write opcodes while ``stack``
models what the program will find at run time, ``optimizer`` shortens them, and the assembler of ``vm`` makes the
body. ``instantiation`` turns a body and arguments into a program, ``shifts`` says where its clauses start.

The language, its operators and functions are the tables in ``tables``. The bodies are those of the reference to
the byte, oddities included; sources on which the reference crashes, or which would take too long, are refused.
"""
