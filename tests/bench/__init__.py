"""How fast it is: ``make bench``, or ``python -m tests.bench --help``.

A part is a module in ``parts`` with a generator registered by ``@part``; to add one, add a file. Figures are
printed as they are found, with their ratio to the Go node where ``BYTOMD_REFERENCE`` names one, or to a known
mark, which says so. They are written to ``bench.json``. Nothing is asserted: what is fast enough depends on the
machine.
"""
