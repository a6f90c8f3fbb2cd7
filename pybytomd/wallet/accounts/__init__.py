"""Accounts: who signs for them, programs and addresses derived for them, and which one mining pays."""
