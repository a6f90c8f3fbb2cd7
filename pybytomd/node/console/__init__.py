"""What the operator sees: lines on the console, and log files.

``output`` is the console: one line for each event that matters. ``narrator`` writes those of chain and miner,
``casper_narrator`` those of the chain of Bytom 2,
``sync_watch`` those of synchronising, ``index_watch`` those of the index. ``logs`` sets up logging: files by part
of the node and day, written by a thread of their own, warnings on the console as well. ``log_records`` gives a
record its form, the reference's; ``log_levels`` says how much of which part; ``log_folding`` leaves out what says
the same again, in each handler that is ``folded``; ``log_tail`` keeps the last records for the API.
``service_manager`` tells systemd that the node is up and lives.

Whoever wants something logged uses ``logging`` with fields in ``extra``, anywhere; nobody but this shelf opens a
log file. A line for the console is for a person, and is worth the interruption. Secrets are never logged.
"""
