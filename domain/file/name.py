"""The names of files: data that people read, never a path and never what says what a file is."""

import re
import unicodedata
from typing import Final

from domain.file.kind import FileKind, FileProblem
from domain.text import is_storable_text, one_line

MAX_NAME_LENGTH: Final = 255

_SEPARATORS: Final = re.compile(r"[/\\]")
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of writing: a name with one reads otherwise than it is."""
_PROGRAMS: Final = frozenset(
    {
        *("bat", "chm", "cmd", "cpl", "dll", "exe", "hta", "jar", "jse", "lnk", "msi", "msp"),
        *("pif", "ps1", "reg", "scr", "vbe", "vbs", "wsf", "wsh"),
    }
)
"""Extensions of programs: in a name they stand to deceive, wherever in it."""
_LAST: Final = _PROGRAMS | {"apk", "app", "com", "docm", "htm", "html", "iso", "js", "sh", "svg"}
"""What the last extension must not be either; before it, these may be part of a site's name."""


def judged_name(written: str) -> str | FileProblem:
    """A name as it is kept: without folders and invisible signs; or why it is refused."""
    last = _SEPARATORS.split(written)[-1]
    if not is_storable_text(last) or any(map(_hides, last)):
        return FileProblem("file_name_hidden")
    name = one_line(last).strip(". ")
    if not name:
        return FileProblem("file_name_missing")
    if len(name) > MAX_NAME_LENGTH:
        return FileProblem("file_name_too_long", params={"limit": MAX_NAME_LENGTH})
    *before, extension = [part.strip() for part in name.lower().split(".")[1:]] or [""]
    if extension in _LAST or not _PROGRAMS.isdisjoint(before):
        return FileProblem("file_name_program")
    return name


def name_as(name: str, kind: FileKind) -> str:
    """The name under which a file is given out: with an extension of what it is."""
    if name.lower().endswith(tuple(f".{one}" for one in kind.extensions)):
        return name
    return f"{name}.{kind.extensions[0]}"


def _hides(sign: str) -> bool:
    return sign in _TURNING or unicodedata.category(sign) == "Cc"
