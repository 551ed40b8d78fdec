"""What is counted by marks is what coverage.py counts by its trace function."""

import json
import sys
from ast import parse
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage, CoverageData
from coverage.parser import PythonParser
from slipcover import Slipcover
from slipcover.branch import preinstrument

from tests.counting import NEVER, arcs_of

PROGRAM = '''\
"""Every kind of branch, by whether the numbers given are what they ask for."""


def asked(number: int, many: list[int]) -> object:
    if number == 1:
        found = "one"
    elif number == 2:
        return "two"
    else:
        found = "more"
    if number > 3: found += "!"
    for one in many:
        if one == number:
            break
        if one < 0:
            continue
        found += str(one)
    else:
        found += "none of them"
    while number > 5:
        number -= 1
        try:
            if many[number] == 7:
                return found
        except IndexError:
            found += "?"
        finally:
            found += "."
    match many:
        case []:
            found += "empty"
        case [one, *_] if one > number:
            found += "first"
        case [_, _, *others]:
            if others:
                found += "others"
            found += "at least two"
    with open("/dev/null") as nothing:
        if nothing.read():
            return "impossible"
    return [
        found
        for one in many
        if one
    ]
'''
ASKED: tuple[tuple[tuple[int, tuple[int, ...]], ...], ...] = (
    (),
    ((1, ()),),
    ((1, (5,)),),
    ((2, ()), (4, (4,))),
    ((3, (-1, 2)),),
    ((7, (1, 2)), (9, (1, 2, 3, 4, 5, 6, 7, 8, 7))),
    ((1, ()), (2, ()), (3, (3,)), (4, (9, 8)), (7, (-1, 0, 0, 0, 0, 0, 0, 0))),
)
"""Calls; each list reaches something else."""


def _called(code: Any, calls: tuple[tuple[int, tuple[int, ...]], ...]) -> None:
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - the program above
    for number, many in calls:
        names["asked"](number, list(many))


@pytest.mark.parametrize("calls", ASKED, ids=range(len(ASKED)))
def test_the_same_lines_and_branches_are_reached(
    calls: tuple[tuple[int, tuple[int, ...]], ...], tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)

    def report(counted: Coverage) -> Any:
        told = tmp_path / "told.json"
        counted.json_report(morfs=[str(program)], outfile=str(told))
        return json.loads(told.read_text())["files"]

    traced = Coverage(data_file=None, branch=True, include=[str(program)], config_file=False)
    before = sys.gettrace()
    with traced.collect():
        _called(compile(PROGRAM, str(program), "exec"), calls)
    sys.settrace(before)

    marking = Slipcover(branch=True, d_miss_threshold=NEVER, exclude_lines=[])
    marked = compile(preinstrument(parse(PROGRAM)), str(program), "exec")
    _called(marking.instrument(marked), calls)
    (found,) = marking.get_coverage()["files"].values()
    branches = [(start, end) for start, end in found["executed_branches"]]
    parser = PythonParser(text=PROGRAM)
    parser.parse_source()
    data = CoverageData(str(tmp_path / "marked"))
    data.add_arcs({str(program): arcs_of(parser, set(found["executed_lines"]), branches)})
    data.write()
    loaded = Coverage(data_file=str(tmp_path / "marked"), config_file=False)
    loaded.load()
    assert report(loaded) == report(traced)
