"""The imports of a bank statement as tables."""

from collections.abc import Callable, Sequence

from bench.imports import LARGE, SIZES, SMALL, Imports
from bench.statement_import import Way
from bench.tables import TARGET_HEADS, Cells, Target, at_most, markdown, target_rows
from simulation.terminal import Terminal

MIN_OF_BARE_IMPORT, MAX_MEMORY_GROWTH = 0.5, 1.1
HOW_IMPORTED = f"""\
- **Import**: the same made-up file of {SMALL:,} and of {LARGE:,} documents, cp1251, in turn, each
  time into a fresh copy of a migrated database and in a process of its own. **ours** is the whole
  way from the file on the disk to the last entry: kept in pieces, checked from end to end with its
  balances, stored under every key and constraint (`activities/banking/bank_statement.py`).
  **bare** is a loop that splits lines at the first `=` and copies fourteen columns of text into one
  table without a key (`bench/statement_import.py`). Memory is the process's own peak (`VmHWM`);
  most of it is the interpreter with its imported modules, which both have.
"""
TRIED = """\
Tried and kept: entries are copied straight into their table instead of into a temporary one first,
a file is read back in one binary COPY, and what repeats in a fingerprint is prepared once. Paired
on a busy machine, 10,000 entries: PostgreSQL's processor time 0.25 → 0.19 s, Python's 0.44 → 0.42
s, beside 0.04 and 0.14 s of the bare import. What is left is Python: of some 42 microseconds an
entry 6 split the file, 4 are the sum and the sides, 6 the entry, 4 its key, 4 its row; the rest
checks and counts. Tried and left out: a cache of parties (1 microsecond). An index of the words of
entries, which the desk's search brought, had made PostgreSQL's time twice as long; words are noted
after the matching now. Paired on a busy machine, 10,000 entries: PostgreSQL 0.48 → 0.22 s, ours ÷
bare 0.27 → 0.34. An SQL function that is inlined instead of called for each entry saved nothing.
An entry that is not frozen, its row escaped by one look at all its texts, and spaces taken out of a
printable text at once: paired on a busy machine, medians of four, 10,000 entries: Python 46.5 →
39.7 microseconds an entry beside 14.2 of the bare import, PostgreSQL 25 as before beside 4, ours ÷
bare 0.29 → 0.32. Tried and left out: a document's values cleaned all at once instead of each where
it is used (cleaning took what the use saved), and no garbage collection meanwhile (nothing). A
document that is a tuple made straight from what its pattern found, without a dictionary between:
reading alone 23.2 → 19.3 microseconds an entry, paired three times on a busy machine. With a table
of equal entries that is as large as the file asks for, paired on a quiet machine: 10,000 entries,
medians of six, Python 43.6 → 33.6 microseconds an entry beside 14.0, peak memory 147 → 132 MiB,
ours ÷ bare 0.288 → 0.297; 100,000, medians of two, 40.7 → 35.9 beside 15.1, 151 → 137 MiB, 0.329 →
0.349. So Python is no longer all that an import waits for: 10,000 took 52 microseconds an entry.
Tried and left out: an index of held entries without those that are not held, and one pass over new
rows to check accounts and days: 17.3 → 15.8 of PostgreSQL's microseconds together on a very busy
machine, under a twentieth of the whole. Each other index, the foreign keys and the checks of a row
could not be told from noise there. LZ4 for stored files: the embedded server is built without it,
and a file costs 3.5 to store and to read back. Where 10,000 entries wait, on a busy machine, of 55
to 60 microseconds an entry: 8 until the file is stored, 1 to fetch it, 47 to 51 to read and store;
the thread that reads is busy for 35 to 41 of them, so reading and storing do overlap, but for the
first batch and the last. Tried and left out: smaller batches, which shorten both ends, 58 → 63 with
1,000 entries, 74 with 500, 80 with 250, since each COPY costs more than it hides; a switch of
threads after 0.5 ms instead of 5, 60 → 54, which the noise of the machine exceeds and all else of
the worker would pay for; a process that reads, whose start alone takes 0.64 s, more than the
import of 10,000. These were not paired. Not taken yet: stored files without compression, paired
five times twice over on a very busy machine 34 → 15 and 103 → 52 microseconds an entry until a file
is stored, for seven times its disk.
"""


def show_imports(imports: Imports, terminal: Terminal) -> None:
    """What the import of a bank statement costs."""
    terminal.chapter("A bank statement's import")
    terminal.table(*import_table(imports))
    terminal.chapter("To reach")
    terminal.table(TARGET_HEADS, target_rows(import_targets(imports)))


def imports_section(imports: Imports) -> Sequence[str]:
    """Lines of the page."""
    return [
        "## A bank statement's import",
        "",
        *markdown(*import_table(imports)),
        "",
        *markdown(TARGET_HEADS, target_rows(import_targets(imports))),
        "",
        TRIED,
    ]


def import_table(imports: Imports) -> tuple[Cells, Sequence[Cells]]:
    """Heads and rows: a figure a row, a way and a size a column."""
    columns = [(size, way) for size in SIZES for way in Way]

    def row(what: str, figure: Callable[[int, Way], float], digits: int = 0) -> Cells:
        return [what, *(f"{figure(size, way):,.{digits}f}" for size, way in columns)]

    return (
        ["One import", *(f" {way}, {size:,} entries" for size, way in columns)],
        [
            row("entries a second", imports.per_second),
            row("CPU s, Python", imports.cpu_seconds, 2),
            row("CPU s, PostgreSQL", imports.server_seconds, 2),
            row("peak memory, MiB", imports.peak_mebibytes),
        ],
    )


def import_targets(imports: Imports) -> Sequence[Target]:
    """What issue 3 asks for of the import, and whether it is so."""
    ratios = [(size, imports.speed_ratio(size)) for size in SIZES]
    growth = imports.memory_growth
    return (
        *(
            Target(
                f"entries a second ÷ the bare import's, {size:,} entries",
                f"≥ {MIN_OF_BARE_IMPORT}",
                f"{ratio:.2f}",
                ratio >= MIN_OF_BARE_IMPORT,
            )
            for size, ratio in ratios
        ),
        at_most(
            f"our peak memory, {LARGE:,} entries ÷ {SMALL:,}", round(growth, 2), MAX_MEMORY_GROWTH
        ),
    )
