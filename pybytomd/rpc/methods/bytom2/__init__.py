"""The methods of Bytom 2 that differ from those of 1.x, one family a file.

``blocks``: blocks, headers, votes, finality. ``transactions``: taken apart, submitted, waiting. ``network``: the
node among its peers, ``status``: how it is. ``validators``: who makes blocks, votes, epochs, rewards.
``followers``: watched addresses, the index of everything. ``mining``: making blocks. ``programs``: programs and
signed messages. ``wallet``: what its index tells in another way, and votes. ``assets`` and ``build``: assets and
transactions that are made, with other numbers and other actions. ``access_tokens``: tokens, of which any text may
be the id.

Answers are those of bytomd 2.0.7. What that version has no more, such as work for miners and transaction feeds, is
not there; what both chains have alike is with the others, and says that it is for both.
Source: bytom2-network-wallet-api reference, section 5.
"""
