"""Ground truth recorded from the Go reference, and the runner that checks it (``python -m tests.vectors``)."""
