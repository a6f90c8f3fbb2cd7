"""What connections of Bytom 2 have of their own: how two nodes prove and tell who they are.

``identity`` is the node's key, the same that signs its blocks; ``secret_connection`` has the form of the proof,
and ``node_info`` what is told, twice over. ``handshake`` names them for the steps that both networks share.

Source: bytom2-network-wallet-api reference, sections 2.1 to 2.3.
"""
