"""What a judgement answers: the change of a case, with everything that is stored at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from domain.notification.notification import Notice

ResultT = TypeVar("ResultT")
EffectT = TypeVar("EffectT")


@dataclass(frozen=True)
class Transition(Generic[ResultT, EffectT]):
    """One change of a case. All of it is stored in one transaction, or nothing is.

    `result` is what the step answers: the new status, its wait, the number of the change. `columns`
    are the columns of the case's row that change beside those, `reason` stands in its history.
    `notices` are sent with `params` (JSON values). `effects` are what is stored beside the case,
    before it and in this order: a payout attempt, the end of a term.
    """

    result: ResultT
    reason: str | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    effects: tuple[EffectT, ...] = ()
