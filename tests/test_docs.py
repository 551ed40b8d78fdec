"""What the documents say exists: paths, commands, variables, moves, constraints."""

import re
import shlex
from collections.abc import Mapping
from enum import StrEnum
from itertools import chain
from pathlib import Path
from uuid import UUID

import pytest

from domain.refund.refund import MOVES
from domain.renewal.renewal import RENEWAL_MOVES
from stack.folders import CHECKOUT
from starter.api.app import all_routes
from starter.cli import COMMANDS
from tests.product_settings import read_variables, required_variables

README = CHECKOUT / "README.md"
DOCUMENTS = [*sorted(CHECKOUT.glob("*.md")), *sorted((CHECKOUT / "docs").rglob("*.md"))]
TOP_LEVEL = {path.name for path in CHECKOUT.iterdir()}
SUFFIX = re.compile(r"\.(py|sql|md|yml|yaml|toml|txt|sh|env|po|typ|csv)$")

QUOTED_OR_LINE = re.compile(r"(?:[^'\n]|'[^']*')+")
"""A line of a shell; a text in quotes may go on over several."""
OUR_API = re.compile(r"^\$(API|KOPEYKA_PUBLIC_URL)")
RENEWAL_RACES = (
    "tests/workflows/test_renewal_races.py",
    "tests/starter/renewal/test_ordering.py",
    "tests/starter/banking/test_payment_run.py",
    "tests/starter/card/test_payment_check.py",
    "tests/starter/collection/test_debt_letters.py",
    "tests/workflows/test_collection_races.py",
)
"""Where the tests that docs/races.md names are; every test of the first is a row."""

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def _prose(document: Path) -> str:
    """The text without its blocks of code."""
    return re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def _spans(document: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", _prose(document))


def _commands(document: Path) -> list[list[str]]:
    """Every command line: of the shell blocks, and those quoted in the text."""
    blocks = re.findall(r"^```sh\n(.*?)^```", document.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    lines = chain.from_iterable(
        QUOTED_OR_LINE.findall(block.replace("\\\n", " ")) for block in blocks
    )
    quoted = (span for span in _spans(document) if " " in span and "'" not in span)
    return [shlex.split(line, comments=True) for line in chain(lines, quoted)]


def _is_path(span: str) -> bool:
    if not re.fullmatch(r"[\w./-]+", span) or span.startswith("/"):
        return False
    return bool(SUFFIX.search(span)) or ("/" in span and span.split("/")[0] in TOP_LEVEL)


@each_document
def test_lines_end_before_the_hundred_and_twentieth_character(document: Path) -> None:
    """But for what a program has written, which stands in blocks without a language."""
    blocks = re.compile(r"^```(\w*)\n.*?^```$", re.DOTALL | re.MULTILINE)
    text = blocks.sub(lambda block: block[0] if block[1] else "", document.read_text("utf-8"))
    assert [line for line in text.splitlines() if len(line) >= 120] == []


def test_every_term_of_the_glossary_is_said_in_both_languages() -> None:
    glossary = (CHECKOUT / "docs/glossary.md").read_text("utf-8")
    terms = re.findall(r"\*\*([^*]+)\*\* \(([^)]+)\)", glossary)
    assert len(terms) >= 100
    assert [english for english, _ in terms if re.search("[А-Яа-я]", english)] == []
    assert [russian for _, russian in terms if not re.search("[А-Яа-я]", russian)] == []
    assert len({english for english, _ in terms}) == len(terms)


@each_document
def test_every_path_that_is_named_exists(document: Path) -> None:
    missing = [span for span in _spans(document) if _is_path(span) and not _exists(span)]
    assert missing == []


def _exists(path: str) -> bool:
    return (CHECKOUT / path).exists()


@each_document
def test_every_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", _prose(document))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (document.parent / link).exists()] == []


def test_every_race_of_a_renewal_is_a_test_and_every_test_is_told() -> None:
    named = {span for span in _spans(CHECKOUT / "docs/races.md") if span.startswith("test_")}
    forced, *elsewhere = (_tests_in(path) for path in RENEWAL_RACES)
    assert forced <= named <= forced.union(*elsewhere)


def _tests_in(path: str) -> set[str]:
    text = (CHECKOUT / path).read_text("utf-8")
    return set(re.findall(r"^async def (test_\w+)", text, re.MULTILINE))


@each_document
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    makefile = (CHECKOUT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    asked = {command[1] for command in _commands(document) if command[:1] == ["make"]}
    assert asked <= targets


@each_document
def test_every_command_of_ours_that_is_named_exists(document: Path) -> None:
    ours = [command for command in _commands(document) if command[:2] == ["python", "-m"]]
    assert {command[2] for command in ours} <= {"starter"}
    assert {command[3] for command in ours if len(command) > 3} <= set(COMMANDS)


@each_document
def test_another_terminal_is_told_to_ask_the_stack_by_a_verb_it_has(document: Path) -> None:
    asked = re.findall(r"\.venv/bin/python -m stack (\w+)", document.read_text("utf-8"))
    assert set(asked) <= {"env"}


@each_document
def test_every_address_of_the_api_that_is_asked_exists(document: Path) -> None:
    asked = [command for command in _commands(document) if command[:1] == ["curl"]]
    for command in asked:
        method = command[command.index("-X") + 1] if "-X" in command else "GET"
        (address,) = [word for word in command if word.startswith(("$API", "$KOPEYKA_"))]
        if address.startswith("$KOPEYKA_ACQUIRER_URL/sandbox/"):
            continue  # the sandbox's own door, not ours
        path = OUR_API.sub("", address).split("?")[0].replace("$ID", str(UUID(int=0)))
        assert method in _methods_at(path)


def _methods_at(path: str) -> set[str]:
    here = [route for route in all_routes() if route.path_regex.match(path)]
    return {method for route in here for method in route.methods or ()}


def _table_of_variables() -> dict[str, str]:
    """Each variable of the README's table, and what its row says happens without it."""
    rows = re.findall(r"^\| (`KOPEYKA_[^|]+) \|[^|]+\| ([^|]+) \|$", _prose(README), re.MULTILINE)
    return {
        variable: without
        for names, without in rows
        for variable in re.findall(r"`(KOPEYKA_[A-Z_]+)`", names)
    }


def test_the_readme_names_exactly_the_variables_that_are_read() -> None:
    assert set(_table_of_variables()) == read_variables()


def test_the_readme_knows_which_variables_are_required() -> None:
    table = _table_of_variables()
    refused = {name for name, without in table.items() if without == "refuses to start"}
    assert refused == required_variables()


@pytest.mark.parametrize(
    ("place", "moves"), [(0, MOVES), (1, RENEWAL_MOVES)], ids=["refund", "renewal"]
)
def test_the_picture_of_a_process_is_its_table_of_moves(
    place: int, moves: Mapping[StrEnum, frozenset[StrEnum]]
) -> None:
    pictures = re.findall(r"```mermaid\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    drawn = re.findall(r"^    (\w+) --> (\w+)", pictures[place], re.MULTILINE)
    assert sorted(drawn) == sorted((move, to) for move, all_to in moves.items() for to in all_to)
    assert set(re.findall(r"^    (\w+): \S", pictures[place], re.MULTILINE)) == set(moves)


def test_every_rule_of_the_decision_on_constraints_stands_in_the_migrations() -> None:
    migrations = "".join(
        path.read_text("utf-8") for path in (CHECKOUT / "db/migrations/versions").glob("*.sql")
    )
    decision = CHECKOUT / "docs/decisions/0004-constraints.md"
    names = [span for span in _spans(decision) if re.fullmatch(r"[a-z]+(_[a-z]+)+", span)]
    assert len(names) >= 10
    assert [name for name in names if not re.search(rf"\b{name}\b", migrations)] == []
