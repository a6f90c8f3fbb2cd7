"""How synchronising gets on, in figures and words: status, rate, and why it is stuck."""
