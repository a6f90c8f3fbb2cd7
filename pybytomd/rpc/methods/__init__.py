"""The methods of the API, one family a file. Every module here is loaded by ``registry.load_methods``."""
