"""What the index is asked, and what it answers.

To ask, make a ``view``, for one question, and give it to ``addresses``, ``transactions``, ``assets``, ``blocks``
or ``search``. Blocks may come and go meanwhile; what is gone is left out. ``answers`` has the shapes of what they
give, which are those of the API, and ``bytom2_answers`` those that are others on Bytom 2.

A query reads as much as it answers and no more: lists are given in pages, each with where the next one begins, and
what is counted was counted when it was written. What cannot be answered is an error of ``indexing.errors``.
"""
