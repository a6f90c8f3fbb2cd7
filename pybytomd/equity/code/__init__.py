"""From a syntax tree to opcodes.

``listing`` is the contract in the making: opcodes so far, and references still to come. ``stack`` models what the
program will find on its stack at run time, by which ``expressions`` and ``statements`` know how deep each name
lies. ``optimizer`` makes the opcodes shorter, and ``shifts`` says where the clauses of a finished body start.

Read ``stack`` first. A new kind of statement is a function of ``statements``; what it leaves on the stack must be
said to the model, or every later name is looked for in the wrong place. Bodies are compared with the reference's
byte for byte.
"""
