"""The methods of Bytom 2 that those answer who follow its chain.

``index`` asks the index of everything, ``watch`` is about watched addresses. What is asked is as on 1.x, and
stands in ``methods.followers``; the answers have votes and validators, and neither failed transactions nor proof
of work.

None of them is in the reference. A node without the part says what to start it with.
"""
