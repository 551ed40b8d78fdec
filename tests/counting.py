"""Counts which lines and branches of the product the tests reach: `-p tests.counting`.

slipcover marks them in the byte code of what is imported. A trace function, which is how
coverage.py counts before Python 3.14, slows down everything that runs, also what is not counted: a
third of a test's time. What a line or a branch is, the report and its floor are coverage.py's.
"""

import ast
import io
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage, CoverageData
from coverage.parser import PythonParser
from coverage.python import PythonFileReporter
from slipcover import FileMatcher, ImportManager, Slipcover, wrap_spec_from_file_location

Arc = tuple[int, int]


class _Parsed(Coverage):
    """Reports by the files as they were parsed for what was reached: parsing takes longest."""

    def _get_file_reporter(self, morf: object) -> PythonFileReporter:
        return _reporter(str(morf))


@cache
def _reporter(path: str) -> PythonFileReporter:
    return PythonFileReporter(path, _settings)


_settings = _Parsed()
_setting: Callable[[str], Any] = _settings.get_option
FOLDERS = [Path(one) for one in _setting("run:source")]
MODULES = [Path(f"{one}.py") for one in _setting("run:source_pkgs")]
NEVER = 2**31 - 1
"""Marks stay: taking them out walks through all modules while other threads import some."""


class Reached:
    """The lines and branches that were reached, by file."""

    def __init__(self) -> None:
        self.lines: defaultdict[str, set[int]] = defaultdict(set)
        self.branches: defaultdict[str, set[Arc]] = defaultdict(set)

    def add(self, files: dict[str, Any]) -> None:
        """What one process has reached, as slipcover tells it."""
        for path, found in files.items():
            self.lines[path].update(found["executed_lines"])
            self.branches[path].update((start, end) for start, end in found["executed_branches"])

    def arcs(self) -> Iterator[tuple[str, set[Arc]]]:
        """As coverage.py keeps them; files that nobody imported have none."""
        for path in _files():
            name, resolved = str(path), str(path.resolve())
            parser = _reporter(resolved).parser
            yield resolved, arcs_of(parser, self.lines[name], self.branches[name])


def arcs_of(parser: PythonParser, lines: set[int], branches: Collection[Arc]) -> set[Arc]:
    """The ways between lines that were taken, as coverage.py knows them.

    A line that one way only leads to tells that this way was taken. Else it is the branch's mark:
    its end may be another one than coverage.py's, so it is the one way that no line tells of; and
    of a `match` it begins at the statement, where coverage.py's begins at the last case.
    """
    ways = parser.arcs()
    leading_to = Counter(end for _, end in ways)
    told = {(start, end) for start, end in ways if end > 0 and leading_to[end] == 1}
    told_of = {end for _, end in told}
    reached = {parser.first_line(one) for one in lines}
    taken = {(one, one) for one in lines} | {way for way in told if way[1] in reached}
    last_cases = _last_cases(parser.text) if branches else {}
    for start, end in branches:
        begin = parser.first_line(last_cases.get(start, start))
        way = (begin, parser.first_line(end) if end > 0 else end)
        untold = [one for one in ways if one[0] == begin and one not in told]
        if way in ways:
            taken.add(way)
        elif way[1] not in told_of and len(untold) == 1:
            taken.add(untold[0])
    return taken


def _last_cases(source: str) -> dict[int, int]:
    """The line of the last case of each `match`, by the line of the statement."""
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Match)]
    return {node.lineno: node.cases[-1].pattern.lineno for node in found}


def _files() -> list[Path]:
    return sorted([*MODULES, *(file for folder in FOLDERS for file in folder.rglob("*.py"))])


_counter = Slipcover(branch=True, d_miss_threshold=NEVER, exclude_lines=[])
_counted = FileMatcher([*FOLDERS, *MODULES])
ImportManager(_counter, _counted).__enter__()
wrap_spec_from_file_location(_counter, _counted)  # how alembic loads migrations
_reached = Reached()
_said: list[str] = []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of xdist tells what it has reached; the one that spreads the tests reports."""
    files = _counter.get_coverage()["files"]
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["reached"] = json.dumps(files)
        return
    _reached.add(files)
    total, floor = _reported(), _setting("report:fail_under")
    _said.append(f"Coverage: {total:.2f} % of lines and branches")
    if total < floor:
        _said.append(f"FAILED: it must be {floor} % at least")
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED


def _reported() -> float:
    """Keeps what was reached, for `coverage report`; its total in percent."""
    data = CoverageData()
    data.erase()
    arcs = dict(_reached.arcs())
    data.add_arcs(arcs)
    data.touch_files(arcs)
    data.write()
    _settings.load()
    return _settings.report(file=io.StringIO())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A process that was killed has told nothing; its tests have failed."""
    _reached.add(json.loads(getattr(node, "workeroutput", {}).get("reached", "{}")))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The total, and whether it suffices."""
    for line in _said:
        terminalreporter.write_line(line)
