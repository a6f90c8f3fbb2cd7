"""One connection: called or listened for, encrypted, handshaken, packets made into messages, traffic counted."""
