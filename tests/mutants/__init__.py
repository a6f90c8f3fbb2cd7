"""Mutation testing: a small fault is put into the source, and some test must notice. ``make mutants``.

What others offer was tried. mutmut 3.8 leaves out decorated functions (all opcodes, all properties), the arguments
of decorators (prices of gas) and everything at the top of a module or class (limits, tables). cosmic-ray 8.7
writes each fault into the work tree and starts pytest anew for it, some two seconds each for thousands of them,
and neither deletes statements nor forces conditions. So the faults are made here, from ``ast``, and pytest runs
them in forked workers that have collected the tests already, each only against those that reach the changed line.
"""
