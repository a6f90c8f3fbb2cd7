"""What peers tell each other about the chain: messages, synchronisation, relay. Knows nothing of HTTP.

::

    manager            puts the parts together, starts and ends them, answers what the API asks
    reactor            one handler for each message
    server             our chain for others: blocks, headers, merkle blocks
    synchroniser       decides what to fetch of whom, with
        trusted_path       hashes up to the checkpoints, whose proofs need no checking
        header_tree        headers above them, checked as far as headers can be
        header_download    which headers to ask of whom
        proofs_ahead       proofs of work, on threads, ahead of the bodies
        download_window    which bodies to ask of whom
        body_feeder        bodies into the chain, in order
    block_fetcher      blocks that peers announce
    block_relay, transaction_relay
                       telling others
    neighbourhood      finding nodes and being found
    peer_state, peer_set, status, diagnosis, progress
                       what is known of peers, and what is said about all of it

Most of them do no input and output and take their time from a clock.
"""
