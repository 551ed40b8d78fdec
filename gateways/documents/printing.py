"""Compiles Typst templates to PDF, and makes texts breakable for columns."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

MAX_UNBROKEN_SIGNS: Final = 24

KEPT_PAPERS: Final = 10
"""After so many others the compiler drops what a paper was laid out from."""

_LONG_RUN: Final = re.compile(rf"(\S{{{MAX_UNBROKEN_SIGNS}}})(?=\S)")
_BREAK_HERE: Final = "\u200b"


class Template:
    """A Typst file beside this module. Its input is one JSON text and is only ever printed as text.
    The fonts are the compiler's own, so that the result does not depend on the machine's.
    """

    def __init__(self, name: str) -> None:
        self._compiler = _compiler_of(name)
        # A compiler caches what it has read and laid out between calls, and is not thread-safe.
        self._one_at_a_time = Lock()

    def pdf(
        self,
        document: Mapping[str, Any],
        *,
        keep: bool = True,
        kept_at: datetime | None = None,
        holds_data: bool = False,
    ) -> bytes:
        """The PDF; the same input always gives the same bytes. One that is to be kept for long is a
        PDF/A-2b, one with a file inside a PDF/A-3b, which says when it was made: `kept_at`.

        The compiler keeps what the last papers of the process were laid out from, some megabytes
        for ten pages: `keep=False` has it forget, for papers of many pages.
        """
        shown = json.dumps(document, ensure_ascii=False)
        kept: dict[str, Any] = {}
        if kept_at is not None:
            standard = "a-3b" if holds_data else "a-2b"
            kept = {"pdf_standards": standard, "timestamp": kept_at}
        with self._one_at_a_time:
            printed = self._compiler.compile(format="pdf", sys_inputs={"document": shown}, **kept)
        if not keep:
            _forget()
        if not isinstance(printed, bytes):
            raise TypeError("a PDF is one file")
        return printed


def _compiler_of(name: str) -> typst.Compiler:
    return typst.Compiler(
        Path(__file__).with_name(name), font_paths=typst.Fonts(include_system_fonts=False)
    )


def _forget() -> None:
    """Ages what the compiler keeps of all papers of this process until it drops it."""
    with _FORGETTING:
        for _ in range(KEPT_PAPERS + 1):
            _NOTHING.compile(format="pdf")


def breakable(text: str) -> str:
    """The text with possible line breaks inside words that are too long for any column."""
    return _LONG_RUN.sub(rf"\1{_BREAK_HERE}", text)


_NOTHING: Final = _compiler_of("nothing.typ")
_FORGETTING: Final = Lock()
