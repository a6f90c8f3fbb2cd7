"""The methods of Bytom 2 that those answer who follow its chain.

``index`` asks the index of everything, ``watch`` is about watched addresses, ``trace`` about contracts that are
followed. What is asked is as on 1.x, and stands in ``methods.followers``; the answers have votes and validators,
and neither failed transactions nor proof of work.

The reference has three of them, about contracts. A node without the part says what to start it with.
"""
