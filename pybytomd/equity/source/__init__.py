"""From the text of a contract to a syntax tree.

``scanner`` makes words, symbols and literals of the text, ``parser`` a tree of those, whose parts are the records
of ``syntax``. ``limits`` says how long a source may be and how deeply nested, which the reference leaves to
memory; both apply it as they go.

Nothing is judged here but grammar: a tree may still be nonsense, which is the matter of ``checks``. What does not
parse raises a CompileError that names the line.
"""
