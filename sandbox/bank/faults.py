"""Faults on request: rules that name orders, or statements, and what goes wrong."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sandbox.bank.terms import MAX_DAYS, MAX_RULES, MAX_TEXT_LENGTH, MAX_TIMES

Days = Annotated[int, Field(ge=0, le=MAX_DAYS)]
Reason = Annotated[str, Field(min_length=1, max_length=MAX_TEXT_LENGTH)]


class Damage(StrEnum):
    """How a statement is damaged; the first two can still be read, the others must be refused."""

    BOM = "bom"
    MIXED_LINE_ENDS = "mixed_line_ends"
    CUT = "cut"
    UNBALANCED = "unbalanced"
    SIGNATURE = "signature"


class Rule(BaseModel):
    """Applied `times` times, to orders to `recipient_account` with `number` (None: any)."""

    model_config = ConfigDict(extra="forbid")
    recipient_account: str | None = None
    number: str | None = None
    times: Annotated[int, Field(ge=1, le=MAX_TIMES)] = MAX_TIMES

    def picks(self, number: str, recipient_account: str) -> bool:
        """Whether the rule applies to an order."""
        return self.number in (None, number) and self.recipient_account in (
            None,
            recipient_account,
        )


class Reject(Rule):
    """Refused before the debit."""

    kind: Literal["reject"]
    reason: Reason = "счёт получателя не найден"


class Return(Rule):
    """Debited, and returned some days later with a reason in the purpose."""

    kind: Literal["return"]
    after_days: Days = 2
    reason: Reason = "счёт получателя закрыт"


class Late(Rule):
    """Executed some days after the day of the order."""

    kind: Literal["late"]
    days: Days


class Stop(Rule):
    """The bank stops in the middle of the file: this order and those after it wait for a repeat."""

    kind: Literal["stop"]


class DamageStatement(Rule):
    """A damaged statement."""

    kind: Literal["damage"]
    how: Damage


AnyRule: TypeAlias = Annotated[
    Reject | Return | Late | Stop | DamageStatement, Field(discriminator="kind")
]
RULES: TypeAdapter[list[AnyRule]] = TypeAdapter(
    Annotated[list[AnyRule], Field(max_length=MAX_RULES)]
)
_RULE: TypeAdapter[AnyRule] = TypeAdapter(AnyRule)
_Kind = TypeVar("_Kind", bound=Rule)


@dataclass
class _Armed:
    rule: AnyRule
    gone_off: int = 0


class Faults:
    """The present rules; the first that applies is used.

    They and their counts are in the books' file, so they survive a kill.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(
            "CREATE TABLE IF NOT EXISTS faults (place INTEGER PRIMARY KEY, rule TEXT NOT NULL,"
            " gone_off INTEGER NOT NULL)"
        )
        rows = connection.execute("SELECT rule, gone_off FROM faults ORDER BY place")
        self._armed = [_Armed(_RULE.validate_json(rule), gone_off) for rule, gone_off in rows]

    def arm(self, rules: Sequence[AnyRule]) -> None:
        """Replaces all rules."""
        self._armed = [_Armed(rule) for rule in rules]
        with self._connection:
            self._connection.execute("DELETE FROM faults")
            self._connection.executemany(
                "INSERT INTO faults VALUES (?, ?, 0)",
                [(place, rule.model_dump_json()) for place, rule in enumerate(rules)],
            )

    def first(self, kind: type[_Kind], number: str = "", account: str = "") -> _Kind | None:
        """The first rule of this kind that applies; it is used up by one."""
        for place, armed in enumerate(self._armed):
            rule = armed.rule
            left = rule.times - armed.gone_off
            if isinstance(rule, kind) and left > 0 and rule.picks(number, account):
                self._count(place)
                return rule
        return None

    def shown(self) -> list[dict[str, object]]:
        """The rules with how often each was applied."""
        return [{**armed.rule.model_dump(), "gone_off": armed.gone_off} for armed in self._armed]

    def _count(self, place: int) -> None:
        self._armed[place].gone_off += 1
        with self._connection:
            self._connection.execute(
                "UPDATE faults SET gone_off = gone_off + 1 WHERE place = ?", (place,)
            )


def damaged(content: bytes, how: Damage) -> bytes:
    """The damaged statement."""
    match how:
        case Damage.BOM:
            return b"\xef\xbb\xbf" + content
        case Damage.MIXED_LINE_ENDS:
            first, *others = content.split(b"\r\n")
            return first + b"\r\n" + b"\n".join(others)
        case Damage.CUT:
            return content[: content.rindex(b"\r\n", 0, len(content) * 3 // 4) + 2]
        case Damage.SIGNATURE:
            return content.replace(b"1CClientBankExchange", b"1CClientBankExchang", 1)
        case Damage.UNBALANCED:
            return _with_a_kopeck_more(content)


def _with_a_kopeck_more(content: bytes) -> bytes:
    """The last sum of a balance ends in another digit."""
    key = next(
        key
        for encoding in ("cp1251", "cp866", "utf-8")
        if (key := "КонечныйОстаток=".encode(encoding)) in content
    )
    end = content.index(b"\r\n", content.index(key))
    digit = b"1" if content[end - 1 : end] != b"1" else b"2"
    return content[: end - 1] + digit + content[end:]
