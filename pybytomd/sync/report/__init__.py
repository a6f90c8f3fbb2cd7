"""How synchronising gets on, in figures and words.

``status`` is what the API and the log tell, ``progress`` how fast blocks come in and how long the rest will take,
``diagnosis`` the most likely reason for not getting on (a wrong clock, no peers, another network, a full disk),
and ``version_notice`` whether seeds run something newer.

These only look: they are given figures and give texts, change nothing, and read no clock themselves. A new reason
is a field of ``diagnosis.Symptoms`` and a line of ``diagnose``, placed by how likely it explains the others.
"""
