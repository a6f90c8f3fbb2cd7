"""Who may ask the API for what: tokens, trust in this machine, and keeping the pages of other sites out.

``check.AccessCheck`` is the one place that every request passes, whatever it came over; the other modules are what
it decides by.
"""
