"""The rows of the law."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from db.facts import Reading, every
from db.query import row, typed
from db.tables import legal_rules
from domain.compensation.legal_rule import FeeStep, LegalRule, LegalRules, RuleKind, RuleNumbers


@row
class LegalRuleRow:
    """A rule as it is stored."""

    id: str
    kind: str
    first_day: date
    last_day: date | None
    numbers: dict[str, Any]
    source: str
    checked_on: date | None
    checked_by: str | None


_ALL = typed(
    LegalRuleRow, select(legal_rules).order_by(legal_rules.c.kind, legal_rules.c.first_day)
)


def all_rules() -> Reading[LegalRules]:
    """Every rule, by kind and day; a migration brings them, so there are few."""
    return every(_ALL()).to(_rules_from)


def _rules_from(rows: Sequence[LegalRuleRow]) -> LegalRules:
    return LegalRules([_rule_from(row) for row in rows])


def _rule_from(row: LegalRuleRow) -> LegalRule:
    return LegalRule(
        row.id,
        RuleKind(row.kind),
        row.first_day,
        row.last_day,
        _numbers_from(row.numbers),
        row.source,
        row.checked_on,
        row.checked_by,
    )


def _numbers_from(document: Mapping[str, Any]) -> RuleNumbers:
    """The numbers of a rule; raises `TypeError` for one that no rule has."""
    steps = tuple(FeeStep(**step) for step in document.get("steps", ()))
    return RuleNumbers(**{**document, "steps": steps})
