"""The results of matching as tables."""

from collections.abc import Sequence

from bench.matching import ENTRIES, Matching
from bench.purposes import CLIENTS, INVOICES
from bench.tables import TARGET_HEADS, Cells, Target, at_most, markdown, target_rows
from simulation.terminal import Terminal

MAX_WRONG, MIN_RECALL = 0, 0.99
MATCHING_HEADS = ("Purpose", " entries", " matchable", " taken rightly", " taken wrongly", " held")
HOW_MATCHED = f"""\
- **Matching**: {ENTRIES:,} made-up entries for {INVOICES:,} invoices of {CLIENTS} clients in two
  series whose tails overlap, at common prices. The writer (`bench/purposes/`) knows which
  invoice it meant and how much of the number it left on the paper, and never asks the judge: an
  entry is **matchable** when a careful clerk could read the number there and the payer agrees; of a
  partial or misspelt number that asks for INN, exact sum and no twin at home. **Precision** is
  right automatic matches of all automatic ones, **recall** of the matchable. What a stranger pays,
  what has another client's number and what has none is wrong to take, whatever takes it. Entries a
  second of processor time count reading, looking up in memory and judging.
"""


def show_matching(matching: Matching, terminal: Terminal) -> None:
    """How messy purposes fare."""
    terminal.chapter("Money finds its invoice")
    terminal.table(MATCHING_HEADS, matching_rows(matching))
    terminal.line(summary(matching))
    terminal.chapter("To reach")
    terminal.table(TARGET_HEADS, target_rows(matching_targets(matching)))


def matching_section(matching: Matching) -> Sequence[str]:
    """Lines of the page."""
    return [
        "## Matching money to invoices",
        "",
        *markdown(MATCHING_HEADS, matching_rows(matching)),
        "",
        summary(matching),
        "",
        *markdown(TARGET_HEADS, target_rows(matching_targets(matching))),
        "",
    ]


def matching_rows(matching: Matching) -> Sequence[Cells]:
    """A kind of purpose a row, and all of them in the last."""
    counts = matching.kinds
    rows = [
        (kind, one.entries, one.matchable, one.right, one.wrong, one.held)
        for kind, one in counts.items()
    ]
    totals = (sum(column) for column in zip(*(row[1:] for row in rows), strict=True))
    cells = [*rows, ("all", *totals)]
    return [[str(row[0]), *(f"{figure:,}" for figure in row[1:])] for row in cells]


def summary(matching: Matching) -> str:
    """One line."""
    return (
        f"Precision {matching.precision:.4f}, recall {matching.recall:.4f},"
        f" {matching.per_second:,.0f} entries a second of processor time."
    )


def matching_targets(matching: Matching) -> Sequence[Target]:
    """What issue 4 asks for, and whether it is so."""
    recall = matching.recall
    return (
        at_most("wrong automatic matches", len(matching.wrong), MAX_WRONG),
        Target(
            "the matchable that were matched",
            f"≥ {MIN_RECALL}",
            f"{recall:.3f}",
            recall >= MIN_RECALL,
        ),
    )
