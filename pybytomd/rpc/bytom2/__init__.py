"""What the API of Bytom 2 is made of, besides what both chains share: its parts, and what it reads and shows.

``api`` is what its methods are given: chain, key, block producer, and ``elections``, who the validators are.
``epochs`` finds out what they made of their turns. ``view`` shows blocks to who is told of them. ``actions`` are
the shapes of what a transaction can be built of, and ``fields`` the types of request fields that those of 1.x do
not have, as transactions are others.
``replies`` is how blocks and transactions are shown, with validators, votes and states. The methods themselves are
in ``methods.bytom2``, and whatever serves them - transport, dispatch, access - is that of both.
"""
