"""What a field means in classes of the wallet: accounts, assets, keys, what it has, and its backup."""

from __future__ import annotations

from collections.abc import Mapping

OF_WALLET: Mapping[str, Mapping[str, str]] = {
    # accounts
    "AccountRequest": {
        "account_id": "The id of the account; or give its alias",
        "account_alias": "The name of the account, exactly as it is stored",
    },
    "AccountReply": {"id": "The id of the account", "alias": "The name of the account"},
    "AddressReply": {"address": "The address", "key_index": "The number of the address in its account"},
    "Arbitrary": {"arbitrary": "What is written into the coinbases of mined blocks, in hex"},
    "CreateAccountRequest": {"alias": "The name of the new account, of which there is none yet"},
    "DeleteAccountRequest": {"account_info": "The name or the id, as clients of bytomd 1.0.5 give it"},
    "ListAccountsRequest": {
        "id": "The beginning of the ids; empty for all",
        "alias": "The name of the one account that is wanted",
    },
    "MiningAddress": {"mining_address": "The address that the rewards of mined blocks are paid to"},
    "PublicKeyReply": {"pubkey": "The public key"},
    "PublicKeysReply": {"root_xpub": "The first root key of the account", "pubkey_infos": "The public keys"},
    "PublicKeysRequest": {"public_key": "The one public key that is wanted, in hex"},
    "ReceiverReply": {"address": "The new address", "control_program": "The program that pays to it"},
    # assets
    "AssetAliasRequest": {"id": "The id of the asset", "alias": "The new name"},
    "AssetReply": {
        "type": "The kind of its signer: asset, or empty for one without keys",
        "id": "The id of the asset",
        "alias": "The name of the asset in this wallet",
        "issue_program": "The program that decides who may issue it",
        "raw_definition_byte": "The definition as it is hashed, in hex",
    },
    "AssetRequest": {"id": "The id of the asset"},
    "CreateAssetRequest": {
        "alias": "The name of the new asset, in capital letters afterwards",
        "issuance_program": "A program of one's own instead of root keys",
    },
    # balances, outputs and transactions of the wallet
    "HoldingReply": {
        "amount": "How much the account has, all together, in the smallest unit; of BTM in neu",
        "spendable": "What of the amount can be spent in the next block",
        "maturing": "What of the amount are rewards of blocks that cannot be spent yet",
        "voted": "What of the amount is in votes, which are taken back before they are spent",
        "locked": "What of the votes cannot be taken back yet",
    },
    "BalanceReply": {"amount": "How much the account has, in the smallest unit; of BTM in neu"},
    "ListTransactionsRequest": {
        "id": "The id of the one transaction that is wanted",
        "detail": "Whether to show all of each transaction rather than a summary",
        "unconfirmed": "Whether to list those of the pool as well",
    },
    "RecoveryReply": {
        "accounts_found": "How many accounts were found",
        "addresses_found": "How many addresses were found",
    },
    "RecoveryRequest": {"xpubs": "The root keys whose accounts are looked for on the chain"},
    "UnspentReply": {"id": "The id of the output", "program": "The control program", "address": "The address"},
    "UnspentRequest": {
        "id": "The beginning of the ids of outputs; empty for all",
        "unconfirmed": "Whether to list those of the pool as well",
        "smart_contract": "Whether to list those of contracts instead of those of accounts",
    },
    "WalletInfoReply": {
        "wallet_height": "The block up to which the wallet has read the chain",
        "recovery": "What a recovery of accounts has found; only while there is one",
        "error": "Why the wallet cannot go on; only while it cannot",
    },
    "WalletTransactionReply": {
        "size": "Bytes of the transaction",
        "block_height": "The height of its block, 0 while it waits",
    },
    # keys and messages
    "ChangedReply": {"changed": "Whether the password is the new one"},
    "CheckReply": {"check_result": "Whether it is the password"},
    "CreateKeyRequest": {
        "alias": "The name of the new key",
        "password": "The password that encrypts the key",
        "mnemonic": "The words to make the key from; empty for a new key",
        "language": "The language of the words: en, zh_CN, zh_TW, it, ja, ko or es; empty for en",
    },
    "KeyReply": {"alias": "The name of the key", "file": "The file that the key is in, encrypted"},
    "MessageRequest": {"address": "The address whose key signs"},
    "NewKeyReply": {
        "alias": "The name of the key",
        "file": "The file that the key is in, encrypted",
        "mnemonic": "The words to make the key from again: write them down; left out if they were given",
    },
    "ResetPasswordRequest": {"old_password": "The password until now", "new_password": "The new password"},
    "SignedMessageRequest": {"address": "The address of who is said to have signed"},
    "VerifiedReply": {"result": "Whether the owner of the address signed the message"},
    # backup
    "ImageFields": {
        "account_image": "The accounts, as backup-wallet gave them",
        "asset_image": "The assets, as backup-wallet gave them",
        "key_images": "The keys, as backup-wallet gave them",
    },
    "ImageReply": {
        "account_image": "The accounts",
        "asset_image": "The assets",
        "key_images": "The keys, each encrypted with its password",
    },
    "RestoreRequest": {"data": "Or the image is in here, as the answer of backup-wallet has it"},
}
"""By the name of the class."""
