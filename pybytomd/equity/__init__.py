"""The Equity contract language: source text to programs of the virtual machine.

``compiler.compile_source`` is the way in. It goes through the shelves in this order: ``source`` makes a syntax
tree of text, ``checks`` judges it, ``code`` writes opcodes; the assembler of ``vm`` makes the body of them.
``instantiation`` turns a body and arguments into a program, and ``arguments`` reads those as they are typed on a
command line. ``errors`` says what can be wrong with a contract.

The language, its operators and functions are the tables in ``tables``: a word is added there. The bodies
are those of the reference to the byte, oddities included; sources on which the reference crashes, or which would
take too long, are refused. Compiling touches no file and no chain, and may be done on any thread.
"""
