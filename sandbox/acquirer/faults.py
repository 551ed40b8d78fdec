"""Faults on request: rules that name the calls that fail, and how."""

import random
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from sandbox.acquirer.terms import (
    MAX_CALLS,
    MAX_DELAY_SECONDS,
    MAX_POLLS,
    MAX_RULES,
    MAX_WEBHOOK_COPIES,
)
from sandbox.acquirer.wire import Identifier

Seconds = Annotated[float, Field(ge=0, le=MAX_DELAY_SECONDS)]
Moment = Literal["before", "after"]
Word = Annotated[str, Field(min_length=1, max_length=64)]


class Operation(StrEnum):
    """The calls of the protocol that can fail."""

    CREATE = "create"
    GET = "get"
    LIST = "list"
    CREATE_PAYMENT = "create_payment"
    GET_PAYMENT = "get_payment"
    LIST_PAYMENTS = "list_payments"
    RECEIPT = "receipt"
    GET_RECEIPT = "get_receipt"


@dataclass(frozen=True)
class Call:
    """One request as a rule sees it."""

    operation: Operation
    payment_id: str | None
    key: str | None = None


class Match(BaseModel):
    """The calls that a rule applies to. `nth` counts from 1 among these calls.

    `key` is the idempotence key: a payment has no id yet when it is requested.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    operation: Operation | Literal["any"] = Operation.CREATE
    payment_id: Identifier | None = None
    key: Identifier | None = None
    nth: int | None = Field(default=None, ge=1, le=MAX_CALLS)
    probability: float = Field(default=1, gt=0, le=1)
    seed: int = 0

    def covers(self, call: Call) -> bool:
        """Whether the rule applies to this call, before counting and chance."""
        if self.operation not in ("any", call.operation):
            return False
        named = self.payment_id in (None, call.payment_id)
        return named and self.key in (None, call.key)

    def chance(self, number: int) -> bool:
        """Deterministic by seed and call number, so a run can be repeated."""
        roll = random.Random(f"{self.seed}:{number}").random()  # noqa: S311 - chance, not a secret
        return roll < self.probability


class Rule(BaseModel):
    """The fields of every kind of fault; `times` ends the rule after so many faults."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    match: Match = Match()
    times: int | None = Field(default=None, ge=1, le=MAX_CALLS)


class AnswerLostAfterExecution(Rule):
    """The request is executed, then the connection closes without an answer."""

    kind: Literal["answer_lost_after_execution"]


class AnswerLostBeforeExecution(Rule):
    """The connection closes and nothing was done, which the caller cannot distinguish from the
    other.
    """

    kind: Literal["answer_lost_before_execution"]


class ServerError(Rule):
    """5xx, before or after the request is executed."""

    kind: Literal["server_error"]
    status: int = Field(default=500, ge=500, le=599)
    moment: Moment = "before"


class Slow(Rule):
    """A wait before the request is executed (when the caller may have given up) or after it."""

    kind: Literal["slow"]
    seconds: Seconds
    moment: Moment = "after"


class _Later(Rule):
    """Ends after `seconds`, or with the first look after `polls` looks that saw nothing new."""

    polls: int | None = Field(default=None, ge=0, le=MAX_POLLS)
    seconds: Seconds | None = None
    outcome: Literal["succeeded", "cancelled"] = "succeeded"
    reason: Word = "general_decline"
    party: Word = "refund_network"

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if (self.polls is None) == (self.seconds is None):
            raise ValueError("say after how many polls, or after how many seconds, it ends")
        return self


class PendingThen(_Later):
    """The answer is a pending refund, which succeeds or is cancelled later."""

    kind: Literal["pending_then"]


class ProcessingThen(_Later):
    """The answer is 202 without a refund; until it ends, no look-up finds the refund either."""

    kind: Literal["processing_then"]


class Cancel(Rule):
    """The refund is cancelled at once, in the answer."""

    kind: Literal["cancel"]
    reason: Word = "insufficient_funds"
    party: Word = "yoo_money"


class DuplicateWebhook(Rule):
    """The webhook comes `copies` times."""

    kind: Literal["duplicate_webhook"]
    copies: int = Field(default=2, ge=2, le=MAX_WEBHOOK_COPIES)


class LateWebhook(Rule):
    """The webhook comes so many seconds after the money; unequal delays reorder webhooks."""

    kind: Literal["late_webhook"]
    seconds: Seconds


class EarlyWebhook(Rule):
    """The webhook is delivered before the POST is answered."""

    kind: Literal["early_webhook"]


class UnknownEnum(Rule):
    """The answer has an unknown status, details and fields."""

    kind: Literal["unknown_enum"]
    status: Word = "on_compliance_hold"


class Refuse(Rule):
    """A final 4xx, and nothing was done."""

    kind: Literal["refuse"]
    code: Word
    status: int = Field(default=400, ge=400, le=499)
    parameter: Word | None = None


class ReceiptFails(Rule):
    """The money moves, and the fiscal receipt is not printed."""

    kind: Literal["receipt_fails"]


class RateLimited(Rule):
    """429, and nothing was done."""

    kind: Literal["rate_limited"]


AnyRule = Annotated[
    AnswerLostAfterExecution
    | AnswerLostBeforeExecution
    | ServerError
    | Slow
    | PendingThen
    | ProcessingThen
    | Cancel
    | DuplicateWebhook
    | LateWebhook
    | EarlyWebhook
    | UnknownEnum
    | Refuse
    | ReceiptFails
    | RateLimited,
    Field(discriminator="kind"),
]
RULES: TypeAdapter[list[AnyRule]] = TypeAdapter(
    Annotated[list[AnyRule], Field(max_length=MAX_RULES)]
)
_RULE: TypeAdapter[AnyRule] = TypeAdapter(AnyRule)

_Kind = TypeVar("_Kind", bound=Rule)


def first(rules: Iterable[Rule], kind: type[_Kind]) -> _Kind | None:
    """The first rule of a kind; rules of different kinds are applied together."""
    return next((rule for rule in rules if isinstance(rule, kind)), None)


@dataclass
class _Armed:
    rule: AnyRule
    calls: int = 0
    fired: int = 0

    def fires(self, call: Call) -> bool:
        match = self.rule.match
        if not match.covers(call):
            return False
        self.calls += 1
        used_up = self.rule.times is not None and self.fired >= self.rule.times
        elsewhere = match.nth is not None and match.nth != self.calls
        if used_up or elsewhere or not match.chance(self.calls):
            return False
        self.fired += 1
        return True


class Faults:
    """The present rules. They and their counts are in the books' file, so they survive a kill."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(
            "CREATE TABLE IF NOT EXISTS faults (position INTEGER PRIMARY KEY, rule TEXT NOT NULL,"
            " calls INTEGER NOT NULL, fired INTEGER NOT NULL)"
        )
        rows = connection.execute("SELECT rule, calls, fired FROM faults ORDER BY position")
        self._armed = [_Armed(_RULE.validate_json(rule), calls, n) for rule, calls, n in rows]

    def arm(self, rules: Sequence[AnyRule]) -> None:
        """Replaces all rules; an empty list removes them."""
        self._armed = [_Armed(rule) for rule in rules]
        with self._connection:
            self._connection.execute("DELETE FROM faults")
            self._connection.executemany(
                "INSERT INTO faults VALUES (?, ?, 0, 0)",
                [(position, rule.model_dump_json()) for position, rule in enumerate(rules)],
            )

    def fire(self, call: Call) -> tuple[AnyRule, ...]:
        """The rules applied to this call; every matching rule is counted."""
        if not self._armed:
            return ()
        fired = tuple(armed.rule for armed in self._armed if armed.fires(call))
        with self._connection:
            self._connection.executemany(
                "UPDATE faults SET calls = ?, fired = ? WHERE position = ?",
                [(armed.calls, armed.fired, n) for n, armed in enumerate(self._armed)],
            )
        return fired

    def shown(self) -> list[dict[str, object]]:
        """Every rule with how often it was evaluated and applied."""
        return [
            {**armed.rule.model_dump(mode="json"), "calls": armed.calls, "fired": armed.fired}
            for armed in self._armed
        ]
