"""Who may ask the API for what: tokens, trust in this machine, and keeping the pages of other sites out.

``check.AccessCheck`` is the one place that every request passes, whatever it came over; the other modules are what
it decides by: ``auth`` (this machine, or a token), ``roles`` (what a token opens: the table), ``origin`` (what a
browser sends for somebody else's page), ``cors`` (pages of other sites that are let in) and ``tokens`` (the tokens
and where they are kept).

A rule of access is added to ``check`` and nowhere else. Secrets are compared in constant time and never logged;
those of tokens with roles are not stored, only their digests.
"""
