"""The check of a wallet's balance: every output it keeps is compared with what the chain says is unspent.

The blocks of the main chain are gone through from the first one; an output counts if it is of an account here, or
of a contract, and the chain's own set of unspent outputs has it. What the index says plays no part in that.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from pybytomd.errors import DecodeError
from pybytomd.store.records.json_records import Changes
from pybytomd.wallet.accounts.ownership import kept
from pybytomd.wallet.errors import WalletError
from pybytomd.wallet.forms import AnyUtxo
from pybytomd.wallet.index.utxo_set import UINT64
from pybytomd.wallet.wallet import Wallet

logger = logging.getLogger(__name__)

ATTEMPTS = 3
"""How often to begin anew when the chain moves meanwhile."""

Progress = Callable[[int, int], None]
"""Called with the blocks looked through and their number, now and then."""
BLOCKS_PER_REPORT = 1000


class ChainMoved(WalletError):
    """The chain did not stand still long enough."""

    message = "the chain moved while the wallet was checked; stop the node, or try again when it is in sync"


class Fault(Enum):
    """What is wrong with a record."""

    MISSING = "missing"
    SURPLUS = "not unspent on the chain"
    DIFFERENT = "different"
    UNDATED = "immature, which is not known since a spend of it was undone"
    """Quirk: as the reference leaves it, ``wallet/utxo.go``, detachUtxos. It is chosen for payments too early."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A record that is wrong: what it says, and what the chain says. One that does not parse says nothing."""

    fault: Fault
    key: bytes
    recorded: AnyUtxo | None
    proved: AnyUtxo | None

    def __str__(self) -> str:
        utxo = self.proved or self.recorded
        about = "" if utxo is None else f", {utxo.amount} of asset {utxo.asset_id.hex()}"
        owner = "" if utxo is None or not utxo.account_id else f", account {utxo.account_id}"
        until = f", until block {self.proved.valid_height}" if self.fault is Fault.UNDATED and self.proved else ""
        return f"{self.key.decode('ascii', 'replace')}: {self.fault.value}{until}{about}{owner}"


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account holds of an asset: the sum of the records, and what the chain proves."""

    account_id: str
    asset_id: bytes
    recorded: int
    proved: int


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a check at a height. ``mended`` says whether what was wrong was put right."""

    height: int
    outputs: int
    balances: tuple[Balance, ...]
    findings: tuple[Finding, ...]
    mended: bool
    lists_fit: bool = True
    """Whether balances and lists are made from the records that there are."""

    @property
    def is_sound(self) -> bool:
        """Whether every record was as the chain says, and the lists are made from them."""
        return not self.findings and self.lists_fit

    def lines(self) -> list[str]:
        """The report in words: balances that are wrong, the findings, the verdict."""
        wrong = [balance for balance in self.balances if balance.recorded != balance.proved]
        told = [
            f"account {balance.account_id}, asset {balance.asset_id.hex()}: "
            f"recorded {balance.recorded}, proved {balance.proved}"
            for balance in wrong
        ]
        told += [str(finding) for finding in self.findings]
        checked = f"{len(self.balances)} balances of {self.outputs} outputs checked at height {self.height}"
        if self.is_sound:
            return [*told, f"{checked}: all are right"]
        verdict = "mended" if self.mended else "not mended"
        if not self.lists_fit:
            told.append(f"balances and lists do not fit the records that they are made from, {verdict}")
        return [*told, f"{checked}: {len(wrong)} balances and {len(self.findings)} records were wrong, {verdict}"]


def check_wallet(wallet: Wallet, *, mend: bool = False, progress: Progress | None = None) -> Report:
    """Compare every record of an unspent output with the chain, and put right what is wrong if asked to.

    The wallet is brought to the best block first, and does not move on meanwhile. Raises ChainMoved, StoreError.
    """
    with wallet.standing_still():
        for _ in range(ATTEMPTS):
            wallet.catch_up()
            best_hash = wallet.cursor.best_hash
            proved = _prove(wallet, progress)
            if wallet.chain.best_hash == best_hash:
                break
        else:
            raise ChainMoved
        recorded = dict(wallet.utxos.records())
        findings = _compare(wallet, recorded, proved, wallet.cursor.best_height)
        lists_fit = _lists_fit(wallet, recorded)
        if mend and (findings or not lists_fit):
            _mend(wallet, findings)
        return Report(
            height=wallet.cursor.best_height,
            outputs=len(recorded),
            balances=_balances(wallet, recorded, proved),
            findings=tuple(findings),
            mended=mend and (bool(findings) or not lists_fit),
            lists_fit=lists_fit,
        )


def _prove(wallet: Wallet, progress: Progress | None) -> dict[bytes, AnyUtxo]:
    """Every unspent output of accounts and contracts, by the key of its record."""
    chain = wallet.chain
    proved: dict[bytes, AnyUtxo] = {}
    best_height = wallet.cursor.best_height
    for height in range(best_height + 1):
        block_hash = chain.hash_at(height)
        if block_hash is None:
            break  # the chain was reorganised to a lower height just now
        judged = chain.judged(block_hash)
        for position, (tx, failed) in enumerate(zip(judged.block.transactions, judged.fails, strict=True)):
            for utxo in kept(wallet.forms.created(tx, failed, height, position == 0), wallet.accounts):
                entry = chain.unspent(utxo.output_id)
                if entry is not None and not entry.spent:
                    proved[utxo.key] = utxo
        if progress is not None and height % BLOCKS_PER_REPORT == 0:
            progress(height, best_height)
    return proved


def _compare(
    wallet: Wallet, recorded: dict[bytes, bytes], proved: dict[bytes, AnyUtxo], height: int
) -> list[Finding]:
    findings = []
    for key in sorted(recorded.keys() | proved.keys()):
        data, truth = recorded.get(key), proved.get(key)
        utxo = _parse(wallet, data)
        if data is None:
            findings.append(Finding(Fault.MISSING, key, None, truth))
        elif truth is None:
            findings.append(Finding(Fault.SURPLUS, key, utxo, None))
        elif utxo is None or not _is_same(utxo, truth, height):
            is_undated = utxo is not None and utxo == truth.spendable_from(0)
            findings.append(Finding(Fault.UNDATED if is_undated else Fault.DIFFERENT, key, utxo, truth))
    return findings


def _is_same(recorded: AnyUtxo, proved: AnyUtxo, height: int) -> bool:
    """Whether a record is right. The height it can be spent from does not matter once it is reached."""
    if recorded == proved:
        return True
    is_spendable = max(recorded.valid_height, proved.valid_height) <= height
    return is_spendable and recorded == proved.spendable_from(recorded.valid_height)


def _parse(wallet: Wallet, data: bytes | None) -> AnyUtxo | None:
    if data is None:
        return None
    try:
        return wallet.forms.read_utxo(data)
    except DecodeError:
        return None


def _mend(wallet: Wallet, findings: list[Finding]) -> None:
    changes: Changes = {
        finding.key: None if finding.proved is None else finding.proved.to_json() for finding in findings
    }
    wallet.utxos.mend(changes)
    logger.warning("unspent outputs of the wallet were mended", extra={"count": len(findings)})


def _lists_fit(wallet: Wallet, recorded: dict[bytes, bytes]) -> bool:
    """Whether balances and numbers of outputs are those of the records."""
    records = [utxo for utxo in (_parse(wallet, data) for data in recorded.values()) if utxo is not None]
    sums: Counter[tuple[str, bytes]] = Counter()
    for utxo in records:
        if not utxo.is_contract:
            sums[utxo.account_id, utxo.purse] += utxo.amount
    told = {(account_id, purse): amount for account_id, purse, amount in wallet.utxos.balances()}
    contracts = sum(utxo.is_contract for utxo in records)
    counts = len(wallet.utxos), wallet.utxos.count(contracts=True)
    return counts == (len(records) - contracts, contracts) and told == {
        holding: amount & UINT64 for holding, amount in sums.items()
    }


def _balances(wallet: Wallet, recorded: dict[bytes, bytes], proved: dict[bytes, AnyUtxo]) -> tuple[Balance, ...]:
    sums: dict[tuple[str, bytes], list[int]] = {}
    records = [utxo for utxo in (_parse(wallet, data) for data in recorded.values()) if utxo is not None]
    for place, utxos in enumerate((records, proved.values())):
        for utxo in utxos:
            if not utxo.is_contract:
                sums.setdefault((utxo.account_id, utxo.asset_id), [0, 0])[place] += utxo.amount
    return tuple(
        Balance(account_id, asset_id, *amounts) for (account_id, asset_id), amounts in sorted(sums.items())
    )
