"""What can go wrong from a request to a transaction in the pool. The texts and codes are the reference's."""

from __future__ import annotations

from pybytomd.wallet.errors import WalletError


class BuildError(WalletError):
    """Base of what goes wrong while a transaction is built, signed or handed in."""


# Actions


class BadActionType(BuildError):
    """An action says nothing about its type, or names one there is not."""

    message = "bad action type"
    name = "ErrBadActionType"
    code = "BTM704"


class BadAction(BuildError):
    """An action has a field of the wrong type or out of range."""

    message = "bad action object"
    name = "ErrBadAction"
    code = "BTM705"


class BadActionConstruction(BuildError):
    """The actions together make no transaction: nothing is done with the inputs."""

    message = "bad action construction"
    name = "ErrBadActionConstruction"
    code = "BTM706"


class MissingFields(BuildError):
    """An action lacks fields it needs. Quirk: the names of the fields are not told."""

    message = "required field is missing"
    name = "ErrMissingFields"
    code = "BTM707"


class BadAmount(BuildError):
    """An input or output holds more than can be written."""

    message = "bad asset amount"
    name = "ErrBadAmount"
    code = "BTM708"


class BadArgumentType(BuildError):
    """An argument for a contract is of a type there is not."""

    message = "invalid contract argument type"
    name = "ErrBadContractArgType"
    code = "BTM711"


class ArgumentError(BuildError):
    """An argument for a contract does not parse. The text says why."""


class UnspendableByChain(BuildError):
    """Outputs of an asset that cannot pay for merging them are to be merged."""

    message = "spend chain action only support BTM"


class NoGasForMerging(BuildError):
    """Outputs of an asset are to be merged, and nothing of BTM is spent from their account."""

    message = "merging outputs of an asset takes gas: spend BTM of the same account as well"


class TooManySigners(BuildError):
    """Merging even two outputs would take more gas than merging pays for."""

    message = "the outputs of an account with so many signers cannot be merged"


class NothingToMerge(BuildError):
    """An amount of nothing was to be spent."""

    message = "mergeSpendActionUTXO utxos num 0"


class FieldTooLarge(BuildError):
    """A number of the request does not fit into a transaction."""

    message = "value out of range"


# Templates


class BadWitnessComponent(BuildError):
    """A part of a template's witness is of a type there is not."""

    message = "invalid witness component"
    name = "ErrBadWitnessComponent"


class MissingRawTransaction(BuildError):
    """A template without its transaction."""

    message = "missing raw tx"
    name = "ErrMissingRawTx"


class TooManyInstructions(BuildError):
    """A template has more signing instructions than its transaction has inputs."""

    message = "too many signing instructions in template"
    name = "ErrBadInstructionCount"


class MissingInstruction(BuildError):
    """A template lacks the signing instruction of an input. The reference crashes on it."""

    message = "signing instruction of an input is missing in template"


class NoTemplates(BuildError):
    """An estimate was asked for a chain of no transactions. The reference crashes on it."""

    message = "no transaction templates"


class NoSuchInput(BuildError):
    """A signing instruction is for an input the transaction does not have."""

    message = "unsigned tx missing input"
    name = "ErrBadTxInputIdx"


class EmptyProgram(BuildError):
    """There is nothing a signature could commit to."""

    message = "empty signature program"
    name = "ErrEmptyProgram"


# Handing in


class OrphanTransaction(BuildError):
    """The transaction spends an output that is not known; it waits in the pool for it."""

    message = "finalize can't find transaction input utxo"
    name = "ErrOrphanTx"
    code = "BTM712"


class FeeTooHigh(BuildError):
    """The fee is above ``wallet.max_tx_fee``. More going out than coming in shows as a huge fee too."""

    message = "transaction fee exceed max limit"
    name = "ErrExtTxFee"
    code = "BTM713"


class NoGasInput(BuildError):
    """No input is of BTM, so nothing can be paid for."""

    message = "transaction has no gas input"
    name = "ErrNoGasInput"
    code = "BTM714"
