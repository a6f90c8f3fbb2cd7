"""Commands of ``pybytomcli`` that people type: payments, balances, wallets, status. The reference has none."""
