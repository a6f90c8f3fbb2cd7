"""From a client's request to a template.

Source: vm-and-validation reference, sections 5.1 and 5.8; ``api/transact.go``, ``api/request.go``.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from pybytomd.clock import Clock
from pybytomd.codec.golang.goquote import quote
from pybytomd.codec.golang.gotext import upper
from pybytomd.codec.json.gofields import Fields
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError, DecodeError
from pybytomd.wallet.spend.actions import ACTIONS, INPUTS, Action, SpendAccount, is_input
from pybytomd.wallet.spend.assembly import TemplateBuilder
from pybytomd.wallet.spend.errors import BadAction, BadActionConstruction, BadActionType
from pybytomd.wallet.spend.materials import Materials
from pybytomd.wallet.spend.merging.assets import spend_all_merged
from pybytomd.wallet.spend.merging.btm import spend_merged
from pybytomd.wallet.spend.template import UINT64_SIZE, AnyTemplate

logger = logging.getLogger(__name__)

DEFAULT_TTL = 30 * 60
"""Seconds that outputs stay reserved for a transaction, unless the request says otherwise."""

JsonObject = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What is asked for. ``base`` is a transaction of the ledger to add to.

    ``ttl`` is in seconds, 0 for the default, ``time_range`` a height, 0 for no limit. With ``merge_assets`` a
    chain merges outputs of any asset, not of BTM alone.
    """

    actions: Sequence[JsonObject] = ()
    base: Any | None = None
    ttl: float = 0
    time_range: int = 0
    merge_assets: bool = False


class TransactionBuilder:
    """Builds the transactions of a wallet. Safe to use from several threads."""

    def __init__(
        self,
        materials: Materials,
        clock: Clock,
        actions: Mapping[str, type[Action]] = ACTIONS,
        inputs: Collection[str] = INPUTS,
    ) -> None:
        """``actions`` are those there are by their types, ``inputs`` the types that add inputs."""
        self._materials = materials
        self._kinds = actions
        self._inputs = inputs
        self._clock = clock

    def build(self, request: BuildRequest) -> AnyTemplate[Any]:
        """One transaction from actions. What it spends is reserved for it; after an error that is undone.

        All actions are tried. Of several that fail the error has the kind of the first and the texts of all.
        Where we differ: so is a change address that was made on the way. Raises BytomError.
        """
        actions = self._actions(request)
        failures: list[BytomError] = []
        with TemplateBuilder(
            self._materials.forms, self._expiry(request), request.base, request.time_range
        ) as builder:
            for index, action in enumerate(actions):
                try:
                    action.build(builder, self._materials)
                except BytomError as error:
                    failures.append(error.within(f"action index {index}"))
            if failures:
                raise _together(failures)
            template = builder.build()
            if any(isinstance(action, SpendAccount) for action in actions):
                self._materials.accounts.sync()  # the addresses for change, before anybody hears of them
            return template

    def build_chain(self, request: BuildRequest) -> list[AnyTemplate[Any]]:
        """Transactions that merge as many outputs as it takes, and last the one the actions ask for.

        Quirk: base transaction and time range of the request are not regarded. Where we differ: with several
        accounts the merging transactions of all of them are given, not only of the last. Raises BytomError of the
        first action that fails.
        """
        actions = self._actions(request)
        templates: list[AnyTemplate[Any]] = []
        with TemplateBuilder(self._materials.forms, self._expiry(request)) as builder:
            for action in actions:
                if isinstance(action, SpendAccount) and request.merge_assets:
                    templates += self._spend_all_merged(action, actions, builder)
                elif isinstance(action, SpendAccount):
                    templates += spend_merged(action, builder, self._materials)
                else:
                    action.build(builder, self._materials)
            last = builder.build()
        # Quirk: without inputs there are no instructions, rather than an empty list of them.
        return [*templates, last if last.instructions else replace(last, instructions=None)]

    def _spend_all_merged(
        self, action: SpendAccount, actions: Sequence[Action], builder: TemplateBuilder
    ) -> list[AnyTemplate[Any]]:
        """All spends of an account together, at the first of them: those of BTM pay for merging the others."""
        of_account = [
            one for one in actions if isinstance(one, SpendAccount) and one.account_id == action.account_id
        ]
        return spend_all_merged(of_account, builder, self._materials) if of_account[0] is action else []

    def give_up(self, template: AnyTemplate[Any]) -> None:
        """Set free what a template spends, when nothing will come of it."""
        if template.transaction is not None:
            self._materials.keeper.release(template.transaction.spent_output_ids)

    def _expiry(self, request: BuildRequest) -> float:
        return self._clock.monotonic() + (request.ttl or DEFAULT_TTL)

    def _actions(self, request: BuildRequest) -> list[Action]:
        """The actions, those that spend the same asset of the same account made one. Raises BytomError."""
        completed = [self._with_ids(action, index) for index, action in enumerate(request.actions)]
        kinds = [_kind(action, index) for index, action in enumerate(completed)]
        if all(is_input(kind, self._inputs) for kind in kinds):
            raise BadActionConstruction.because("transaction contains only input actions and no output actions")
        decoded = [
            self._decode(kind, action, index)
            for index, (kind, action) in enumerate(zip(kinds, completed, strict=True))
        ]
        return merge_spends(decoded)

    def _decode(self, kind: str, action: JsonObject, index: int) -> Action:
        cls = self._kinds.get(kind)
        if cls is None:
            raise BadActionType.because(f"unknown action type {quote(kind)} on action {index}")
        try:
            return cls.from_fields(Fields(dict(sorted(action.items())), cls.struct))
        except DecodeError as error:
            raise BadAction.because(f"{error} on action {index}") from error

    def _with_ids(self, action: JsonObject, index: int) -> JsonObject:
        """The action with ids found by its aliases. Raises AssetNotFound, AccountNotFound."""
        completed = dict(action)
        alias = _text(action, "asset_alias")
        if alias and not _text(action, "asset_id"):
            alias = upper(alias)
            try:
                completed["asset_id"] = self._materials.assets.find_alias(alias).id.hex()
            except BytomError as error:
                raise error.within(f"invalid asset alias {alias} on action {index}") from None
        alias = _text(action, "account_alias")
        if alias and not _text(action, "account_id"):
            try:
                completed["account_id"] = self._materials.accounts.find(alias=alias).id
            except BytomError as error:
                raise error.within(f"invalid account alias {alias} on action {index}") from None
        return completed


def merge_spends(actions: Sequence[Action]) -> list[Action]:
    """The actions with all spends of one asset from one account in the place of the first of them.

    Quirk: the sum of their amounts wraps around after 64 bits.
    """
    merged: list[Action] = []
    places: dict[tuple[str, bytes], int] = {}
    for action in actions:
        if isinstance(action, SpendAccount):
            holding = (action.account_id, action.asset_id)
            place = places.setdefault(holding, len(merged))
            first = merged[place] if place < len(merged) else None
            if isinstance(first, SpendAccount):
                merged[place] = replace(
                    first,
                    amount=(first.amount + action.amount) % UINT64_SIZE,
                    use_unconfirmed=first.use_unconfirmed or action.use_unconfirmed,
                )
                continue
        merged.append(action)
    return merged


def _text(action: JsonObject, name: str) -> str:
    value = action.get(name)
    return value if isinstance(value, str) else ""


def _kind(action: JsonObject, index: int) -> str:
    kind = action.get("type")
    if not isinstance(kind, str):
        raise BadActionType.because(f"no action type provided on action {index}")
    return kind


def _together(failures: Sequence[BytomError]) -> BytomError:
    """One error for several: of the kind of the first, with the texts of all, one right after the other."""
    for failure in failures:
        logger.info("an action cannot be built", extra={"err": str(failure)})
    error = copy(failures[0])
    error.context = ("".join(map(str, failures)),)
    return error
