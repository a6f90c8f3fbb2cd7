"""Methods about programs of the virtual machine: compiled, taken apart, and the addresses that stand for them.

``compile`` makes a program of a contract in Equity, ``programs`` lists the instructions of one, checks addresses
and signed messages.

Whatever a client sends here is only read, and nothing is kept. It may be made to take long, though: what depends
on the size of a request runs on a thread, and how large a request may be is said beside each method.
"""
