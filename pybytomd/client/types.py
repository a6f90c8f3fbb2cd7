"""What the methods of the API take and give. Made by ``python -m pybytomd.client.generation``; not to be edited.

Amounts are exact: whole numbers in the smallest unit of their asset, of BTM in neu. Hashes, ids
and serialized things are texts in hex. What the node may leave out has a default.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account."""

    id: str
    """The id of the account."""
    alias: str = ""
    """The name of the account."""
    xpubs: list[str]
    """The root keys, in the order that counts."""
    quorum: int
    """How many of the root keys must sign."""
    key_index: int
    """The number of the account, asset or address among those of the same root keys."""
    derive_rule: int
    """How keys are derived: 0 by BIP-32 in the older way of Bytom, 1 by BIP-44."""


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An address of an account."""

    account_alias: str
    """The name of the account."""
    account_id: str
    """The id of the account, which stays the same when it is renamed."""
    address: str
    """The address."""
    control_program: str
    """The program that guards an output; with an address it is made from that (hex)."""
    change: bool
    """Whether it is an address for change, which the wallet made for itself."""
    key_index: int
    """The number of the address in its account."""


class AddressAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An address, or a program that has none, with its balances."""

    address: str
    """The address; empty for a program that has none."""
    control_program: str
    """The program that guards an output; with an address it is made from that."""
    height: int
    """The block up to which the index has read the chain."""
    transactions: int
    """How many transactions it has."""
    balances: list[AssetBalance]
    """What it has, by asset."""
    next_cursor: str
    """What to ask for the next page with; empty at the end."""


class AddressOutput(msgspec.Struct, frozen=True, kw_only=True):
    """An unspent output, with all that spending it takes. It can be spent from block `valid_height` on."""

    output_id: str
    """The id of the output."""
    asset_id: str
    """The id of the asset; that of BTM is 64 times f."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    source_id: str
    """Together with source_pos the source of the value, which the id is hashed from."""
    source_pos: int
    """The place of the value in its source."""
    tx_id: str
    """The id of the transaction."""
    block_height: int
    """The height of the block."""
    confirmations: int
    """How many blocks confirm it, its own included; 0 while it waits for a block."""
    valid_height: int
    """The block from which on it can be spent."""


class AddressOutputsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A page of unspent outputs, by id. `next_cursor` asks for the next one; it is empty at the end."""

    height: int
    """The block up to which the index has read the chain."""
    control_program: str
    """The program that guards an output; with an address it is made from that."""
    outputs: list[AddressOutput]
    """The unspent outputs."""
    next_cursor: str
    """What to ask for the next page with; empty at the end."""


class AddressTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction in the history of an address."""

    tx_id: str
    """The id of the transaction."""
    block_height: int
    """The height of the block."""
    block_hash: str
    """The hash of the block."""
    block_time: int
    """When the block was made, in Unix seconds."""
    block_index: int
    """The place of the transaction in its block, from 0."""
    confirmations: int
    """How many blocks confirm it, its own included; 0 while it waits for a block."""
    status_fail: bool
    """Whether the transaction failed: it is in its block, paid its fee, and moved nothing but BTM."""
    changes: list[Moved]
    """What was received and sent, by asset."""


class AddressTransactionsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a history, newest first. `next_cursor` asks for the next one; it is empty at the end."""

    height: int
    """The block up to which the index has read the chain."""
    total: int
    """How many there are on all pages."""
    transactions: list[AddressTransaction]
    """The transactions."""
    next_cursor: str
    """What to ask for the next page with; empty at the end."""


class AllSigned(msgspec.Struct, frozen=True, kw_only=True):
    """The templates as far as they are signed, and whether that is enough for all. Quirk: the name is
    singular.
    """

    transaction: list[Template] | None
    """The templates with the new signatures."""
    sign_complete: bool
    """Whether there are as many signatures as it takes."""


class AllSubmitted(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of transactions that were taken. Quirk: the name is singular."""

    tx_id: list[str]
    """The ids of the transactions."""


class Arbitrary(msgspec.Struct, frozen=True, kw_only=True):
    """The free data of coinbases, as request and as reply."""

    arbitrary: str
    """What is written into the coinbases of mined blocks, in hex (hex)."""


class Argument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An argument for a contract."""

    type: str
    """How it is given: raw_tx_signature, data, string, integer or boolean."""
    raw_data: dict[str, Any]
    """For a signature xpub and derivation_path, else value, which for data is hex."""


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """An asset. `limit_height` is read back from its program."""

    type: str
    """The kind of its signer: asset, or empty for one without keys."""
    xpubs: list[str] | None
    """The root keys, in the order that counts."""
    quorum: int
    """How many of the root keys must sign."""
    key_index: int
    """The number of the account, asset or address among those of the same root keys."""
    derive_rule: int
    """How keys are derived: 0 by BIP-32 in the older way of Bytom, 1 by BIP-44."""
    id: str
    """The id of the asset (hex)."""
    alias: str
    """The name of the asset in this wallet."""
    vm_version: int
    """The version of the virtual machine that its program is for."""
    issue_program: str
    """The program that decides who may issue it (hex)."""
    raw_definition_byte: str
    """The definition as it is hashed, in hex (hex)."""
    definition: Any
    """What the issuer says of the asset, a JSON object."""
    limit_height: int
    """The block up to which the asset may be issued, 0 for ever."""


class AssetAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An asset: what it is hashed from, how much of it there is, and who has it. `issued` less `retired` is
    what all holders have together. Of BTM what miners were paid counts as issued, less the fees in it.
    `definition` is null unless it is a JSON object; `raw_definition` is what stands in the issuance.
    """

    asset_id: str
    """The id of the asset; that of BTM is 64 times f."""
    definition: dict[str, Any] | None
    """What the issuer says of it, null if that is no JSON object."""
    raw_definition: str | None
    """What stands in the issuance, in hex."""
    issuance_program: str | None
    """The program that decides who may issue it, null for BTM."""
    vm_version: int | None
    """The version of the virtual machine that its program is for."""
    height: int
    """The block up to which the index has read the chain."""
    issued: int
    """How much was issued."""
    retired: int
    """How much was retired, which nobody can spend any more."""
    holders: int
    """How many have some of it."""
    transactions: int
    """How many transactions name it."""
    first_height: int
    """The block it appears in first."""
    first_tx_id: str | None
    """The transaction it appears in first."""


class AssetBalance(msgspec.Struct, frozen=True, kw_only=True):
    """What an address has of an asset, and has received and sent since the beginning. Of the amount,
    `immature` was mined: it cannot be spent yet.
    """

    asset_id: str
    """The id of the asset; that of BTM is 64 times f."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    immature: int
    """What of the amount was mined and cannot be spent yet."""
    unspent_outputs: int
    """How many unspent outputs it is in."""
    received: int
    """How much was received."""
    sent: int
    """How much was spent."""


class AssetHolder(msgspec.Struct, frozen=True, kw_only=True):
    """Who has some of an asset; `address` is empty for a program that has none."""

    address: str
    """Who has it; empty for a program that has no address."""
    control_program: str
    """The program that guards an output; with an address it is made from that."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""


class AssetHoldersAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the holders of an asset, the largest first."""

    height: int
    """The block up to which the index has read the chain."""
    total: int
    """How many there are on all pages."""
    holders: list[AssetHolder]
    """Who has it, the largest first."""
    next_cursor: str
    """What to ask for the next page with; empty at the end."""


class AssetTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """What a transaction did with an asset: `moved` is what it paid to outputs, change among them."""

    tx_id: str
    """The id of the transaction."""
    block_height: int
    """The height of the block."""
    block_hash: str
    """The hash of the block."""
    block_time: int
    """When the block was made, in Unix seconds."""
    block_index: int
    """The place of the transaction in its block, from 0."""
    confirmations: int
    """How many blocks confirm it, its own included; 0 while it waits for a block."""
    status_fail: bool
    """Whether the transaction failed: it is in its block, paid its fee, and moved nothing but BTM."""
    issued: int
    """How much was issued."""
    retired: int
    """How much was retired, which nobody can spend any more."""
    moved: int
    """How much was paid to outputs, change among them."""


class AssetTransfersAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the transactions that name an asset, newest first."""

    height: int
    """The block up to which the index has read the chain."""
    total: int
    """How many there are on all pages."""
    transfers: list[AssetTransfer]
    """What happened to it, the newest first."""
    next_cursor: str
    """What to ask for the next page with; empty at the end."""


class AssetsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the assets of the chain, by id, BTM first."""

    height: int
    """The block up to which the index has read the chain."""
    assets: list[AssetAnswer]
    """The assets, BTM first."""
    next_cursor: str
    """What to ask for the next page with; empty at the end."""


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """What an account holds of an asset."""

    account_id: str
    """The id of the account, which stays the same when it is renamed."""
    account_alias: str
    """The name of the account."""
    asset_alias: str
    """The name of the asset in this wallet, or BTM."""
    asset_id: str
    """The id of the asset; that of BTM is 64 times f (hex)."""
    amount: int
    """How much the account has, in the smallest unit; of BTM in neu."""
    asset_definition: dict[str, Any] | None
    """What the issuer says of the asset, null if it is no JSON object."""


class Ban(msgspec.Struct, frozen=True, kw_only=True):
    """A ban in force: of an IP address (of IPv6 the whole /64) or of a node, its end, and how long until then."""

    address: str
    """The IP address that is banned, of IPv6 the whole /64; empty for a node."""
    peer_id: str
    """The id of the node that is banned; empty for an address."""
    banned_until: str
    """When the ban ends (RFC 3339)."""
    seconds_left: int
    """How long until then, in seconds."""


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A block with its transactions. Quirk: `size` is that of its hex text, twice the bytes."""

    hash: str
    """The hash of the block (hex)."""
    size: int
    """The digits of the block in hex, twice its bytes."""
    version: int
    """The version of the block."""
    height: int
    """The height of a block, 0 for the genesis block."""
    previous_block_hash: str
    """The hash of the block before (hex)."""
    timestamp: int
    """When the block was made, in Unix seconds."""
    nonce: int
    """The number that makes the proof of work good."""
    bits: int
    """The target of the proof of work in its compact form."""
    difficulty: str
    """How many hashes it takes on average to find the block, in decimal."""
    transaction_merkle_root: str
    """The root of the merkle tree of its transactions (hex)."""
    transaction_status_hash: str
    """The root of the merkle tree that says which of its transactions failed (hex)."""
    transactions: list[Transaction]
    """The transactions."""


class BlockCount(msgspec.Struct, frozen=True, kw_only=True):
    """The height of the best block. Quirk: there is one block more, the genesis block."""

    block_count: int
    """The height of the best block."""


class BlockHash(msgspec.Struct, frozen=True, kw_only=True):
    """The hash of a block."""

    block_hash: str
    """The hash of the block (hex)."""


class BlockHeader(msgspec.Struct, frozen=True, kw_only=True):
    """A serialized header, and what the block pays its miner in neu."""

    block_header: str
    """The header of the block, serialized (a serialized block header in hex)."""
    reward: int
    """What the block pays to its miner, in neu."""


class BlockStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Which transactions of a block failed."""

    version: int = 0
    """The version of the status."""
    verify_status: list[Status] = []
    """A status for each transaction, in the order of the block."""


class BlockSummariesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A page of blocks, newest first."""

    height: int
    """The block up to which the index has read the chain."""
    blocks: list[BlockSummary]
    """The blocks, the newest first."""
    next_cursor: str
    """What to ask for the next page with; empty at the end."""


class BlockSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A block in short: `size` in bytes, `fees` and `reward` in neu, fees among the reward."""

    height: int
    """The height of a block, 0 for the genesis block."""
    hash: str
    """The hash of the block."""
    timestamp: int
    """When the block was made, in Unix seconds."""
    transactions: int
    """How many transactions it has."""
    size: int
    """Bytes of the block."""
    fees: int
    """What its transactions pay to whoever mines them, in neu."""
    reward: int
    """What the block pays to its miner, in neu."""
    difficulty: str
    """How many hashes it takes on average to find the block, in decimal."""
    miner: str
    """The address that was paid for it."""
    miner_program: str
    """The program that was paid for it."""


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the password was changed."""

    changed: bool
    """Whether the password is the new one."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it is the password."""

    check_result: bool
    """Whether it is the password."""


class CheckedAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it is an address of this network, and whether it is the wallet's."""

    valid: bool
    """Whether it is an address of this network."""
    is_local: bool
    """Whether it is one of this wallet."""


class CheckedTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """What submit-transaction would answer now, and what the transaction uses and pays. With `is_accepted` the
    pool would take it; else `code` and `reason` say why not, as an error would. `status_fail` means that it
    would be in a block all the same, pay its fee, and move nothing but BTM, for the reason in `failure`.
    `fee` is what it pays and `least_fee` what its gas costs, in neu; `gas_used` is for running its programs
    and storing its `size` bytes. `is_waiting` says that it is in the pool already; `missing_outputs` are
    spent by it and known to nobody here, `rivals` wait and spend the same.
    """

    tx_id: str
    """The id of the transaction (hex)."""
    is_accepted: bool
    """Whether the pool would take it."""
    code: str
    """The error code if it would not; empty if it would."""
    reason: str
    """Why it would not; empty if it would."""
    status_fail: bool
    """Whether it would be in a block, pay its fee, and move nothing but BTM."""
    failure: str
    """Why it would fail like that; empty if it would not."""
    size: int
    """Bytes of the transaction."""
    gas_used: int
    """The gas that running its programs and storing it takes."""
    fee: int
    """What it pays to whoever mines it, in neu."""
    least_fee: int
    """What that gas costs, in neu."""
    is_waiting: bool
    """Whether it waits in the pool."""
    missing_outputs: list[str]
    """Outputs that it spends and nobody here knows."""
    rivals: list[str]
    """Transactions that wait and spend the same."""


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    """What a clause takes and does."""

    name: str
    """The name of the clause."""
    params: list[Parameter] = []
    """The parameters."""
    blockheight: list[str] = []
    """What it compares the height of the block with."""
    hash_calls: list[HashCall] = []
    """What it hashes."""
    values: list[Value] | None
    """What it unlocks, or locks anew."""
    contracts: list[str] = []
    """The contracts that it calls."""


class CommitmentFields(msgspec.Struct, frozen=True, kw_only=True):
    """What a header says of the transactions of its block."""

    transaction_merkle_root: str
    """The root of the merkle tree of its transactions (hex)."""
    transaction_status_hash: str
    """The root of the merkle tree that says which of its transactions failed (hex)."""


class CommitmentFieldsRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a header says of the transactions of its block."""

    transaction_merkle_root: str | None = None
    """The root of the merkle tree of its transactions (32 bytes in hex)."""
    transaction_status_hash: str | None = None
    """The root of the merkle tree that says which of its transactions failed (32 bytes in hex)."""


class Compile(msgspec.Struct, frozen=True, kw_only=True):
    """The last contract of a source; `program` is its body, or with arguments what can lock values."""

    name: str
    """The name of the contract."""
    source: str
    """The source that was compiled."""
    program: str
    """The compiled body, or with arguments the program that can lock values (hex)."""
    params: list[Parameter] | None
    """The parameters."""
    value: str
    """The name of what is locked."""
    clause_info: list[Clause]
    """The clauses."""
    opcodes: str
    """The body as instructions."""
    error: str
    """Why it does not compile; empty if it does."""


class CompileArgument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An argument of a contract, written as its type wants it."""

    boolean: bool | None = None
    """The argument, if it is a Boolean."""
    integer: int | None = None
    """The argument, if it is an Integer or an Amount."""
    string: str | None = None
    """The argument in hex, if it is anything else."""


class Component(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a witness: signatures, or data."""

    type: str
    """What it is: raw_tx_signature, or data."""
    quorum: int | None = None
    """How many of the root keys must sign."""
    keys: list[KeyPath] | None = None
    """The keys that may sign."""
    signatures: list[str] | None = None
    """The signatures so far, in the order of the keys; empty for those that are missing."""
    value: str | None = None
    """The data in hex."""


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """A registered contract."""

    id: str
    """The id of the contract."""
    alias: str
    """The name of the contract."""
    contract: str
    """The program of the contract."""
    call_program: str
    """The program that calls the contract."""
    register_program: str
    """The program that registers the contract on the chain."""


class ContractOutput(msgspec.Struct, frozen=True, kw_only=True):
    """An output that a contract is in. The program is in base64."""

    hash: str
    """The id of the output."""
    asset_id: str
    """The id of the asset; that of BTM is 64 times f."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    program: str | None
    """The program in base64."""
    source_id: str
    """Together with source_pos the source of the value, which the id is hashed from."""
    source_pos: int
    """The place of the value in its source."""
    state_data: list[str] | None
    """The state of the contract, in hex."""


class ControlAddress(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="control_address"
):
    """Pay to an address."""

    asset_id: str | None = None
    """The id of the asset; that of BTM is 64 times f."""
    asset_alias: str | None = None
    """The name of the asset in this wallet, or BTM."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    address: str
    """The address that is paid."""


class ControlProgram(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="control_program"
):
    """Pay to a program, whatever it is."""

    asset_id: str | None = None
    """The id of the asset; that of BTM is 64 times f."""
    asset_alias: str | None = None
    """The name of the asset in this wallet, or BTM."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    control_program: str
    """The program that is paid."""


class CreatedWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """A new webhook. The secret, by which a receiver checks the signatures, is not shown again."""

    name: str
    """The name of the webhook."""
    url: str
    """Where events are posted."""
    topic: str
    """What is told."""
    filter: dict[str, Any]
    """Which of it."""
    secret: str
    """What posts are signed with; it is not shown again."""


class Decoded(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction taken apart, with its fee in neu."""

    tx_id: str
    """The id of the transaction (hex)."""
    version: int
    """The version of the transaction."""
    size: int
    """Bytes of the transaction."""
    time_range: int
    """The height after which no block may have it, 0 for no limit."""
    inputs: list[Input]
    """What it spends."""
    outputs: list[Output]
    """What it pays."""
    fee: int
    """What it pays to whoever mines it, in neu."""


class Difficulty(msgspec.Struct, frozen=True, kw_only=True):
    """How hard a block was: hashes it takes on average, in decimal."""

    hash: str
    """The hash of the block (hex)."""
    height: int
    """The height of a block, 0 for the genesis block."""
    bits: int
    """The target of the proof of work in its compact form."""
    difficulty: str
    """How many hashes it takes on average to find the block, in decimal."""


class Disk(msgspec.Struct, frozen=True, kw_only=True):
    """The disk of the databases, and their sizes, in bytes. `low` says that little is left, else it is null."""

    free: int
    """Bytes that are free."""
    size: int
    """Bytes of the whole disk."""
    low: str | None
    """What to know when little is left, else null."""
    databases: dict[str, int]
    """Bytes of each database."""


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as it is stored and listed."""

    id: str = ""
    """An id, which the reference leaves empty."""
    alias: str
    """The name of the feed."""
    filter: str = ""
    """Which transactions are in it."""
    param: FeedParameters
    """What was understood of the filter."""


class FeedParameters(msgspec.Struct, frozen=True, kw_only=True):
    """What the reference makes of a filter by looking for words in it."""

    assetid: str = ""
    """The asset."""
    lowerlimit: int = 0
    """The least amount."""
    upperlimit: int = 0
    """The largest amount."""
    transtype: str = ""
    """The type of transaction."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a text stands for: `kind` says what, and `id` is what other methods take."""

    kind: str
    """What it is: block, transaction, output, asset, address or control_program."""
    id: str
    """What other methods take for it."""
    block_height: int | None
    """The height of its block, null for what is in none."""


class FoundFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as it is stored."""

    txfeed: dict[str, Any]
    """The feed, as list-transaction-feeds shows it."""


class Gas(msgspec.Struct, frozen=True, kw_only=True):
    """What a transaction should pay, in neu."""

    total_neu: int
    """What it should pay in all, in neu."""
    flexible_neu: int
    """The part that stands in for what cannot be known before, in neu."""
    storage_neu: int
    """The part for its size, in neu."""
    vm_neu: int
    """The part for running its programs, in neu."""
    chain_tx_neu: int
    """The part for the transactions that merge outputs before it, in neu."""


class GasRate(msgspec.Struct, frozen=True, kw_only=True):
    """Neu a unit of gas costs."""

    gas_rate: int
    """How many neu a unit of gas costs."""


class Generate(msgspec.Struct, frozen=True, kw_only=True):
    """The hashes of the blocks that were made."""

    block_hashes: list[str]
    """The hashes of the new blocks, the oldest first."""


class HashCall(msgspec.Struct, frozen=True, kw_only=True):
    """A hash function and what is hashed."""

    hash_type: str
    """The function: sha3 or sha256."""
    arg: str
    """The name of what is hashed."""
    arg_type: str
    """The type of what is hashed."""


class HashRate(msgspec.Struct, frozen=True, kw_only=True):
    """Hashes a second it took to find a block, on average."""

    hash: str
    """The hash of the block (hex)."""
    height: int
    """The height of a block, 0 for the genesis block."""
    hash_rate: int
    """How many hashes a second it took to find the block, on average."""


class HeaderFields(msgspec.Struct, frozen=True, kw_only=True):
    """A header, field by field."""

    version: int
    """The version of the block."""
    height: int
    """The height of a block, 0 for the genesis block."""
    previous_block_hash: str
    """The hash of the block before (hex)."""
    timestamp: int
    """When the block was made, in Unix seconds."""
    nonce: int
    """The number that makes the proof of work good."""
    bits: int
    """The target of the proof of work in its compact form."""
    block_commitment: CommitmentFields | None
    """What the header says of the transactions."""


class HeaderFieldsRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A header, field by field."""

    version: int | None = None
    """The version of the block."""
    height: int | None = None
    """The height of a block, 0 for the genesis block."""
    previous_block_hash: str | None = None
    """The hash of the block before (32 bytes in hex)."""
    timestamp: int | None = None
    """When the block was made, in Unix seconds."""
    nonce: int | None = None
    """The number that makes the proof of work good."""
    bits: int | None = None
    """The target of the proof of work in its compact form."""
    block_commitment: CommitmentFieldsRequest | None = None
    """What the header says of the transactions."""


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """What an account holds of an asset; `amount`, all together, is what `list-balances` says. `spendable` can
    be spent in the next block, `maturing` are rewards that are too young for that. `voted` is in votes, and
    `locked` is the part of these that cannot be taken back yet.
    """

    account_id: str
    """The id of the account, which stays the same when it is renamed."""
    account_alias: str
    """The name of the account."""
    asset_id: str
    """The id of the asset; that of BTM is 64 times f (hex)."""
    asset_alias: str
    """The name of the asset in this wallet, or BTM."""
    amount: int
    """How much the account has, all together, in the smallest unit; of BTM in neu."""
    spendable: int
    """What of the amount can be spent in the next block."""
    maturing: int
    """What of the amount are rewards of blocks that cannot be spent yet."""
    voted: int
    """What of the amount is in votes, which are taken back before they are spent."""
    locked: int
    """What of the votes cannot be taken back yet."""


class Hook(msgspec.Struct, frozen=True, kw_only=True):
    """A hook, and how it goes with it. `url` or, for one of the configuration, `program` is told. `height` is
    that of the last block that was told in full, `delivered_events` how many events were taken,
    `delivered_at` when last (Unix seconds, 0 for never). After `failures` in a row, the last for the reason
    in `failure`, it is tried again at `next_try`. `is_over` says that there is nothing more to tell.
    """

    name: str
    """The name of the hook."""
    topic: str
    """What is told."""
    filter: dict[str, Any]
    """Which of it."""
    url: str = ""
    """Where events are posted."""
    program: str = ""
    """The program that is given the events, for one of the configuration."""
    is_configured: bool
    """Whether it stands in the configuration rather than having been made by the API."""
    created_at: int
    """When it was made, in Unix seconds."""
    height: int
    """The last block that was told in full."""
    delivered_events: int
    """How many events were taken."""
    delivered_at: int
    """When the last one was taken, in Unix seconds; 0 for never."""
    failures: int
    """How many attempts in a row have failed."""
    failure: str
    """Why the last one did."""
    next_try: int
    """When it is tried again, in Unix seconds."""
    is_over: bool
    """Whether there is nothing more to tell."""


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """Accounts, assets and encrypted keys, as `restore-wallet` takes them."""

    account_image: dict[str, Any]
    """The accounts."""
    asset_image: dict[str, Any]
    """The assets."""
    key_images: dict[str, Any]
    """The keys, each encrypted with its password."""


class ImageFieldsRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The image of a wallet. Sections may be missing."""

    account_image: dict[str, Any] | None = None
    """The accounts, as backup-wallet gave them."""
    asset_image: dict[str, Any] | None = None
    """The assets, as backup-wallet gave them."""
    key_images: dict[str, Any] | None = None
    """The keys, as backup-wallet gave them."""


class Index(msgspec.Struct, frozen=True, kw_only=True):
    """How far the index of everything has read the chain, -1 before the first block, and how many blocks are
    left. `failure` is why it does not get on, null while it does.
    """

    height: int
    """The block up to which it has read the chain, -1 before the first."""
    lag: int
    """How many blocks are left."""
    blocks_per_second: float
    """How fast it reads."""
    seconds_left: float | None
    """How long it will still take, null if that cannot be told."""
    failure: str | None
    """Why it does not get on, null while it does."""


class IndexedInput(msgspec.Struct, frozen=True, kw_only=True):
    """What a transaction spends."""

    type: str
    """What it does: spend, issue or coinbase."""
    asset_id: str
    """The id of the asset; that of BTM is 64 times f."""
    asset_definition: dict[str, Any] | None
    """What the issuer says of the asset, null if it is no JSON object."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    issuance_program: str | None = None
    """The program that decides who may issue the asset."""
    control_program: str | None = None
    """The program that guards an output; with an address it is made from that."""
    address: str | None = None
    """The address of what is spent."""
    spent_output_id: str | None = None
    """The id of the output that is spent."""
    arbitrary: str | None = None
    """Free data in hex."""
    input_id: str
    """The id of the input."""
    witness_arguments: list[str] | None
    """What was given to the program: signatures and data, in hex."""
    sign_data: str
    """What is signed for this input."""


class IndexedOutput(msgspec.Struct, frozen=True, kw_only=True):
    """What a transaction pays; `spent_by` is the transaction that spent it, null while none has."""

    type: str
    """What it does: control or retire."""
    id: str
    """The id of the output."""
    position: int
    """The number of the output."""
    asset_id: str
    """The id of the asset; that of BTM is 64 times f."""
    asset_definition: dict[str, Any] | None
    """What the issuer says of the asset, null if it is no JSON object."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    control_program: str
    """The program that guards an output; with an address it is made from that."""
    address: str | None = None
    """The address that is paid."""
    spent_by: str | None
    """The transaction that spent it, null while none has."""


class IndexedOutputAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An output of the chain, spent or not."""

    output_id: str
    """The id of the output."""
    status: str
    """spent or unspent."""
    tx_id: str
    """The id of the transaction."""
    block_height: int
    """The height of the block."""
    position: int
    """The number of the output in its transaction."""
    spent_by: str | None
    """The transaction that spent it, null while none has."""
    spent_at: int | None
    """The block it was spent in, null while it was not."""
    output: IndexedOutput
    """The output itself."""


class IndexedTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction of the chain, or one that waits for a block: it has no confirmations and no block."""

    tx_id: str
    """The id of the transaction."""
    block_height: int | None
    """The height of its block, null while it waits."""
    block_hash: str | None
    """The hash of its block, null while it waits."""
    block_time: int | None
    """When its block was made, in Unix seconds, null while it waits."""
    block_index: int | None
    """Its place in the block, null while it waits."""
    confirmations: int
    """How many blocks confirm it, its own included; 0 while it waits for a block."""
    status_fail: bool
    """Whether the transaction failed: it is in its block, paid its fee, and moved nothing but BTM."""
    version: int
    """The version of the transaction."""
    size: int
    """Bytes of the transaction."""
    time_range: int
    """The height after which no block may have it, 0 for no limit."""
    fee: int
    """What it pays to whoever mines it, in neu."""
    mux_id: str
    """The id of the entry that joins inputs and outputs."""
    inputs: list[IndexedInput]
    """What it spends."""
    outputs: list[IndexedOutput]
    """What it pays."""


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """What a transaction spends."""

    type: str
    """What it does: spend, issue or coinbase; empty for what is not known."""
    asset_id: str
    """The id of the asset; that of BTM is 64 times f."""
    asset_alias: str | None = None
    """The name of the asset in this wallet, or BTM."""
    asset_definition: dict[str, Any] | None
    """What the issuer says of the asset, null if it is no JSON object."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    issuance_program: str | None = None
    """The program that decides who may issue the asset."""
    control_program: str | None = None
    """The program that guards an output; with an address it is made from that."""
    address: str | None = None
    """The address of what is spent."""
    spent_output_id: str | None = None
    """The id of the output that is spent."""
    account_id: str | None = None
    """The id of the account, which stays the same when it is renamed."""
    account_alias: str | None = None
    """The name of the account."""
    arbitrary: str | None = None
    """Free data in hex."""
    input_id: str
    """The id of the input."""
    witness_arguments: list[str] | None
    """What was given to the program: signatures and data, in hex."""
    sign_data: str
    """What is signed for this input."""


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """Where a contract is. Status 1: is followed up, 2: here, 3: ended, 4: not on the main chain."""

    trace_id: str | None = None
    """The id under which the contract is followed."""
    utxos: list[ContractOutput] | None
    """The outputs that it is in now."""
    tx_hash: str | None
    """The id of the transaction."""
    status: int
    """1: it is followed up, 2: it is where it is said to be, 3: it ended, 4: not on the main chain."""
    unconfirmed: list[Any] | None
    """What waits for a block."""


class Instruction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How an input is signed."""

    position: int
    """The number of the input."""
    witness_components: list[Component] | None = None
    """What it takes to spend it: signatures and data."""


class Instructions(msgspec.Struct, frozen=True, kw_only=True):
    """One instruction a line, with its data."""

    instructions: str
    """The instructions of the program, one a line."""


class IsMining(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the node mines."""

    is_mining: bool
    """Whether the node mines."""


class Issue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="issue"):
    """Make new units of an asset, by its keys, or by arguments for its program if it has no keys."""

    asset_id: str | None = None
    """The id of the asset; that of BTM is 64 times f."""
    asset_alias: str | None = None
    """The name of the asset in this wallet, or BTM."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    arguments: list[Argument] | None = None
    """What its program is given, if it has no keys."""


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key by what everybody may see, and the path of its file."""

    alias: str
    """The name of the key."""
    xpub: str
    """The root key: its extended public key (hex)."""
    file: str
    """The file that the key is in, encrypted."""


class KeyPath(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A root key, and the path to the one that signs."""

    xpub: str
    """The root key: its extended public key."""
    derivation_path: list[str]
    """The steps from the root key to this one, each in hex."""


class LogLevel(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the node, by the name of its log file, and the least level that it logs."""

    part: str
    """The part of the node, by the name of its log file."""
    level: str
    """The least level that it logs: debug, info, warn, error or fatal."""


class LogRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record: its `number` since the start, and what it says; `part` is the name of its log file."""

    number: int
    """Its number since the start of the node, from 1."""
    time: str
    """When it was made (RFC 3339)."""
    level: str
    """Its level: debug, info, warning, error or fatal."""
    part: str
    """The part of the node, by the name of its log file."""
    message: str
    """What it says."""
    fields: dict[str, str]
    """What it says more, by name, without secrets."""


class LogRecords(msgspec.Struct, frozen=True, kw_only=True):
    """The records, the oldest first, and the number of the newest of all, to go on `after`."""

    records: list[LogRecord]
    """The records that fit, the oldest in front."""
    newest: int
    """The number of the newest record of all, to go on after it."""


class MerkleProof(msgspec.Struct, frozen=True, kw_only=True):
    """What shows that transactions are in a block, and their status."""

    block_header: str
    """The header of the block, serialized (a serialized block header in hex)."""
    tx_hashes: list[str]
    """The hashes that prove them."""
    status_hashes: list[str]
    """The hashes that prove the status."""
    flags: list[int]
    """The shape of the tree that proves it."""
    matched_tx_ids: list[str] | None
    """The transactions that are proved."""


class Mining(msgspec.Struct, frozen=True, kw_only=True):
    """What the miner of this node does, with how many threads, and how many it may have."""

    is_mining: bool
    """Whether the node mines."""
    threads: int
    """How many threads do."""
    processors: int
    """How many threads it may have."""
    hashes_per_second: float
    """How many hashes a second they try."""
    blocks_found: int
    """How many blocks were found since the start."""


class MiningAddress(msgspec.Struct, frozen=True, kw_only=True):
    """The address rewards are paid to, as request and as reply."""

    mining_address: str
    """The address that the rewards of mined blocks are paid to."""


class MiningThreads(msgspec.Struct, frozen=True, kw_only=True):
    """How many threads the miner of the node searches with."""

    threads: int
    """How many threads the miner of the node searches with."""


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What a transaction moved of an asset to an address, and from it."""

    asset_id: str
    """The id of the asset; that of BTM is 64 times f."""
    received: int
    """How much was received."""
    sent: int
    """How much was spent."""


class NetInfo(msgspec.Struct, frozen=True, kw_only=True):
    """How the node stands."""

    listening: bool
    """Whether other nodes can call this one."""
    syncing: bool
    """Whether it fetches the chain."""
    mining: bool
    """Whether it mines."""
    peer_count: int
    """How many peers are connected."""
    current_block: int
    """The height of its best block."""
    highest_block: int
    """The height of the best block of its peers."""
    network_id: str
    """The network: mainnet, wisdom, solonet or dev."""
    version_info: Version
    """The version of the node, and whether its peers have a newer one."""


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A new key, with the words to make it again from, if they are new as well."""

    alias: str
    """The name of the key."""
    xpub: str
    """The root key: its extended public key (hex)."""
    file: str
    """The file that the key is in, encrypted."""
    mnemonic: str = ""
    """The words to make the key from again: write them down; left out if they were given."""


class NodeStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The state of all parts."""

    network: str
    """The network: mainnet, wisdom, solonet or dev."""
    versions: NodeVersions
    """The versions of program and reference."""
    sync: Sync
    """How far the chain is."""
    listen_address: str
    """Where other nodes can call this one."""
    peers: list[StatusPeer]
    """The connected peers."""
    pool: PoolState
    """What waits for a block."""
    wallet: Wallet | None
    """How far the wallet is, null without one."""
    index: Index | None
    """How far the index is, null without one."""
    mining: Mining | None
    """What the miner does, null without one."""
    disk: Disk | None
    """How full the disk is, null if that cannot be told."""
    readiness: Readiness
    """Whether the node is ready to serve."""


class NodeVersions(msgspec.Struct, frozen=True, kw_only=True):
    """Of this program, and of the reference it answers for; `newest` is the newest that a seed told of."""

    program: str
    """The version of pybytomd."""
    reference: str
    """The version of bytomd that it stands in for."""
    newest: str
    """The newest version that was heard of."""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """What a transaction pays."""

    type: str
    """What it does: control or retire."""
    id: str
    """The id of the output."""
    position: int
    """The number of the output."""
    asset_id: str
    """The id of the asset; that of BTM is 64 times f."""
    asset_alias: str | None = None
    """The name of the asset in this wallet, or BTM."""
    asset_definition: dict[str, Any] | None
    """What the issuer says of the asset, null if it is no JSON object."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    account_id: str | None = None
    """The id of the account, which stays the same when it is renamed."""
    account_alias: str | None = None
    """The name of the account."""
    control_program: str
    """The program that guards an output; with an address it is made from that."""
    address: str | None = None
    """The address that is paid."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter, and what its use says about its type."""

    name: str
    """The name of the parameter."""
    type: str
    """Its type as it is written."""
    inferred_type: str = ""
    """Its type as its use tells it."""


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """A peer as `list-peers` shows it."""

    peer_id: str
    """The id of the peer's node, from its key."""
    remote_addr: str
    """Where the connection leads, host and port."""
    height: int
    """The height of its best block."""
    ping: str
    """How much longer one direction has been silent than the other, as the reference shows it."""
    duration: str
    """How long it is connected."""
    total_sent: int
    """Bytes sent to it."""
    total_received: int
    """Bytes received from it."""
    average_sent_rate: int
    """Bytes a second sent to it on average."""
    average_received_rate: int
    """Bytes a second received from it on average."""
    current_sent_rate: int
    """Bytes a second sent to it now."""
    current_received_rate: int
    """Bytes a second received from it now."""


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of the transactions that wait for a block."""

    total: int
    """How many transactions wait for a block."""
    tx_ids: list[str]
    """Their ids."""


class PoolState(msgspec.Struct, frozen=True, kw_only=True):
    """The transactions that wait for a block, and those that wait for another one first."""

    transactions: int
    """How many transactions wait for a block."""
    orphans: int
    """How many wait for another transaction first."""


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key, and the path to it from the root key."""

    pubkey: str
    """The public key (hex)."""
    derivation_path: list[str]
    """The steps from the root key to this one, each in hex."""


class PublicKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The public keys below the first root key of an account."""

    root_xpub: str
    """The first root key of the account (hex)."""
    pubkey_infos: list[PublicKey]
    """The public keys."""


class RawBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A serialized block and the status of its transactions."""

    raw_block: str
    """The block, serialized (a serialized block in hex)."""
    transaction_status: BlockStatus
    """Which transactions of the block failed."""


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the node is ready to serve, as `/ready` says; if not, why: a word, and a line for people."""

    is_ready: bool
    """Whether it is."""
    reason: str | None
    """Why not, in one word; null if it is."""
    detail: str | None
    """Why not, for people; null if it is."""


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """A new address, and the control program that pays to it."""

    control_program: str = ""
    """The program that pays to it (hex)."""
    address: str = ""
    """The new address."""


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """What a recovery has found since it began."""

    accounts_found: int
    """How many accounts were found."""
    addresses_found: int
    """How many addresses were found."""


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """Outputs kept for a transaction, `milliseconds` more. What is over of them, `change`, goes back."""

    id: int
    """The number of the reservation."""
    milliseconds: int
    """How long it lasts."""
    change: int
    """What goes back to the account when the transaction is made, in the smallest unit."""
    outputs: list[ReservedOutput]
    """The outputs that are kept."""


class ReservedOutput(msgspec.Struct, frozen=True, kw_only=True):
    """An output that no other transaction is built of. `account_id` is empty for one of a contract."""

    id: str
    """The id of the output (hex)."""
    account_id: str
    """The account it is of; empty for one of a contract."""
    asset_id: str
    """The id of the asset; that of BTM is 64 times f (hex)."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""


class Retire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="retire"):
    """Put an amount out of the world, with free data if one likes."""

    asset_id: str | None = None
    """The id of the asset; that of BTM is 64 times f."""
    asset_alias: str | None = None
    """The name of the asset in this wallet, or BTM."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    arbitrary: str | None = None
    """Free data in hex."""


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All that a text may stand for."""

    query: str
    """What was asked for."""
    found: list[Found]
    """All that it may stand for."""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """A setting: `source` is `default`, `file`, `environment` or `flag`. `place` is the file and line, the
    variable or the flag, empty for a default. `value` is text, a number, or true or false; that of a secret
    is hidden.
    """

    key: str
    """The name of the setting."""
    value: bool | int | str
    """Its value: text, a number, or true or false; that of a secret is hidden."""
    source: str
    """Where it comes from: default, file, environment or flag."""
    place: str
    """The file and line, the variable or the flag; empty for a default."""


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature, and the key it is by."""

    signature: str
    """The signature in hex (hex)."""
    derived_xpub: str
    """The extended public key that the signature is by (hex)."""


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """The template as far as it is signed, and whether that is enough."""

    transaction: Template
    """The template with the new signatures."""
    sign_complete: bool
    """Whether there are as many signatures as it takes."""


class SpendAccount(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type", tag="spend_account"
):
    """Spend an amount of an asset from an account, whatever outputs it is in; the rest of them goes back to
    it.
    """

    account_id: str | None = None
    """The id of the account, which stays the same when it is renamed."""
    account_alias: str | None = None
    """The name of the account."""
    asset_id: str | None = None
    """The id of the asset; that of BTM is 64 times f."""
    asset_alias: str | None = None
    """The name of the asset in this wallet, or BTM."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    use_unconfirmed: bool | None = None
    """Whether to spend outputs that wait for a block as well."""


class SpendOutput(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="type",
    tag="spend_account_unspent_output",
):
    """Spend one output whole; with arguments by them, instead of what its account signs with."""

    output_id: str
    """The id of the output that is spent."""
    use_unconfirmed: bool | None = None
    """Whether to spend outputs that wait for a block as well."""
    arguments: list[Argument] | None = None
    """What the program of the output is given instead of signatures."""


class StatisticsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Figures by interval, the oldest first."""

    height: int
    """The block up to which the index has read the chain."""
    points: list[StatisticsPoint]
    """The intervals, the oldest first."""


class StatisticsPoint(msgspec.Struct, frozen=True, kw_only=True):
    """The blocks of an interval, the first and the last one included. `difficulty` is how many hashes one of
    them takes on average, `hash_rate` hashes a second of the network, `block_seconds` the time from one
    block to the next; both are null for what took no time.
    """

    first_height: int
    """The first block."""
    last_height: int
    """The last block, included."""
    start_time: int
    """The beginning, in Unix seconds."""
    end_time: int
    """The end, in Unix seconds."""
    blocks: int
    """How many blocks."""
    transactions: int
    """How many transactions."""
    size: int
    """Bytes of the blocks."""
    fees: int
    """What its transactions pay to whoever mines them, in neu."""
    difficulty: str
    """How many hashes one of the blocks takes on average, in decimal."""
    hash_rate: int | None
    """How many hashes a second the network tried, null for what took no time."""
    block_seconds: float | None
    """How long from one block to the next, null for what took no time."""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a transaction failed."""

    status_fail: bool = False
    """Whether the transaction failed: it is in its block, paid its fee, and moved nothing but BTM."""


class StatusPeer(msgspec.Struct, frozen=True, kw_only=True):
    """A connected peer. `round_trip` is what its last answered ping took, null before the first one."""

    peer_id: str
    """The id of the peer's node, from its key."""
    address: str
    """Where the connection leads, host and port."""
    version: str
    """The version of its program."""
    height: int
    """The height of its best block."""
    is_outbound: bool
    """Whether this node called it."""
    connected_for: float
    """For how many seconds."""
    round_trip: float | None
    """How many seconds a ping took, null before the first answer."""
    bytes_sent: int
    """Bytes that were sent to it."""
    bytes_received: int
    """Bytes that were received from it."""


class Submitted(msgspec.Struct, frozen=True, kw_only=True):
    """The id of a transaction that was taken."""

    tx_id: str
    """The id of the transaction (hex)."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """An input or an output in short."""

    type: str
    """What it does, as of inputs and outputs."""
    asset_id: str
    """The id of the asset; that of BTM is 64 times f."""
    asset_alias: str | None = None
    """The name of the asset in this wallet, or BTM."""
    amount: int | None = None
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    account_id: str | None = None
    """The id of the account, which stays the same when it is renamed."""
    account_alias: str | None = None
    """The name of the account."""
    arbitrary: str | None = None
    """Free data in hex."""


class Sync(msgspec.Struct, frozen=True, kw_only=True):
    """How far the chain is, and why it does not get on: `stuck` is null while it does. `activity` is for
    people. `blocks_per_second` is 0 unless blocks are fetched, and `seconds_left` null as long as that
    cannot be told.
    """

    height: int
    """The height of the best block."""
    highest: int
    """The height of the best block that is known of."""
    block_hash: str
    """The hash of the best block (hex)."""
    block_time: int
    """When the block was made, in Unix seconds."""
    headers_ahead: int
    """How many headers are known whose blocks are not there yet."""
    activity: str
    """What it does, for people."""
    is_behind: bool
    """Whether it lags behind its peers."""
    blocks_per_second: float
    """How fast blocks are fetched."""
    seconds_left: float | None
    """How long it will still take, null if that cannot be told."""
    stuck: str | None
    """Why it does not get on, null while it does."""


class Template(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A transaction and how it is signed."""

    raw_transaction: str | None
    """The transaction, serialized."""
    signing_instructions: list[Instruction] | None
    """How each input is signed."""
    fee: int
    """What it pays to whoever mines it, in neu."""
    allow_additional_actions: bool
    """Whether others may add inputs and outputs after it was signed."""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """An access token as it is shown. `token` is `id:secret`; with roles or an end it is shown only when made.
    `type` has the roles of such a token, separated by commas; of others it is any text. `expires_at` is
    empty for a token without an end.
    """

    id: str
    """The id of the token."""
    token: str = ""
    """The id and the secret, separated by a colon, as clients use it."""
    type: str = ""
    """Its roles, separated by commas; empty, or any other text, for all."""
    created_at: str
    """When it was made."""
    expires_at: str = ""
    """When it ends (RFC 3339); empty or left out if it does not."""


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction of a block or of the pool."""

    id: str
    """The id of the transaction (hex)."""
    version: int
    """The version of the transaction."""
    size: int
    """Bytes of the transaction."""
    time_range: int
    """The height after which no block may have it, 0 for no limit."""
    inputs: list[Input]
    """What it spends."""
    outputs: list[Output]
    """What it pays."""
    status_fail: bool
    """Whether the transaction failed: it is in its block, paid its fee, and moved nothing but BTM."""
    mux_id: str
    """The id of the entry that joins inputs and outputs (hex)."""


class TransactionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction in short."""

    tx_id: str
    """The id of the transaction (hex)."""
    block_time: int
    """When the block was made, in Unix seconds."""
    inputs: list[Summary]
    """What it spends."""
    outputs: list[Summary]
    """What it pays."""


class Unspent(msgspec.Struct, frozen=True, kw_only=True):
    """An unspent output. It can be spent from block `valid_height` on."""

    account_alias: str
    """The name of the account."""
    id: str
    """The id of the output (hex)."""
    asset_id: str
    """The id of the asset; that of BTM is 64 times f (hex)."""
    asset_alias: str
    """The name of the asset in this wallet, or BTM."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    account_id: str
    """The id of the account, which stays the same when it is renamed."""
    address: str
    """The address."""
    control_program_index: int
    """The number of the address among those of the account."""
    program: str
    """The control program (hex)."""
    source_id: str
    """Together with source_pos the source of the value, which the id is hashed from (hex)."""
    source_pos: int
    """The place of the value in its source."""
    valid_height: int
    """The block from which on it can be spent."""
    change: bool
    """Whether it is an address for change, which the wallet made for itself."""
    derive_rule: int
    """How keys are derived: 0 by BIP-32 in the older way of Bytom, 1 by BIP-44."""


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A value that is locked by a program, or set free."""

    name: str
    """The name of the value."""
    program: str = ""
    """The program that locks it anew."""
    asset: str = ""
    """The asset."""
    amount: str = ""
    """The amount, as the contract says it."""


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the owner of the address signed the message."""

    result: bool
    """Whether the owner of the address signed the message."""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """The version of this node, and what its peers have: `update` is 1 for a newer one, 2 for a newer major."""

    version: str
    """The version of the reference that the node stands in for."""
    update: int
    """1 if its peers have a newer version, 2 for a newer major one."""
    new_version: str
    """The newest version of its peers."""


class WaitedWork(msgspec.Struct, frozen=True, kw_only=True):
    """Work as get-work gives it. Its id stays the same while there is the same to do."""

    work_id: str
    """The id of the work, the same as long as there is the same to do."""
    block_header: str
    """The header of the block, serialized (a serialized block header in hex)."""
    seed: str
    """The seed of the proof of work (hex)."""


class Wallet(msgspec.Struct, frozen=True, kw_only=True):
    """How far the wallet has read the chain. `failure` is why it does not get on, null while it does."""

    height: int
    """The block up to which the wallet has read the chain."""
    is_rescanning: bool
    """Whether it reads the chain anew."""
    is_recovering: bool
    """Whether it looks for accounts."""
    failure: str | None
    """Why it does not get on, null while it does."""


class WalletInfo(msgspec.Struct, frozen=True, kw_only=True):
    """How far the index is. `recovery` is there during one, `error` while the wallet cannot go on."""

    best_block_height: int
    """The height of the best block of the chain."""
    wallet_height: int
    """The block up to which the wallet has read the chain."""
    recovery: Recovery | None = None
    """What a recovery of accounts has found; only while there is one."""
    error: str = ""
    """Why the wallet cannot go on; only while it cannot."""


class WalletTransaction(msgspec.Struct, frozen=True, kw_only=True):
    """A transaction with the names of accounts and assets. Without a block it waits to be in one."""

    tx_id: str
    """The id of the transaction (hex)."""
    block_time: int
    """When the block was made, in Unix seconds."""
    block_hash: str
    """The hash of the block (hex)."""
    block_height: int
    """The height of its block, 0 while it waits."""
    block_index: int
    """The place of the transaction in its block, from 0."""
    inputs: list[Input]
    """What it spends."""
    outputs: list[Output]
    """What it pays."""
    status_fail: bool
    """Whether the transaction failed: it is in its block, paid its fee, and moved nothing but BTM."""
    size: int
    """Bytes of the transaction."""
    block_transactions_count: int = 0
    """How many transactions the block has."""


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """A watched address, and what it has received from `from_height` on and not spent, up to block `height`.
    `is_behind` says that the chain is still being read for it.
    """

    address: str
    """The address; empty for a program that has none."""
    control_program: str
    """The program that guards an output; with an address it is made from that (hex)."""
    label: str
    """A name for people."""
    from_height: int
    """The first block that was looked at."""
    height: int
    """The block up to which the chain was read for it."""
    is_behind: bool
    """Whether the chain is still being read for it."""
    balances: list[WatchedBalance]
    """What it has, by asset."""


class WatchedBalance(msgspec.Struct, frozen=True, kw_only=True):
    """How much of an asset, in its smallest unit; of it `immature` was mined and cannot be spent yet."""

    asset_id: str
    """The id of the asset; that of BTM is 64 times f."""
    amount: int
    """How much, in the smallest unit of the asset; of BTM in neu, of which 100,000,000 are one BTM."""
    immature: int
    """What of the amount was mined and cannot be spent yet."""


class WatchedList(msgspec.Struct, frozen=True, kw_only=True):
    """All watched addresses, and why they cannot be followed; empty while they can."""

    failure: str
    """Why they cannot be followed; empty while they can."""
    addresses: list[Watched]
    """The watched addresses."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A serialized header whose nonce is wanted, and the seed of its proof of work."""

    block_header: str
    """The header whose nonce is wanted, serialized (a serialized block header in hex)."""
    seed: str
    """The seed of the proof of work (hex)."""


class WorkFields(msgspec.Struct, frozen=True, kw_only=True):
    """A header whose nonce is wanted, and the seed of its proof of work."""

    block_header: HeaderFields
    """The header whose nonce is wanted, field by field."""
    seed: str
    """The seed of the proof of work (hex)."""
