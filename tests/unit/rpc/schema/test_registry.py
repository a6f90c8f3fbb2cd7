"""The table of methods: all of the reference's, from both of its versions, and ours marked as such."""

from __future__ import annotations

import pytest

from pybytomd.rpc.methods import load_methods
from pybytomd.rpc.roles import Role
from pybytomd.rpc.schema.registry import method

REFERENCE = """
backup-wallet build-chain-transactions build-transaction check-access-token check-key-password compile
connect-peer create-access-token create-account create-account-receiver create-asset create-key
create-transaction-feed decode-program decode-raw-transaction delete-access-token delete-account delete-key
delete-transaction-feed disconnect-peer error estimate-chain-transaction-gas estimate-transaction-gas gas-rate
get-asset get-block get-block-count get-block-hash get-block-header get-coinbase-arbitrary get-difficulty
get-hash-rate get-merkle-proof get-mining-address get-raw-block get-transaction get-transaction-feed
get-unconfirmed-transaction get-work get-work-json is-mining list-access-tokens list-accounts list-addresses
list-assets list-balances list-keys list-peers list-pubkeys list-transaction-feeds list-transactions
list-unconfirmed-transactions list-unspent-outputs net-info recovery-wallet rescan-wallet reset-key-password
restore-wallet set-coinbase-arbitrary set-mining set-mining-address sign-message sign-transaction
sign-transactions submit-block submit-transaction submit-transactions submit-work submit-work-json
update-account-alias update-asset-alias update-key-alias update-transaction-feed validate-address
verify-message wallet-info
"""
"""What ``api/api.go`` registers in 1.1.1; 1.0.5 has a part of it and nothing else."""
WITH_WALLET_ONLY = """
backup-wallet build-chain-transactions build-transaction check-key-password create-account
create-account-receiver create-asset create-key decode-program delete-account delete-key get-asset
get-coinbase-arbitrary get-mining-address get-transaction list-accounts list-addresses list-assets
list-balances list-keys list-pubkeys list-transactions list-unspent-outputs recovery-wallet rescan-wallet
reset-key-password restore-wallet set-coinbase-arbitrary set-mining-address sign-message sign-transaction
sign-transactions update-account-alias update-asset-alias update-key-alias validate-address wallet-info
"""


def test_every_method_of_the_reference_is_there() -> None:
    assert {name for name, one in load_methods().items() if one.in_reference} == set(REFERENCE.split())


def test_methods_that_need_the_wallet_are_those_of_the_reference() -> None:
    found = {name for name, one in load_methods().items() if one.in_reference and one.needs_wallet}
    assert found == set(WITH_WALLET_ONLY.split())


def test_a_name_is_given_once() -> None:
    with pytest.raises(ValueError, match="there are two API methods get-block"):
        method("get-block", role=Role.READ)(lambda api: None)
