"""A line of a calculation as it is stored with what was decided by it."""

from typing import Any

from domain.compensation.line import Line


def written_line(line: Line) -> dict[str, Any]:
    """A line as it is stored: rows of the law and of the key rate by their ids, sums in kopecks."""
    return {
        "rule": line.rule.id,
        "kind": line.rule.kind,
        "first": line.first.isoformat(),
        "last": line.last.isoformat(),
        "days": line.days,
        "base_kopecks": line.base_kopecks,
        "rate_bp": line.rate_bp,
        "year_days": line.year_days,
        "kopecks": line.kopecks,
        "rate_rows": list(line.rate_rows),
    }
