"""Payments that are signed on a machine without a network: they travel as files.

``tx_commands`` are the commands ``tx export``, ``show``, ``sign``, ``combine`` and ``submit``, whose work is in
``steps``. ``document`` is the file, ``signatures`` checks and combines what several have signed, ``meaning`` tells
in words what a transaction does, and ``change`` which outputs go back to those who pay. ``frames`` cuts a payment
for QR codes, which ``qr_output`` draws and ``qr_input`` reads.

Nothing in a file is believed but what is signed: words come from the bytes of the transaction, a signature counts
only if it is of its key, and what a node signed is taken as its signatures alone. All but ``tx_commands`` is
loaded when one of them runs: other commands start without it.
"""
