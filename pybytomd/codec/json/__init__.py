"""JSON as Go writes and reads it: byte for byte on the way out, with Go's leniency and error texts on the way in.

``gojson`` is the way in: values to bytes, and bytes to values. ``gofields`` reads an object as Go reads one into a
struct, so that a field may have another letter case or a wrong type. ``gosyntax`` finds the first value of a text
and has Go's words for what is wrong with it; ``jsondepth`` refuses what is nested too deeply before anything
parses it.

Amounts are whole numbers of up to 64 bits, which floats do not hold: numbers come as ints, or as text that keeps
every digit. Input is hostile here; whatever is wrong with it raises DecodeError.
"""
