"""A calculation by the law as a dossier has it: lines in words and numbers, the rows of the law."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from domain.compensation.legal_rule import LegalRule, LegalRules
from domain.compensation.line import Calculation, rules_of
from domain.dossier.dossier import Counted
from starter.commands.compensation.written import written_line
from starter.commands.dossier.matter import LANGUAGE
from texts import Language, day, percent, rubles, translate


def counted_from(
    document: Mapping[str, Any], rules: LegalRules, language: Language = LANGUAGE
) -> Counted:
    """What a decision was counted by, as it was stored with it."""
    lines = [_stored_line(one, language) for one in document["lines"]]
    used = {document["rule"], *(one["rule"] for one in document["lines"])}
    return Counted(
        inputs={name: document.get(name) for name in ("rule", "cap_kopecks")},
        lines=lines,
        rules=_rules([one for one in rules.rules if one.id in used], language),
        total_kopecks=document["kopecks"],
        is_checked=document["is_checked"],
    )


def counted_by(calculation: Calculation, inputs: Mapping[str, Any]) -> Counted:
    """A calculation that was made just now."""
    rules = rules_of([calculation])
    return Counted(
        inputs=inputs,
        lines=[_stored_line(written_line(line), LANGUAGE) for line in calculation.lines],
        rules=_rules(rules, LANGUAGE),
        total_kopecks=calculation.kopecks,
        is_checked=all(rule.is_checked for rule in rules),
    )


def _stored_line(line: Mapping[str, Any], language: Language) -> dict[str, Any]:
    form = "penalty" if line["year_days"] is None else "interest"
    first, last = (day(date.fromisoformat(line[name])) for name in ("first", "last"))
    return {
        **line,
        "title": translate(f"compensation.rule.{line['kind']}", language),
        "period": f"{first} – {last}",
        "words": translate(f"compensation.words.{form}", language),
        "numbers": translate(
            f"compensation.numbers.{form}",
            language,
            sum=rubles(line["base_kopecks"]),
            days=line["days"],
            rate=percent(line["rate_bp"]),
            year_days=line["year_days"] or 0,
            amount=rubles(line["kopecks"]),
        ),
    }


def _rules(rules: Sequence[LegalRule], language: Language) -> list[dict[str, Any]]:
    return [_rule(one, translate(f"compensation.rule.{one.kind}", language)) for one in rules]


def _rule(rule: LegalRule, title: str) -> dict[str, Any]:
    return {
        "id": rule.id,
        "source": rule.source,
        "first_day": rule.first_day.isoformat(),
        "last_day": None if rule.last_day is None else rule.last_day.isoformat(),
        "checked_by": rule.checked_by,
        "words": f"{title}: {rule.source} ({rule.id})",
    }
