"""The result of a decision about a case: its change, with everything that is stored with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from domain.notification.notification import Notice

ResultT = TypeVar("ResultT")
EffectT = TypeVar("EffectT")


@dataclass(frozen=True)
class Transition(Generic[ResultT, EffectT]):
    """One change of a case. All of it is stored in one transaction, or nothing is.

    `result` is what the step returns: the new status, its wait, the number of the change. `columns`
    are the other columns of the case's row that change, `reason` is stored in its history.
    `notices` are sent with `params` (JSON values). `effects` are what is stored in other tables,
    before the case and in this order: a payout attempt, the end of a term.
    """

    result: ResultT
    reason: str | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    effects: tuple[EffectT, ...] = ()
