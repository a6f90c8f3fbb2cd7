"""The methods of the API. Made by ``python -m pybytomd.client.generation``; not to be edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pybytomd.client.asking import Asking
from pybytomd.client.types import (
    Account,
    Address,
    AddressAnswer,
    AddressOutputsAnswer,
    AddressTransactionsAnswer,
    AllSigned,
    AllSubmitted,
    Arbitrary,
    Asset,
    AssetAnswer,
    AssetHoldersAnswer,
    AssetsAnswer,
    AssetTransfersAnswer,
    Balance,
    Ban,
    Block,
    BlockCount,
    BlockHash,
    BlockHeader,
    BlockSummariesAnswer,
    Changed,
    Check,
    CheckedAddress,
    CheckedTransaction,
    Compile,
    CompileArgument,
    Contract,
    ControlAddress,
    ControlProgram,
    CreatedWebhook,
    Decoded,
    Difficulty,
    Feed,
    FoundFeed,
    Gas,
    GasRate,
    Generate,
    HashRate,
    HeaderFieldsRequest,
    Holding,
    Hook,
    Image,
    ImageFieldsRequest,
    IndexedOutputAnswer,
    IndexedTransaction,
    Instance,
    Instructions,
    IsMining,
    Issue,
    Key,
    LogLevel,
    LogRecords,
    MerkleProof,
    MiningAddress,
    MiningThreads,
    NetInfo,
    NewKey,
    NodeStatus,
    Peer,
    Pool,
    PublicKeys,
    RawBlock,
    Receiver,
    Reservation,
    Retire,
    SearchAnswer,
    Setting,
    Signature,
    Signed,
    SpendAccount,
    SpendOutput,
    StatisticsAnswer,
    Submitted,
    Template,
    Token,
    Transaction,
    TransactionSummary,
    Unspent,
    Verified,
    WaitedWork,
    WalletInfo,
    WalletTransaction,
    Watched,
    WatchedList,
    Work,
    WorkFields,
)


class Methods(Asking):
    """A function for each method of the API, by its name with underscores."""

    def add_peer(self, *, address: str, keep: bool | None = None) -> Peer:
        """Call a node by name or address, and wait until it is connected.

        address: Where the node listens: host and port.
        keep: Whether to call it again whenever it is gone.

        Role: admin.
        """
        return self._ask("add-peer", {"address": address, "keep": keep}, Peer)

    def backup_wallet(self) -> Image:
        """An image of keys, accounts and assets; the keys stay encrypted.

        Role: admin.
        """
        return self._ask("backup-wallet", None, Image, harmless=True)

    def ban(self, *, address: str | None = None, peer_id: str | None = None, seconds: int | None = None) -> Ban:
        """Keep an address or a node out for a time, and part with it if it is connected.

        address: The IP address to ban; or give an id.
        peer_id: The id of the node to ban.
        seconds: For how long.

        Role: admin.
        """
        return self._ask("ban", {"address": address, "peer_id": peer_id, "seconds": seconds}, Ban)

    def build_chain_transactions(
        self,
        *,
        actions: Sequence[SpendAccount | SpendOutput | Issue | ControlAddress | ControlProgram | Retire],
        base_transaction: str | None = None,
        ttl: int | str | None = None,
        time_range: int | None = None,
        merge_assets: bool | None = None,
    ) -> list[Template]:
        """Build a transaction, and before it those that merge as many outputs as it takes.

        actions: What it is to do: at least one that spends or issues, and one that pays or retires.
        base_transaction: Passed over: a chain begins anew (a serialized transaction in hex).
        ttl: How long what it spends is kept for it (milliseconds, or text such as 1h30m).
        time_range: Passed over: a chain has no limit.
        merge_assets: Whether outputs of any asset are merged, paid for by a spend of BTM from the same account;
            without it only BTM can be spent.

        Role: spend. Errors of its own: BTM700 to BTM775.
        """
        return self._ask(
            "build-chain-transactions",
            {
                "base_transaction": base_transaction,
                "actions": actions,
                "ttl": ttl,
                "time_range": time_range,
                "merge_assets": merge_assets,
            },
            list[Template],
        )

    def build_transaction(
        self,
        *,
        actions: Sequence[SpendAccount | SpendOutput | Issue | ControlAddress | ControlProgram | Retire],
        base_transaction: str | None = None,
        ttl: int | str | None = None,
        time_range: int | None = None,
    ) -> Template:
        """Build a transaction from actions; what it spends is reserved for it.

        actions: What it is to do: at least one that spends or issues, and one that pays or retires.
        base_transaction: A transaction to add the actions to, serialized (a serialized transaction in hex).
        ttl: How long what it spends is kept for it (milliseconds, or text such as 1h30m).
        time_range: The height after which no block may have it, 0 for no limit.

        Role: spend. Errors of its own: BTM700 to BTM775.
        """
        return self._ask(
            "build-transaction",
            {"base_transaction": base_transaction, "actions": actions, "ttl": ttl, "time_range": time_range},
            Template,
        )

    def check_access_token(self, *, id: str, secret: str) -> None:
        """Whether a secret is the token's.

        id: The id of the token.
        secret: The secret of the token.

        Role: read.
        """
        self._ask("check-access-token", {"id": id, "secret": secret}, type(None), harmless=True)

    def check_key_password(self, *, xpub: str, password: str) -> Check:
        """Whether a password is that of a key.

        xpub: The root key: its extended public key (an extended public key in hex).
        password: The password of the key.

        Role: spend. Errors of its own: BTM801 to BTM802.
        """
        return self._ask("check-key-password", {"xpub": xpub, "password": password}, Check, harmless=True)

    def check_transaction(self, *, raw_transaction: str) -> CheckedTransaction:
        """Whether a signed transaction would be taken, what it would pay, and else why not. Nothing is handed in.

        raw_transaction: The transaction, serialized (a serialized transaction in hex).

        Role: read.
        """
        return self._ask(
            "check-transaction", {"raw_transaction": raw_transaction}, CheckedTransaction, harmless=True
        )

    def compile(self, *, contract: str, args: Sequence[CompileArgument] | None = None) -> Compile:
        """Compile a contract written in Equity, and with arguments make a program of it.

        contract: The source in Equity.
        args: An argument for each parameter: an object with boolean, integer or string (hex).

        Role: read. Errors of its own: BTM300 to BTM301.
        """
        return self._ask("compile", {"contract": contract, "args": args}, Compile, harmless=True)

    def connect_peer(self, *, ip: str, port: int) -> Peer:
        """Call a peer, and wait until it is connected.

        ip: The IP address or name of the peer.
        port: The port.

        Role: admin.
        """
        return self._ask("connect-peer", {"ip": ip, "port": port}, Peer)

    def create_access_token(
        self, *, id: str, type: str | None = None, expires_at: str | None = None, expires_in: int | None = None
    ) -> Token:
        """A new token, for other machines or other programs, with roles and an end; its secret is shown only now.

        id: The id of the new token.
        type: Its roles, separated by commas: read, wallet, spend, mining, admin; empty for all.
        expires_at: When it ends (RFC 3339).
        expires_in: Or after how many seconds it ends.

        Role: admin.
        """
        return self._ask(
            "create-access-token",
            {"id": id, "type": type, "expires_at": expires_at, "expires_in": expires_in},
            Token,
        )

    def create_account(self, *, root_xpubs: Sequence[str], quorum: int, alias: str) -> Account:
        """Make an account of one or more root keys.

        root_xpubs: The root keys, in the order that counts for addresses.
        quorum: How many of the root keys must sign.
        alias: The name of the new account, of which there is none yet.

        Role: spend. Errors of its own: BTM200 to BTM203.
        """
        return self._ask("create-account", {"root_xpubs": root_xpubs, "quorum": quorum, "alias": alias}, Account)

    def create_account_receiver(
        self, *, account_id: str | None = None, account_alias: str | None = None
    ) -> Receiver:
        """A new address of an account.

        account_id: The id of the account; or give its alias.
        account_alias: The name of the account, exactly as it is stored.

        Role: wallet. Errors of its own: BTM709.
        """
        return self._ask(
            "create-account-receiver", {"account_id": account_id, "account_alias": account_alias}, Receiver
        )

    def create_asset(
        self,
        *,
        alias: str,
        root_xpubs: Sequence[str] | None = None,
        quorum: int | None = None,
        definition: Mapping[str, Any] | None = None,
        limit_height: int | None = None,
        issuance_program: str | None = None,
    ) -> Asset:
        """Define an asset.

        alias: The name of the new asset, in capital letters afterwards.
        root_xpubs: The root keys, in the order that counts for addresses.
        quorum: How many of the root keys must sign.
        definition: What the issuer says of the asset, a JSON object.
        limit_height: The block up to which the asset may be issued, 0 for ever.
        issuance_program: A program of one's own instead of root keys (bytes in hex).

        Role: spend. Errors of its own: BTM200 to BTM203.
        """
        return self._ask(
            "create-asset",
            {
                "alias": alias,
                "root_xpubs": root_xpubs,
                "quorum": quorum,
                "definition": definition,
                "limit_height": limit_height,
                "issuance_program": issuance_program,
            },
            Asset,
        )

    def create_contract(self, *, alias: str, contract: str) -> Contract:
        """Register a contract under an alias.

        alias: The name of the contract.
        contract: The compiled contract (bytes in hex).

        Role: spend. Errors of its own: BTM302.
        """
        return self._ask("create-contract", {"alias": alias, "contract": contract}, Contract)

    def create_contract_instance(self, *, tx_hash: str, block_hash: str) -> list[str]:
        """Begin to follow the contracts in a transaction of a block; an id for each.

        tx_hash: The transaction that made the instance (bytes in hex).
        block_hash: The hash of the block (bytes in hex).

        Role: wallet.
        """
        return self._ask("create-contract-instance", {"tx_hash": tx_hash, "block_hash": block_hash}, list[str])

    def create_key(
        self, *, alias: str, password: str, mnemonic: str | None = None, language: str | None = None
    ) -> NewKey:
        """Make a key, or import one by its mnemonic.

        alias: The name of the new key.
        password: The password that encrypts the key.
        mnemonic: The words to make the key from; empty for a new key.
        language: The language of the words: en, zh_CN, zh_TW, it, ja, ko or es; empty for en.

        Role: spend. Errors of its own: BTM800.
        """
        return self._ask(
            "create-key",
            {"alias": alias, "password": password, "mnemonic": mnemonic, "language": language},
            NewKey,
        )

    def create_transaction_feed(self, *, alias: str, filter: str) -> None:
        """Store a feed.

        alias: The name of the feed.
        filter: Which transactions: asset_id, amount_lower_limit, amount_upper_limit, trans_type, with AND.

        Role: wallet.
        """
        self._ask("create-transaction-feed", {"alias": alias, "filter": filter}, type(None))

    def create_webhook(
        self,
        *,
        name: str,
        url: str,
        topic: str,
        filter: Mapping[str, Any] | None = None,
        secret: str | None = None,
        from_height: int | None = None,
    ) -> CreatedWebhook:
        """Have events posted to a URL: signed, in order, and again until they are taken.

        name: The name of the webhook.
        url: Where events are posted.
        topic: What is told, as of subscriptions.
        filter: Which of it, as of subscriptions.
        secret: What posts are signed with; empty for one that is made now.
        from_height: The first block that is told, -1 for the next one.

        Role: admin.
        """
        return self._ask(
            "create-webhook",
            {
                "name": name,
                "url": url,
                "topic": topic,
                "filter": filter,
                "secret": secret,
                "from_height": from_height,
            },
            CreatedWebhook,
        )

    def decode_program(self, *, program: str) -> Instructions:
        """Take a program apart; a standard one as what it runs as.

        program: The program in hex.

        Role: read. Errors of its own: BTM760 to BTM775.
        """
        return self._ask("decode-program", {"program": program}, Instructions, harmless=True)

    def decode_raw_transaction(self, *, raw_transaction: str) -> Decoded:
        """Take a serialized transaction apart.

        raw_transaction: The transaction, serialized (a serialized transaction in hex).

        Role: read.
        """
        return self._ask("decode-raw-transaction", {"raw_transaction": raw_transaction}, Decoded, harmless=True)

    def delete_access_token(self, *, id: str) -> None:
        """Forget a token; it stops working at once.

        id: The id of the token.

        Role: admin.
        """
        self._ask("delete-access-token", {"id": id}, type(None))

    def delete_account(
        self, *, account_id: str | None = None, account_alias: str | None = None, account_info: str | None = None
    ) -> None:
        """Remove an account with its addresses; its keys stay.

        account_id: The id of the account; or give its alias.
        account_alias: The name of the account, exactly as it is stored.
        account_info: The name or the id, as clients of bytomd 1.0.5 give it.

        Role: admin. Errors of its own: BTM709.
        """
        self._ask(
            "delete-account",
            {"account_id": account_id, "account_alias": account_alias, "account_info": account_info},
            type(None),
        )

    def delete_key(self, *, password: str, xpub: str) -> None:
        """Remove a key and its file for good.

        password: The password of the key.
        xpub: The root key: its extended public key (an extended public key in hex).

        Role: admin. Errors of its own: BTM801 to BTM802.
        """
        self._ask("delete-key", {"password": password, "xpub": xpub}, type(None))

    def delete_transaction_feed(self, *, alias: str) -> None:
        """Forget a feed. Quirk: one that does not exist is no error.

        alias: The name of the feed.

        Role: wallet.
        """
        self._ask("delete-transaction-feed", {"alias": alias}, type(None))

    def delete_webhook(self, *, name: str) -> None:
        """Post to a webhook no more, and forget it. Those of the configuration are removed there.

        name: The name of the webhook.

        Role: admin.
        """
        self._ask("delete-webhook", {"name": name}, type(None))

    def disconnect_peer(self, *, peer_id: str) -> None:
        """Part with a peer.

        peer_id: The id of the peer's node, from its key.

        Role: admin.
        """
        self._ask("disconnect-peer", {"peer_id": peer_id}, type(None))

    def error(self) -> None:
        """Where requests for the wallet lead while there is none.

        Role: read.
        """
        self._ask("error", None, type(None), harmless=True)

    def estimate_chain_transaction_gas(self, *, transaction_templates: Sequence[Template]) -> Gas:
        """What the last of several templates should pay, and what those before it do pay for merging, in neu.

        transaction_templates: The templates, as build-chain-transactions gives them.

        Role: read.
        """
        return self._ask(
            "estimate-chain-transaction-gas", {"transaction_templates": transaction_templates}, Gas, harmless=True
        )

    def estimate_transaction_gas(self, *, transaction_template: Template) -> Gas:
        """What a template should pay, in neu.

        transaction_template: The template, as build-transaction gives it.

        Role: read.
        """
        return self._ask(
            "estimate-transaction-gas", {"transaction_template": transaction_template}, Gas, harmless=True
        )

    def gas_rate(self) -> GasRate:
        """Neu a unit of gas costs.

        Role: read.
        """
        return self._ask("gas-rate", None, GasRate, harmless=True)

    def generate(self, *, count: int | None = None, address: str | None = None) -> Generate:
        """Mine blocks now, on solonet and dev only.

        count: How many blocks to make.
        address: Who is paid for them; empty for the mining address of the node.

        Role: mining. Errors of its own: BTM730 to BTM775.
        """
        return self._ask("generate", {"count": count, "address": address}, Generate)

    def get_address(
        self,
        *,
        address: str | None = None,
        control_program: str | None = None,
        count: int | None = None,
        cursor: str | None = None,
    ) -> AddressAnswer:
        """An address or program: how many transactions name it, and what it has of each asset.

        address: The address; or give its control program.
        control_program: The control program, for what has no address (bytes in hex).
        count: How many at most; 0 for as many as the method gives.
        cursor: The next_cursor of the page before; empty for the first page.

        Role: read. Errors of its own: BTM950 to BTM952.
        """
        return self._ask(
            "get-address",
            {"address": address, "control_program": control_program, "count": count, "cursor": cursor},
            AddressAnswer,
            harmless=True,
        )

    def get_asset(self, *, id: str | None = None) -> Asset:
        """An asset that was defined here, or seen on the chain.

        id: The id of the asset.

        Role: wallet. Errors of its own: BTM710.
        """
        return self._ask("get-asset", {"id": id}, Asset, harmless=True)

    def get_asset_summary(self, *, asset_id: str) -> AssetAnswer:
        """Any asset of the chain: its definition, how much was issued and retired, how many have it.

        asset_id: The id of the asset; that of BTM is 64 times f (bytes in hex).

        Role: read. Errors of its own: BTM950 to BTM952.
        """
        return self._ask("get-asset-summary", {"asset_id": asset_id}, AssetAnswer, harmless=True)

    def get_block(self, *, block_height: int | None = None, block_hash: str | None = None) -> Block:
        """A block with its transactions.

        block_height: A height on the main chain; or give a hash.
        block_hash: The hash of the block, which counts more than a height (bytes in hex).

        Role: read.
        """
        return self._ask(
            "get-block", {"block_height": block_height, "block_hash": block_hash}, Block, harmless=True
        )

    def get_block_count(self) -> BlockCount:
        """Height of the best block.

        Role: read.
        """
        return self._ask("get-block-count", None, BlockCount, harmless=True)

    def get_block_hash(self) -> BlockHash:
        """Hash of the best block.

        Role: read.
        """
        return self._ask("get-block-hash", None, BlockHash, harmless=True)

    def get_block_header(self, *, block_height: int | None = None, block_hash: str | None = None) -> BlockHeader:
        """A serialized header, and the reward of its block.

        block_height: A height on the main chain; or give a hash.
        block_hash: The hash of the block, which counts more than a height (bytes in hex).

        Role: read.
        """
        return self._ask(
            "get-block-header",
            {"block_height": block_height, "block_hash": block_hash},
            BlockHeader,
            harmless=True,
        )

    def get_chain_statistics(
        self,
        *,
        first_height: int | None = None,
        last_height: int | None = None,
        points: int | None = None,
        interval_seconds: int | None = None,
        start_time: int | None = None,
        end_time: int | None = None,
    ) -> StatisticsAnswer:
        """Figures by interval for plots: blocks, transactions, fees, size, difficulty, hash rate, block time.

        first_height: The first block, where it is divided by height.
        last_height: The last block, included; 0 for that of the chain.
        points: Into how many intervals of equally many blocks.
        interval_seconds: How long an interval is, where it is divided by time.
        start_time: The beginning, in Unix seconds.
        end_time: The end, included, in Unix seconds; 0 for that of the chain.

        Role: read. Errors of its own: BTM950 to BTM952.
        """
        return self._ask(
            "get-chain-statistics",
            {
                "first_height": first_height,
                "last_height": last_height,
                "points": points,
                "interval_seconds": interval_seconds,
                "start_time": start_time,
                "end_time": end_time,
            },
            StatisticsAnswer,
            harmless=True,
        )

    def get_coinbase_arbitrary(self) -> Arbitrary:
        """The free data of the coinbases made here.

        Role: wallet.
        """
        return self._ask("get-coinbase-arbitrary", None, Arbitrary, harmless=True)

    def get_contract(self, *, id: str) -> Contract:
        """A registered contract.

        id: The id of the contract (bytes in hex).

        Role: wallet. Errors of its own: BTM303.
        """
        return self._ask("get-contract", {"id": id}, Contract, harmless=True)

    def get_contract_instance(self, *, trace_id: str) -> Instance:
        """Where a contract that is followed is now.

        trace_id: The id that create-contract-instance gave.

        Role: read.
        """
        return self._ask("get-contract-instance", {"trace_id": trace_id}, Instance, harmless=True)

    def get_difficulty(self, *, block_height: int | None = None, block_hash: str | None = None) -> Difficulty:
        """How many hashes a block takes on average.

        block_height: A height on the main chain; or give a hash.
        block_hash: The hash of the block, which counts more than a height (bytes in hex).

        Role: read.
        """
        return self._ask(
            "get-difficulty", {"block_height": block_height, "block_hash": block_hash}, Difficulty, harmless=True
        )

    def get_hash_rate(self, *, block_height: int | None = None, block_hash: str | None = None) -> HashRate:
        """Hashes a second of the whole network when a block was found; without height, the best block.

        block_height: A height on the main chain; or give a hash.
        block_hash: The hash of the block, which counts more than a height (bytes in hex).

        Role: read.
        """
        return self._ask(
            "get-hash-rate", {"block_height": block_height, "block_hash": block_hash}, HashRate, harmless=True
        )

    def get_indexed_output(self, *, output_id: str) -> IndexedOutputAnswer:
        """Any output of the chain by its id, and who spent it: unspent, spent, retired, or void if it never was.

        output_id: The id of the output (bytes in hex).

        Role: read. Errors of its own: BTM950 to BTM952.
        """
        return self._ask("get-indexed-output", {"output_id": output_id}, IndexedOutputAnswer, harmless=True)

    def get_indexed_transaction(self, *, tx_id: str) -> IndexedTransaction:
        """Any transaction of the chain or the pool, with its block, confirmations, fee, and who spent its outputs.

        tx_id: The id of the transaction (bytes in hex).

        Role: read. Errors of its own: BTM950 to BTM952.
        """
        return self._ask("get-indexed-transaction", {"tx_id": tx_id}, IndexedTransaction, harmless=True)

    def get_merkle_proof(self, *, tx_ids: Sequence[str], block_hash: str | None = None) -> MerkleProof:
        """Proof that transactions are in a block; ids that are not in it are passed over.

        tx_ids: The ids of the transactions.
        block_hash: The block they are in; empty for the genesis block (bytes in hex).

        Role: read.
        """
        return self._ask(
            "get-merkle-proof", {"tx_ids": tx_ids, "block_hash": block_hash}, MerkleProof, harmless=True
        )

    def get_mining_address(self) -> MiningAddress:
        """The address rewards are paid to; one of the first account, if none was set.

        Role: wallet. Errors of its own: BTM709.
        """
        return self._ask("get-mining-address", None, MiningAddress, harmless=True)

    def get_raw_block(self, *, block_height: int | None = None, block_hash: str | None = None) -> RawBlock:
        """A serialized block, and which of its transactions failed.

        block_height: A height on the main chain; or give a hash.
        block_hash: The hash of the block, which counts more than a height (bytes in hex).

        Role: read.
        """
        return self._ask(
            "get-raw-block", {"block_height": block_height, "block_hash": block_hash}, RawBlock, harmless=True
        )

    def get_transaction(self, *, tx_id: str) -> WalletTransaction:
        """A transaction of the wallet, or any one if they are indexed.

        tx_id: The id of the transaction.

        Role: wallet.
        """
        return self._ask("get-transaction", {"tx_id": tx_id}, WalletTransaction, harmless=True)

    def get_transaction_feed(self, *, alias: str) -> FoundFeed:
        """A stored feed.

        alias: The name of the feed.

        Role: read.
        """
        return self._ask("get-transaction-feed", {"alias": alias}, FoundFeed, harmless=True)

    def get_unconfirmed_transaction(self, *, tx_id: str) -> Transaction:
        """A transaction that waits for a block.

        tx_id: The id of the transaction (bytes in hex).

        Role: read.
        """
        return self._ask("get-unconfirmed-transaction", {"tx_id": tx_id}, Transaction, harmless=True)

    def get_work(self) -> Work:
        """Work for a miner: a serialized header whose nonce is wanted.

        Role: mining.
        """
        return self._ask("get-work", None, Work, harmless=True)

    def get_work_json(self) -> WorkFields:
        """Work for a miner: a header whose nonce is wanted.

        Role: mining.
        """
        return self._ask("get-work-json", None, WorkFields, harmless=True)

    def is_mining(self) -> IsMining:
        """Whether the node mines.

        Role: read.
        """
        return self._ask("is-mining", None, IsMining, harmless=True)

    def list_access_tokens(self) -> list[Token]:
        """All tokens; only for clients on this machine. Secrets of those with roles or an end are not shown.

        Role: admin.
        """
        return self._ask("list-access-tokens", None, list[Token], harmless=True)

    def list_accounts(self, *, id: str | None = None, alias: str | None = None) -> list[Account]:
        """Accounts, in the order they were made.

        id: The beginning of the ids; empty for all.
        alias: The name of the one account that is wanted.

        Role: wallet. Errors of its own: BTM709.
        """
        return self._ask("list-accounts", {"id": id, "alias": alias}, list[Account], harmless=True)

    def list_address_outputs(
        self,
        *,
        address: str | None = None,
        control_program: str | None = None,
        asset_id: str | None = None,
        count: int | None = None,
        cursor: str | None = None,
    ) -> AddressOutputsAnswer:
        """The unspent outputs of an address or program, with all that spending them takes.

        address: The address; or give its control program.
        control_program: The control program, for what has no address (bytes in hex).
        asset_id: The one asset that is wanted (bytes in hex).
        count: How many at most; 0 for as many as the method gives.
        cursor: The next_cursor of the page before; empty for the first page.

        Role: read. Errors of its own: BTM950 to BTM952.
        """
        return self._ask(
            "list-address-outputs",
            {
                "address": address,
                "control_program": control_program,
                "asset_id": asset_id,
                "count": count,
                "cursor": cursor,
            },
            AddressOutputsAnswer,
            harmless=True,
        )

    def list_address_transactions(
        self,
        *,
        address: str | None = None,
        control_program: str | None = None,
        count: int | None = None,
        cursor: str | None = None,
    ) -> AddressTransactionsAnswer:
        """The transactions that name an address or program, newest first, and what each moved to and from it.

        address: The address; or give its control program.
        control_program: The control program, for what has no address (bytes in hex).
        count: How many at most; 0 for as many as the method gives.
        cursor: The next_cursor of the page before; empty for the first page.

        Role: read. Errors of its own: BTM950 to BTM952.
        """
        return self._ask(
            "list-address-transactions",
            {"address": address, "control_program": control_program, "count": count, "cursor": cursor},
            AddressTransactionsAnswer,
            harmless=True,
        )

    def list_addresses(
        self,
        *,
        account_id: str | None = None,
        account_alias: str | None = None,
        from_: int | None = None,
        count: int | None = None,
    ) -> list[Address]:
        """The addresses of an account, for receiving and for change, by their index.

        account_id: The id of the account; or give its alias.
        account_alias: The name of the account, exactly as it is stored.
        from_: How many to pass over.
        count: How many at most; 0 for as many as the method gives.

        Role: wallet. Errors of its own: BTM709.
        """
        return self._ask(
            "list-addresses",
            {"account_id": account_id, "account_alias": account_alias, "from": from_, "count": count},
            list[Address],
            harmless=True,
        )

    def list_asset_holders(
        self, *, asset_id: str, count: int | None = None, cursor: str | None = None
    ) -> AssetHoldersAnswer:
        """Who has an asset, the largest holders first.

        asset_id: The id of the asset; that of BTM is 64 times f (bytes in hex).
        count: How many at most; 0 for as many as the method gives.
        cursor: The next_cursor of the page before; empty for the first page.

        Role: read. Errors of its own: BTM950 to BTM952.
        """
        return self._ask(
            "list-asset-holders",
            {"asset_id": asset_id, "count": count, "cursor": cursor},
            AssetHoldersAnswer,
            harmless=True,
        )

    def list_asset_transfers(
        self, *, asset_id: str, count: int | None = None, cursor: str | None = None
    ) -> AssetTransfersAnswer:
        """What happened to an asset, newest first: issued, retired, moved. For BTM these are all transactions.

        asset_id: The id of the asset; that of BTM is 64 times f (bytes in hex).
        count: How many at most; 0 for as many as the method gives.
        cursor: The next_cursor of the page before; empty for the first page.

        Role: read. Errors of its own: BTM950 to BTM952.
        """
        return self._ask(
            "list-asset-transfers",
            {"asset_id": asset_id, "count": count, "cursor": cursor},
            AssetTransfersAnswer,
            harmless=True,
        )

    def list_assets(self, *, id: str | None = None) -> list[Asset]:
        """BTM and all assets by id, or the one with this id.

        id: The id of the asset.

        Role: wallet.
        """
        return self._ask("list-assets", {"id": id}, list[Asset], harmless=True)

    def list_balances(self, *, account_id: str | None = None, account_alias: str | None = None) -> list[Balance]:
        """What accounts hold, confirmed, immature rewards included.

        account_id: The id of the account; or give its alias.
        account_alias: The name of the account, exactly as it is stored.

        Role: wallet. Errors of its own: BTM709.
        """
        return self._ask(
            "list-balances",
            {"account_id": account_id, "account_alias": account_alias},
            list[Balance],
            harmless=True,
        )

    def list_bans(self) -> list[Ban]:
        """Bans in force, made by the node itself or by an operator, those that end first in front.

        Role: read.
        """
        return self._ask("list-bans", None, list[Ban], harmless=True)

    def list_block_summaries(
        self, *, from_height: int | None = None, count: int | None = None, cursor: str | None = None
    ) -> BlockSummariesAnswer:
        """Blocks in short, newest first: time, transactions, size, fees, reward, difficulty, miner.

        from_height: The height to begin with, downwards; 0 for the newest block.
        count: How many at most; 0 for as many as the method gives.
        cursor: The next_cursor of the page before; empty for the first page.

        Role: read. Errors of its own: BTM950 to BTM952.
        """
        return self._ask(
            "list-block-summaries",
            {"from_height": from_height, "count": count, "cursor": cursor},
            BlockSummariesAnswer,
            harmless=True,
        )

    def list_contract_instances(self) -> list[Instance]:
        """All contracts that were followed and not removed, by id.

        Role: read.
        """
        return self._ask("list-contract-instances", None, list[Instance], harmless=True)

    def list_contracts(self) -> list[Contract]:
        """All registered contracts, by id.

        Role: wallet.
        """
        return self._ask("list-contracts", None, list[Contract], harmless=True)

    def list_holdings(self, *, account_id: str | None = None, account_alias: str | None = None) -> list[Holding]:
        """What accounts hold, told apart: what can be spent, what is too young, what is in votes and locked there.

        account_id: The id of the account; or give its alias.
        account_alias: The name of the account, exactly as it is stored.

        Role: wallet. Errors of its own: BTM709.
        """
        return self._ask(
            "list-holdings",
            {"account_id": account_id, "account_alias": account_alias},
            list[Holding],
            harmless=True,
        )

    def list_indexed_assets(self, *, count: int | None = None, cursor: str | None = None) -> AssetsAnswer:
        """All assets of the chain, by id, BTM first.

        count: How many at most; 0 for as many as the method gives.
        cursor: The next_cursor of the page before; empty for the first page.

        Role: read. Errors of its own: BTM950 to BTM952.
        """
        return self._ask("list-indexed-assets", {"count": count, "cursor": cursor}, AssetsAnswer, harmless=True)

    def list_keys(self) -> list[Key]:
        """All keys, in the order they were made.

        Role: wallet.
        """
        return self._ask("list-keys", None, list[Key], harmless=True)

    def list_log_levels(self) -> list[LogLevel]:
        """How much each part of the node logs now.

        Role: read.
        """
        return self._ask("list-log-levels", None, list[LogLevel], harmless=True)

    def list_log_records(
        self,
        *,
        after: int | None = None,
        level: str | None = None,
        part: str | None = None,
        count: int | None = None,
    ) -> LogRecords:
        """The last records of the log, as far as they are kept in memory: a thousand.

        after: The number of the last record that is known; later ones are wanted.
        level: The least level that is wanted: debug, info, warning, error or fatal; empty for all.
        part: The part of the node, by the name of its log file; empty for all.
        count: How many at most, the last ones; up to 1,000.

        Role: admin.
        """
        return self._ask(
            "list-log-records",
            {"after": after, "level": level, "part": part, "count": count},
            LogRecords,
            harmless=True,
        )

    def list_peers(self) -> list[Peer]:
        """Connected peers.

        Role: read.
        """
        return self._ask("list-peers", None, list[Peer], harmless=True)

    def list_pubkeys(
        self, *, account_id: str | None = None, account_alias: str | None = None, public_key: str | None = None
    ) -> PublicKeys:
        """The public keys of an account's addresses, those for change first; only below its first root key.

        account_id: The id of the account; or give its alias.
        account_alias: The name of the account, exactly as it is stored.
        public_key: The one public key that is wanted, in hex.

        Role: wallet. Errors of its own: BTM709.
        """
        return self._ask(
            "list-pubkeys",
            {"account_id": account_id, "account_alias": account_alias, "public_key": public_key},
            PublicKeys,
            harmless=True,
        )

    def list_reservations(self) -> list[Reservation]:
        """What is kept for transactions that were built, the oldest first.

        Role: wallet.
        """
        return self._ask("list-reservations", None, list[Reservation], harmless=True)

    def list_settings(self) -> list[Setting]:
        """Every setting that is in force, and where it comes from, as pybytomd config show --all tells it.

        Role: admin.
        """
        return self._ask("list-settings", None, list[Setting], harmless=True)

    def list_transaction_feeds(self) -> list[Feed]:
        """All feeds.

        Role: read.
        """
        return self._ask("list-transaction-feeds", None, list[Feed], harmless=True)

    def list_transactions(
        self,
        *,
        id: str | None = None,
        account_id: str | None = None,
        detail: bool | None = None,
        unconfirmed: bool | None = None,
        from_: int | None = None,
        count: int | None = None,
        account_alias: str | None = None,
    ) -> list[WalletTransaction] | list[TransactionSummary]:
        """Transactions of the wallet, newest first.

        id: The id of the one transaction that is wanted.
        account_id: The id of the account, which stays the same when it is renamed.
        detail: Whether to show all of each transaction rather than a summary.
        unconfirmed: Whether to list those of the pool as well.
        from_: How many to pass over.
        count: How many at most; 0 for as many as the method gives.
        account_alias: The name of the account.

        Role: wallet. Errors of its own: BTM709.
        """
        return self._ask(
            "list-transactions",
            {
                "id": id,
                "account_id": account_id,
                "detail": detail,
                "unconfirmed": unconfirmed,
                "from": from_,
                "count": count,
                "account_alias": account_alias,
            },
            list[WalletTransaction],
            list[TransactionSummary],
            harmless=True,
        )

    def list_unconfirmed_transactions(self) -> Pool:
        """Transactions that wait for a block, in the order in which they came.

        Role: read.
        """
        return self._ask("list-unconfirmed-transactions", None, Pool, harmless=True)

    def list_unspent_outputs(
        self,
        *,
        account_id: str | None = None,
        account_alias: str | None = None,
        id: str | None = None,
        unconfirmed: bool | None = None,
        smart_contract: bool | None = None,
        from_: int | None = None,
        count: int | None = None,
    ) -> list[Unspent]:
        """Unspent outputs of accounts, or those with programs of contracts, by descending id.

        account_id: The id of the account, which stays the same when it is renamed.
        account_alias: The name of the account.
        id: The beginning of the ids of outputs; empty for all.
        unconfirmed: Whether to list those of the pool as well.
        smart_contract: Whether to list those of contracts instead of those of accounts.
        from_: How many to pass over.
        count: How many at most; 0 for as many as the method gives.

        Role: wallet. Errors of its own: BTM709.
        """
        return self._ask(
            "list-unspent-outputs",
            {
                "account_id": account_id,
                "account_alias": account_alias,
                "id": id,
                "unconfirmed": unconfirmed,
                "smart_contract": smart_contract,
                "from": from_,
                "count": count,
            },
            list[Unspent],
            harmless=True,
        )

    def list_watched_addresses(self) -> WatchedList:
        """The watched addresses with what they have.

        Role: wallet.
        """
        return self._ask("list-watched-addresses", None, WatchedList, harmless=True)

    def list_webhooks(self) -> list[Hook]:
        """All webhooks, and the hooks of the configuration, with how far they are and why one fails.

        Role: admin.
        """
        return self._ask("list-webhooks", None, list[Hook], harmless=True)

    def net_info(self) -> NetInfo:
        """How the node stands among its peers.

        Role: read.
        """
        return self._ask("net-info", None, NetInfo, harmless=True)

    def node_status(self) -> NodeStatus:
        """How the node is: network, heights, time left, why stuck, peers, pool, wallet, index, mining, versions.

        Role: read.
        """
        return self._ask("node-status", None, NodeStatus, harmless=True)

    def recovery_wallet(self, *, xpubs: Sequence[str]) -> None:
        """Look for the accounts of root keys on the chain, and for addresses of those that are here already.

        xpubs: The root keys whose accounts are looked for on the chain.

        Role: admin. Errors of its own: BTM200 to BTM203.
        """
        self._ask("recovery-wallet", {"xpubs": xpubs}, type(None))

    def release_reservation(self, *, id: int) -> Reservation:
        """Let other transactions spend what is kept for one that is given up; what was kept is told.

        id: The number of the reservation, from list-reservations.

        Role: spend.
        """
        return self._ask("release-reservation", {"id": id}, Reservation)

    def remove_contract_instance(self, *, trace_id: str) -> None:
        """Follow a contract no longer and forget it; unknown ids are passed over.

        trace_id: The id that create-contract-instance gave.

        Role: wallet.
        """
        self._ask("remove-contract-instance", {"trace_id": trace_id}, type(None))

    def rescan_wallet(self) -> None:
        """Go through the chain again, and look for addresses of all accounts past the known ones.

        Role: admin.
        """
        self._ask("rescan-wallet", None, type(None))

    def reset_key_password(self, *, xpub: str, old_password: str, new_password: str) -> Changed:
        """Change the password of a key. Quirk: a failure of any kind is only told as not changed.

        xpub: The root key: its extended public key (an extended public key in hex).
        old_password: The password until now.
        new_password: The new password.

        Role: admin. Errors of its own: BTM801 to BTM802.
        """
        return self._ask(
            "reset-key-password",
            {"xpub": xpub, "old_password": old_password, "new_password": new_password},
            Changed,
        )

    def restore_wallet(
        self,
        *,
        account_image: Mapping[str, Any] | None = None,
        asset_image: Mapping[str, Any] | None = None,
        key_images: Mapping[str, Any] | None = None,
        data: ImageFieldsRequest | None = None,
    ) -> None:
        """Add what is in an image and not here, and look for the addresses of its accounts on the chain.

        account_image: The accounts, as backup-wallet gave them.
        asset_image: The assets, as backup-wallet gave them.
        key_images: The keys, as backup-wallet gave them.
        data: Or the image is in here, as the answer of backup-wallet has it.

        Role: admin. Errors of its own: BTM800, BTM200 to BTM203.
        """
        self._ask(
            "restore-wallet",
            {"account_image": account_image, "asset_image": asset_image, "key_images": key_images, "data": data},
            type(None),
        )

    def search(self, *, query: str) -> SearchAnswer:
        """What a text stands for: a height, the id of a block, transaction, output or asset, an address, a
        program.

        query: A height, an id of any kind, an address, or a control program in hex.

        Role: read. Errors of its own: BTM950 to BTM952.
        """
        return self._ask("search", {"query": query}, SearchAnswer, harmless=True)

    def set_coinbase_arbitrary(self, *, arbitrary: str | None = None) -> Arbitrary:
        """Set the free data of the coinbases made here, at most 107 bytes.

        arbitrary: What is written into the coinbases of mined blocks, in hex (bytes in hex).

        Role: mining.
        """
        return self._ask("set-coinbase-arbitrary", {"arbitrary": arbitrary}, Arbitrary)

    def set_log_level(self, *, part: str, level: str) -> list[LogLevel]:
        """Have a part of the node log more or less, until it is set again or the node ends; what is in force then.

        part: The part of the node, by the name of its log file; all for each of them.
        level: The least level to log from now on: debug, info, warn, error or fatal.

        Role: admin.
        """
        return self._ask("set-log-level", {"part": part, "level": level}, list[LogLevel])

    def set_mining(self, *, is_mining: bool) -> str:
        """Begin or stop mining. Quirk: a request that does not say which stops it.

        is_mining: Whether the node is to mine.

        Role: mining.
        """
        return self._ask("set-mining", {"is_mining": is_mining}, str)

    def set_mining_address(self, *, mining_address: str | None = None) -> MiningAddress:
        """Have rewards paid to an address, of this wallet or not.

        mining_address: The address that the rewards of mined blocks are paid to.

        Role: spend.
        """
        return self._ask("set-mining-address", {"mining_address": mining_address}, MiningAddress)

    def set_mining_threads(self, *, threads: int) -> MiningThreads:
        """Have the miner of the node search with so many threads, whether it mines now or not, until the node
        ends.

        threads: How many threads to search with, up to the number of processors.

        Role: mining.
        """
        return self._ask("set-mining-threads", {"threads": threads}, MiningThreads)

    def sign_message(self, *, address: str, message: str, password: str) -> Signature:
        """Sign a message with the key of an address of this wallet.

        address: The address whose key signs.
        message: The message in hex (bytes in hex).
        password: The password of the key.

        Role: spend. Errors of its own: BTM801 to BTM802.
        """
        return self._ask("sign-message", {"address": address, "message": message, "password": password}, Signature)

    def sign_transaction(self, *, password: str, transaction: Template) -> Signed:
        """Sign a template with the keys of a password. A wrong password is no error, but completes nothing.

        password: The password of the key.
        transaction: The template to sign, as build-transaction gave it.

        Role: spend. Errors of its own: BTM801 to BTM802, BTM712 to BTM775.
        """
        return self._ask("sign-transaction", {"password": password, "transaction": transaction}, Signed)

    def sign_transactions(self, *, password: str, transactions: Sequence[Template]) -> AllSigned:
        """Sign templates with the keys of a password. Quirk: with no templates at all it counts as complete.

        password: The password of the key.
        transactions: The templates to sign.

        Role: spend. Errors of its own: BTM801 to BTM802, BTM712 to BTM775.
        """
        return self._ask("sign-transactions", {"password": password, "transactions": transactions}, AllSigned)

    def stop(self) -> None:
        """Stop the node in good order; this request is still answered.

        Role: admin.
        """
        self._ask("stop", None, type(None))

    def submit_block(self, *, raw_block: str) -> bool:
        """Hand in a whole block; one that is known already is fine too.

        raw_block: The block, serialized (a serialized block in hex).

        Role: mining. Errors of its own: BTM730 to BTM775.
        """
        return self._ask("submit-block", {"raw_block": raw_block}, bool)

    def submit_transaction(self, *, raw_transaction: str) -> Submitted:
        """Hand in a signed transaction.

        raw_transaction: The transaction, serialized (a serialized transaction in hex).

        Role: spend. Errors of its own: BTM712 to BTM775.
        """
        return self._ask("submit-transaction", {"raw_transaction": raw_transaction}, Submitted)

    def submit_transactions(self, *, raw_transactions: Sequence[str]) -> AllSubmitted:
        """Hand in signed transactions, one after another. The first that is refused ends it; those before it stay.

        raw_transactions: The transactions, serialized.

        Role: spend. Errors of its own: BTM712 to BTM775.
        """
        return self._ask("submit-transactions", {"raw_transactions": raw_transactions}, AllSubmitted)

    def submit_work(self, *, block_header: str) -> bool:
        """Hand in a header whose nonce was found; only nonce and timestamp count.

        block_header: The header with the nonce that was found, serialized (a serialized block header in hex).

        Role: mining. Errors of its own: BTM730 to BTM775.
        """
        return self._ask("submit-work", {"block_header": block_header}, bool)

    def submit_work_json(self, *, block_header: HeaderFieldsRequest) -> bool:
        """Hand in a header whose nonce was found; only nonce and timestamp count.

        block_header: The header with the nonce that was found, field by field.

        Role: mining. Errors of its own: BTM730 to BTM775.
        """
        return self._ask("submit-work-json", {"block_header": block_header}, bool)

    def test_webhook(self, *, name: str) -> None:
        """Deliver an event that says that it is a test, once, and tell why it was not taken.

        name: The name of the webhook.

        Role: admin.
        """
        self._ask("test-webhook", {"name": name}, type(None))

    def unban(self, *, address: str | None = None, peer_id: str | None = None) -> None:
        """End a ban; what was counted against the address is forgotten.

        address: The IP address whose ban ends; or give an id.
        peer_id: The id of the node whose ban ends.

        Role: admin.
        """
        self._ask("unban", {"address": address, "peer_id": peer_id}, type(None))

    def unwatch_address(self, *, address: str | None = None, control_program: str | None = None) -> None:
        """Keep the balance of an address no longer, and forget it.

        address: The address; or give its control program.
        control_program: The control program, for what has no address (bytes in hex).

        Role: wallet.
        """
        self._ask("unwatch-address", {"address": address, "control_program": control_program}, type(None))

    def update_account_alias(
        self, *, new_alias: str, account_id: str | None = None, account_alias: str | None = None
    ) -> None:
        """Give an account another alias; its transactions are indexed again.

        new_alias: The new name.
        account_id: The id of the account; or give its alias.
        account_alias: The name of the account, exactly as it is stored.

        Role: spend. Errors of its own: BTM709.
        """
        self._ask(
            "update-account-alias",
            {"account_id": account_id, "account_alias": account_alias, "new_alias": new_alias},
            type(None),
        )

    def update_asset_alias(self, *, id: str, alias: str) -> None:
        """Give an asset another alias.

        id: The id of the asset.
        alias: The new name.

        Role: spend. Errors of its own: BTM710.
        """
        self._ask("update-asset-alias", {"id": id, "alias": alias}, type(None))

    def update_contract_alias(self, *, id: str, alias: str) -> None:
        """Give a registered contract another alias.

        id: The id of the contract (bytes in hex).
        alias: The new name.

        Role: spend. Errors of its own: BTM303.
        """
        self._ask("update-contract-alias", {"id": id, "alias": alias}, type(None))

    def update_key_alias(self, *, xpub: str, new_alias: str) -> None:
        """Give a key another alias.

        xpub: The root key: its extended public key (an extended public key in hex).
        new_alias: The new name.

        Role: spend. Errors of its own: BTM800 to BTM802.
        """
        self._ask("update-key-alias", {"xpub": xpub, "new_alias": new_alias}, type(None))

    def update_transaction_feed(self, *, alias: str, filter: str) -> None:
        """Store a feed in place of the one of this name, or as a new one. A filter that is none loses the old
        feed.

        alias: The name of the feed.
        filter: Which transactions: asset_id, amount_lower_limit, amount_upper_limit, trans_type, with AND.

        Role: wallet.
        """
        self._ask("update-transaction-feed", {"alias": alias, "filter": filter}, type(None))

    def validate_address(self, *, address: str) -> CheckedAddress:
        """Whether a text is an address of this network, and of this wallet.

        address: The text that may be an address.

        Role: wallet.
        """
        return self._ask("validate-address", {"address": address}, CheckedAddress, harmless=True)

    def verify_message(self, *, address: str, derived_xpub: str, message: str, signature: str) -> Verified:
        """Whether the owner of an address of one key signed a message.

        address: The address of who is said to have signed.
        derived_xpub: The extended public key that the signature is by (an extended public key in hex).
        message: The message in hex (bytes in hex).
        signature: The signature in hex.

        Role: read.
        """
        return self._ask(
            "verify-message",
            {"address": address, "derived_xpub": derived_xpub, "message": message, "signature": signature},
            Verified,
            harmless=True,
        )

    def wait_work(self, *, work_id: str | None = None, seconds: int | None = None) -> WaitedWork:
        """Work for a miner as soon as there is other work than it has: on a new block, or for another address.

        work_id: The id of the work that one has; empty for none.
        seconds: How long to wait for other work at most.

        Role: mining.
        """
        return self._ask("wait-work", {"work_id": work_id, "seconds": seconds}, WaitedWork)

    def wallet_info(self) -> WalletInfo:
        """How far the wallet is, and what keeps it from going on.

        Role: wallet.
        """
        return self._ask("wallet-info", None, WalletInfo, harmless=True)

    def watch_address(
        self,
        *,
        address: str | None = None,
        control_program: str | None = None,
        label: str | None = None,
        from_height: int | None = None,
    ) -> Watched:
        """Keep what an address has, without its key; the topic watched_transactions tells of its transactions.

        address: The address; or give its control program.
        control_program: The control program, for what has no address (bytes in hex).
        label: A name for people.
        from_height: The first block that is looked at, -1 for the next one, 0 for all.

        Role: wallet.
        """
        return self._ask(
            "watch-address",
            {"address": address, "control_program": control_program, "label": label, "from_height": from_height},
            Watched,
        )
