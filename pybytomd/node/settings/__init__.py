"""Every setting: what there is, where values come from, and the configuration made of them.

``options`` is the table: one row an option, with its kind of value from ``value_types``. ``config_file`` finds
and reads ``config.toml``, ``sources`` chooses flag, environment, file or default, and ``config`` is the frozen
result that is handed to others, by section. ``network`` tells which network a home is of. ``api_address`` judges
where the API may listen. ``example`` writes ``config.example.toml`` from the table. ``guess`` tells what a
mistyped name was meant to be. ``report`` shows the settings with their sources, and what is wrong with them by
the lines of ``key_lines``.

To add a setting: a row in ``options``, a field in ``config``, and ``python -m pybytomd.node.settings.example >
config.example.toml``. Flags, environment variable, help and checks follow from the row. A wrong value raises
ConfigError, which says which setting, where it came from, and what is allowed.
"""
