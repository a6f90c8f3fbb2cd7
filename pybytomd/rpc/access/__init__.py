"""Who may ask the API for what: tokens, trust in this machine, and keeping the pages of other sites out.

``check.AccessCheck`` is the one place that every request passes, whatever it came over; the other modules are what
it decides by: ``auth`` (this machine, or a token), ``origin`` (what a browser sends for somebody else's page) and
``tokens`` (the tokens and where they are kept). What a token opens is in ``rpc.roles``, which pages of other sites
are let in in ``rpc.cors``.

A rule of access is added to ``check`` and nowhere else. Secrets are compared in constant time and never logged;
those of tokens with roles are not stored, only their digests.
"""
