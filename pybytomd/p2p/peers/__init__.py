"""All connections together: who may come in, whom to call, who is connected, who is banned.

``switch`` is the middle of it, set by ``switch_config``. Coming in: ``admission``, then ``connected_peers``, which
serves each ``peer`` until it ends; ``connection_type`` says why it is there. Going out: ``outbound`` chooses whom
to call and keep, so that nobody surrounds us, ``dial_plan`` when to call again (backoff), and ``service_log``
remembers what earlier connections were worth. Offences: ``bans`` adds up ban scores, ``ban_store`` keeps the list.

``ports`` is what the switch asks of who talks to peers; addresses are in the book of ``discovery``. Times
come in by ``tick``, once a second, on the event loop; no other timer runs here. What an offence costs is said by
whoever sees it, in the error it raises.
"""
