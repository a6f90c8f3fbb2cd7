"""The ways a block or a transaction breaks a rule. Source: vm-and-validation reference, sections 3.6 and 4.

Kinds that the reference defines but no decoded transaction can meet are left out: a size of zero, a source or
destination position out of range, and mismatched values. Those are numbers, worked out once when a transaction is
decoded; an issuance program is bytes that another program of the transaction may write over.
"""

from __future__ import annotations

from pybytomd.errors import ValidationError

# --- transactions -------------------------------------------------------------------------------------------


class WrongTransactionVersion(ValidationError):
    """A version-1 block takes only version-1 transactions."""

    message = "invalid transaction version"
    name = "ErrTxVersion"
    code = "BTM730"


class BadTimeRange(ValidationError):
    """The block is higher than the last one the transaction wants to be in."""

    message = "invalid transaction time range"
    name = "ErrBadTimeRange"
    code = "BTM732"


class NotStandardTransaction(ValidationError):
    """BTM is spent from, or sent to, a program that is neither a witness program nor a single TRUE or FAIL."""

    message = "not standard transaction"
    name = "ErrNotStandardTx"
    code = "BTM733"


class EmptyInputIds(ValidationError):
    """Two inputs are equal, or one is of an unknown asset version (from ``RULE_AA_HEIGHT`` on)."""

    message = "got the empty InputIDs"
    name = "ErrEmptyInputIDs"


class EmptyResults(ValidationError):
    """A transaction without outputs."""

    message = "transaction has no results"
    name = "ErrEmptyResults"
    code = "BTM737"


class NoSource(ValidationError):
    """An output's asset does not occur among the inputs."""

    message = "no source for value"
    name = "ErrNoSource"
    code = "BTM743"


class AmountOverflow(ValidationError):
    """A balance leaves the range of signed 64-bit numbers on the way."""

    message = "arithmetic overflow/underflow"
    name = "ErrOverflow"
    code = "BTM744"


class Unbalanced(ValidationError):
    """As much of an asset goes out as came in, unless it is BTM."""

    message = "unbalanced asset amount between input and output"
    name = "ErrUnbalanced"
    code = "BTM746"


class MissingField(ValidationError):
    """An input or output of an unknown asset version, which has no value to check."""

    message = "missing required field"
    name = "ErrMissingField"
    code = "BTM742"


class MismatchedAssetId(ValidationError):
    """An issuance whose program was written over by an input judged before it."""

    message = "mismatched assetID"
    name = "ErrMismatchedAssetID"
    code = "BTM738"


class MismatchedPosition(ValidationError):
    """Two inputs are equal: the entry they share belongs to the position of the last."""

    message = "mismatched value source/dest position"
    name = "ErrMismatchedPosition"
    code = "BTM739"


class MismatchedReference(ValidationError):
    """A coinbase input that does not stand first."""

    message = "mismatched reference"
    name = "ErrMismatchedReference"
    code = "BTM740"


class GasMiscalculation(ValidationError):
    """A gas calculation left its range: mostly, more BTM goes out than came in."""

    message = "gas usage calculate got a math error"
    name = "ErrGasCalculate"
    code = "BTM748"


class GasCreditExceeded(ValidationError):
    """The programs of the BTM inputs used more gas than is lent, or left too little to pay for storage."""

    message = "all gas credit has been spend"
    name = "ErrOverGasCredit"
    code = "BTM747"


# --- coinbase -----------------------------------------------------------------------------------------------


class WrongCoinbaseTransaction(ValidationError):
    """A coinbase input outside of a block's first transaction, or a first one that does not pay the reward."""

    message = "wrong coinbase transaction"
    name = "ErrWrongCoinbaseTransaction"
    code = "BTM734"


class WrongCoinbaseAsset(ValidationError):
    """A coinbase that pays something else than BTM."""

    message = "wrong coinbase assetID"
    name = "ErrWrongCoinbaseAsset"
    code = "BTM735"


class CoinbaseArbitraryOversize(ValidationError):
    """More free data in a coinbase input than ``COINBASE_ARBITRARY_LIMIT``."""

    message = "coinbase arbitrary size is larger than limit"
    name = "ErrCoinbaseArbitraryOversize"
    code = "BTM736"


class WrongEntryType(ValidationError):
    """The reward is retired, where an output must be."""

    message = "invalid entry type"
    name = "ErrEntryType"


# --- blocks -------------------------------------------------------------------------------------------------


class BadBlock(ValidationError):
    """A block is refused; the cause tells which rule it breaks (``protocol/block.go``, ``ErrBadBlock``)."""

    message = "invalid block"
    name = "ErrBadBlock"


class VersionRegression(ValidationError):
    """A block version other than 1."""

    message = "version regression"
    name = "errVersionRegression"


class MisorderedBlockHeight(ValidationError):
    """A height that is not one more than the parent's."""

    message = "misordered block height"
    name = "errMisorderedBlockHeight"


class BadBits(ValidationError):
    """Not the target that follows from the ancestors."""

    message = "block bits is invalid"
    name = "errBadBits"


class MismatchedBlock(ValidationError):
    """The parent's hash is not the one the block names."""

    message = "mismatched block"
    name = "errMismatchedBlock"


class BadTimestamp(ValidationError):
    """Too far ahead of the clock, or not after the median of the ancestors."""

    message = "block timestamp is not in the valid range"
    name = "errBadTimestamp"


class BadWorkProof(ValidationError):
    """The proof of work does not meet the target."""

    message = "invalid difficulty proof of work"
    name = "errWorkProof"


class OverBlockGasLimit(ValidationError):
    """The transactions of a block use more gas than ``MAX_BLOCK_GAS``."""

    message = "block's gas is over the limit"
    name = "errOverBlockLimit"


class MismatchedMerkleRoot(ValidationError):
    """The header commits to other transactions, or to another status of them."""

    message = "mismatched merkle root"
    name = "errMismatchedMerkleRoot"


# --- unspent outputs ----------------------------------------------------------------------------------------


class MissingUtxo(ValidationError):
    """An output is spent that is not there."""

    message = "fail to find utxo entry"


class SpentUtxo(ValidationError):
    """An output is spent twice."""

    message = "utxo has been spent"


class ImmatureCoinbase(ValidationError):
    """A coinbase output is spent before ``COINBASE_MATURITY`` blocks."""

    message = "coinbase utxo is not ready for use"


class UnspentRevert(ValidationError):
    """A spend is taken back that did not happen."""

    message = "try to revert an unspent utxo"
