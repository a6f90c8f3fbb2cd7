"""One connection, from the socket to whole messages.

``dial`` calls, through a proxy if told so, and ``names`` says where; ``listen`` is called, and ``upnp`` asks the
router to let others in. ``handshake`` sets a connection up: first ``secret_connection`` (who holds which key, and
encryption), then ``node_info`` (what each says about itself). After that ``multiplexer`` makes messages of
packets, by channel, and ``traffic`` counts bytes, and limits them. ``bytom2`` has what is different there.

``secret_connection`` and ``multiplexer`` take bytes and give bytes, without any input or output: a fuzzer can
drive them, and the asyncio around them is thin. Lengths are checked before anything is allocated. The bytes are
those of the reference's Tendermint code; the specification has them.
"""
