"""No door writes what a process owns: its state is stored by the steps of its workflow alone."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
CHANGES = frozenset({"insert", "update", "delete", "insert_or_skip"})
"""SQLAlchemy's constructors of statements that change a table, as our modules name them."""
OWNED = frozenset(
    {
        "allocations",
        "bank_entries",
        "card_payments",
        "cases",
        "history",
        "payment_orders",
        "payment_runs",
        "payout_history",
        "payouts",
        "renewals",
        "returned_requisites",
    }
)
"""What cases, payouts, entries and runs are. `cases` and `history` are those of every kind of case
(`db/case/case_store.py`).
"""

Names = dict[str, frozenset[str]]


@cache
def tables_written_by(module: str) -> Names:
    """By each name of a module of `db/`: the tables that it changes, itself or through others."""
    tree = ast.parse(source_of(module).read_text(encoding="utf-8"))
    outside = dict(imported(tree))
    nodes = dict(defined(tree))
    found = {name: frozenset(changed(node)) for name, node in nodes.items()}
    used = {name: frozenset(mentioned(node)) for name, node in nodes.items()}
    for name, mentions in used.items():
        found[name] |= frozenset().union(*(written(outside, one) for one in mentions))
    while True:
        grown = {
            name: tables.union(*(found.get(one, frozenset()) for one in used[name]))
            for name, tables in found.items()
        }
        if grown == found:
            return found
        found = grown


def defined(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Functions, classes and constants of a module."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                yield ast.unparse(target), node.value


def changed(node: ast.AST) -> Iterator[str]:
    """The tables that a statement in this code changes."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and call.args and ast.unparse(call.func) in CHANGES:
            yield ast.unparse(call.args[0]).rpartition(".")[2]


def mentioned(node: ast.AST) -> Iterator[str]:
    """Names, and attributes of names, that this code uses."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name | ast.Attribute):
            yield ast.unparse(one)


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What of `db/` a module imports: by the name it has here, its full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "db":
            for one in node.names:
                yield one.asname or one.name, f"{node.module}.{one.name}"


def written(names: dict[str, str], mention: str) -> frozenset[str]:
    """The tables that a use of an imported name changes: `module.function`, or a function."""
    first, _, attribute = mention.partition(".")
    full = names.get(first)
    if full is None:
        return frozenset()
    if attribute and is_module(full):
        return tables_written_by(full).get(attribute, frozenset())
    module, _, name = full.rpartition(".")
    return frozenset() if is_module(full) else tables_written_by(module).get(name, frozenset())


def is_module(name: str) -> bool:
    return source_of(name).is_file()


def source_of(module: str) -> Path:
    """The file of a module, or of a package."""
    path = ROOT / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def written_in(folder: str) -> Iterator[tuple[str, str]]:
    """Each file of a folder with the tables that it changes through `db/`."""
    for file in sorted((ROOT / folder).rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names = dict(imported(tree))
        for mention in mentioned(tree):
            for table in written(names, mention):
                yield str(file.relative_to(ROOT)), table


def test_no_door_writes_the_state_of_a_case_a_payout_an_entry_or_a_run() -> None:
    assert {found for found in written_in("starter") if found[1] in OWNED} == set()


def test_the_steps_are_what_writes_it() -> None:
    """Else the test above would hold for want of eyes."""
    assert {table for _, table in written_in("activities")} >= OWNED
