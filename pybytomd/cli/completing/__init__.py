"""What Tab completes in a shell: commands, flags, and their values.

``script`` is the command that prints the shell's script, which then calls the program for each Tab; click reads
what the shell tells, asks the command by ``cli.typed_line``, and prints what that says. ``table`` says of what
kind the values of flags and arguments are, and ``values`` finds those of a kind: some are known here, others only
the running node knows; ``offers`` puts both together. A new command with arguments belongs into ``table``.
"""
