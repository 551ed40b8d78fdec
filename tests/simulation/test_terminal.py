"""Colours reach terminals only; everything else gets plain lines."""

import io
from collections.abc import Mapping
from types import MappingProxyType

import pytest

from simulation.terminal import Terminal

ESCAPE = "\x1b"


class Tty(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def written(stream: io.StringIO, environment: Mapping[str, str] = MappingProxyType({})) -> str:
    terminal = Terminal(stream, environment)
    terminal.chapter("Глава", "о чём она")
    terminal.event("client", "asks", "— → Заполните заявление")
    terminal.table(("what", " sum"), [("one", "1"), ("eleven", "11")])
    terminal.line()
    return stream.getvalue()


def test_a_file_gets_no_control_codes() -> None:
    text = written(io.StringIO())
    assert not {sign for sign in text if ord(sign) < ord(" ")} - {"\n"}
    assert "— → Заполните заявление" in text


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"NO_COLOR": "1"}, False)],
)
def test_a_terminal_gets_colours_unless_it_is_told_otherwise(
    environment: dict[str, str], coloured: bool
) -> None:
    assert (ESCAPE in written(Tty(), environment)) is coloured


def test_columns_line_up_and_figures_stand_right() -> None:
    lines = written(io.StringIO()).splitlines()
    assert lines[-4:-1] == ["  what     sum", "  one        1", "  eleven    11"]
