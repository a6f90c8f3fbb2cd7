"""The API of Bytom 2."""
