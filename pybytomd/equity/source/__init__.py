"""From text to a syntax tree: scanner, parser, limits."""
