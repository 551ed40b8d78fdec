"""Output for the audience: one line an event, colours on a terminal only."""

import os
import time
from collections.abc import Mapping, Sequence
from typing import TextIO

WHO_WIDTH = 10
DEED_WIDTH = 58

BOLD, DIM, GREEN, CYAN = "1", "2", "32", "36"


class Terminal:
    """Writes to a stream; elapsed seconds count from its creation."""

    def __init__(self, stream: TextIO, environ: Mapping[str, str] = os.environ) -> None:
        self._stream = stream
        self._began = time.monotonic()
        self._coloured = (
            stream.isatty() and "NO_COLOR" not in environ and environ.get("TERM") != "dumb"
        )

    def chapter(self, title: str, *lines: str) -> None:
        """A heading with an explanation."""
        self._write(f"\n{self._paint(title, BOLD)}")
        for line in lines:
            self._write(f"  {self._paint(line, DIM)}")

    def event(self, who: str, what: str, outcome: str = "") -> None:
        """Who did what, and the result."""
        elapsed = self._paint(f"{time.monotonic() - self._began:6.1f} s", DIM)
        actor = self._paint(f"{who:<{WHO_WIDTH}}", CYAN)
        tail = f"  {self._paint(outcome, GREEN)}" if outcome else ""
        self._write(f"{elapsed}  {actor}  {f'{what:<{DEED_WIDTH}}' if outcome else what}{tail}")

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns of the needed width; those whose head begins with a space are aligned right."""
        widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        self._write(f"  {self._paint(_row(heads, heads, widths), DIM)}")
        for row in rows:
            self._write(f"  {_row(heads, row, widths)}")

    def line(self, text: str = "") -> None:
        """Anything else."""
        self._write(f"  {text}" if text else "")

    def _paint(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._coloured else text

    def _write(self, text: str) -> None:
        self._stream.write(f"{text.rstrip()}\n")
        self._stream.flush()


def _row(heads: Sequence[str], cells: Sequence[str], widths: Sequence[int]) -> str:
    placed = [
        f"{cell:>{width}}" if head.startswith(" ") else f"{cell:<{width}}"
        for head, cell, width in zip(heads, cells, widths, strict=True)
    ]
    return "  ".join(placed).rstrip()
