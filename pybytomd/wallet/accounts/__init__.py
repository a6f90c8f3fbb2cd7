"""Accounts: who signs for them, the addresses derived for them, and which one mining pays.

``manager`` makes, finds, renames and removes accounts. ``signers`` are the root keys and how many must sign,
``derivation`` derives programs and addresses from them, ``control_programs`` keeps those and finds the account
that an output belongs to, which ``ownership`` writes beside it. ``mining_address`` is who gets the rewards.
``account_records`` are the records in wallet.db.

Counters only go up, and are on the disk before an address is shown: an address is never given out twice. Safe to
use from several threads. No private key comes in here.
"""
