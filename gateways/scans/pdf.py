"""Checks PDFs: every object is parsed; active content, hidden content and encryption are
refused.
"""

import io
from collections.abc import Iterator
from typing import Any, Final

from pikepdf import Array, Dictionary, Name, Object, PasswordError, Pdf, PdfError, Stream

from domain.file.structure import MAX_PIXELS

MAX_PAGES: Final = 200
MAX_OBJECTS: Final = 200_000
"""The most objects, with what they contain, that are parsed."""

# By the PDF standard's own names; escapes in a name (/J#61vaScript) are decoded by the parser.
_ACTING_KEYS: Final = frozenset(
    {
        "/JS",
        "/JavaScript",
        "/EmbeddedFiles",
        "/EF",
        "/XFA",
        "/RichMediaContent",
        "/RichMediaSettings",
    }
)
_ACTIONS: Final = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
        "/GoTo3DView",
    }
)
_ACTING_SUBTYPES: Final = frozenset(
    {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
)


class _TooComplex(Exception):  # noqa: N818  the name says what is the matter
    """The file has more of something than a scan would."""


def problem_of_pdf(content: bytes) -> str | None:
    """None for a PDF that only shows pages, otherwise the code of why it is refused.

    A file with a broken structure is not repaired: another program may repair it differently.
    """
    try:
        with Pdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            return _problem_of(pdf)
    except PasswordError:
        return "scan_encrypted"
    except _TooComplex:
        return "scan_too_complex"
    except (PdfError, ValueError, TypeError, KeyError, RuntimeError, RecursionError):
        return "scan_damaged"


def _problem_of(pdf: Pdf) -> str | None:
    if pdf.is_encrypted:
        return "scan_encrypted"
    for node in _nodes(pdf):
        if isinstance(node, Dictionary | Stream) and _acts(node):
            return "scan_acts"
    pages = len(pdf.pages)
    if pages > MAX_PAGES:
        return "scan_too_complex"
    return None if pages else "scan_damaged"


def _nodes(pdf: Pdf) -> Iterator[Object]:
    """Every object of the file, whether a page refers to it or not, and everything inside it."""
    left = MAX_OBJECTS
    waiting: list[Any] = [pdf.trailer, *pdf.objects]
    while waiting:
        node = waiting.pop()
        left -= 1
        if left < 0:
            raise _TooComplex
        if isinstance(node, Dictionary | Array | Stream):
            yield node
            waiting.extend(inside for inside in _inside(node) if not _is_reference(inside))


def _inside(node: Object) -> list[Any]:
    if isinstance(node, Array):
        return list(node)
    keyed: Any = node
    return [keyed[name] for name in keyed.keys()]  # noqa: SIM118 - a stream has no iteration


def _is_reference(node: Any) -> bool:
    """Whether an object is in the file's own list of objects."""
    return isinstance(node, Object) and bool(node.is_indirect)


def _acts(node: Object) -> bool:
    keyed: Any = node
    if not _ACTING_KEYS.isdisjoint(keyed.keys()):
        return True
    if _name_in(keyed, "/Type") == "/EmbeddedFile" or _name_in(keyed, "/S") in _ACTIONS:
        return True
    if _name_in(keyed, "/Subtype") == "/Image":
        _check_size(keyed)
    return _name_in(keyed, "/Subtype") in _ACTING_SUBTYPES


def _name_in(keyed: Any, key: str) -> str | None:
    value = keyed.get(key)
    return str(value) if isinstance(value, Name) else None


def _check_size(picture: Any) -> None:
    if int(picture.get("/Width", 0)) * int(picture.get("/Height", 0)) > MAX_PIXELS:
        raise _TooComplex
