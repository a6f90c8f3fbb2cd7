"""What is judged in a contract apart from its code: types, names, outputs.

The words of the language, its types, keywords, operators and built-in functions, with what they take and give,
are in ``equity.tables``. ``scope`` says what a name stands for. ``rules`` are the judgements that need no opcodes:
that every output is disposed of, every name used, every statement of the right types.

The order of the checks is the reference's, for the first that fails is the one that is told. Types of operands are
checked while code is written (``code.expressions``), as the reference does.
"""
