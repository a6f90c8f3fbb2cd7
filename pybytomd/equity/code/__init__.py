"""From a syntax tree to opcodes: expressions, statements, a model of the stack."""
