"""Every setting: the table of options, where values come from, and the frozen configuration made of them."""
