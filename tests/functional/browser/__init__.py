"""The dashboard in a real browser, over real nodes."""
