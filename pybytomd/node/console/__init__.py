"""What the operator sees: lines on the console, and log files."""
