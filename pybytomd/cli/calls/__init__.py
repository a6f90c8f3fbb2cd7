"""The commands of pybytomcli as tables of calls to the API, one file a family.

``call`` says what a row consists of: name, summary, arguments, the request made of them, and how the answer is
shown. The families are ``accounts``, ``blocks``, ``keys``, ``network``, ``tokens``, ``transactions`` and
``wallet``; ``contracts`` makes what ``build-transaction --type unlock`` sends. ``examples`` has an example or two
of every command.

To add a command, write a row in its family and an example; a test fails for a command without one. Names, texts
and output are the reference's, its misprints included, because scripts read them.
"""
