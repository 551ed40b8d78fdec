"""Makes a letter of a notification's text: subject, plain and HTML parts from the same
paragraphs.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from texts.catalogue import Language, filled, template, translate

MAX_PREHEADER_LENGTH = 110

_PARAGRAPH_BREAK = "\n\n"
_LONE_PARAMETER = re.compile(r"\{(\w+)\}")
_LINK_PARAGRAPH = re.compile(r"(?P<label>.+): \{link\}")
_SAFE_LINK = re.compile(r"https?://[^\s<>\"]+")
_TICKET_ID = re.compile(r"ticket-(\d+)")
_FACTS = {"case_id": "case", "invoice_number": "invoice", "name": "client"}


class Shape(StrEnum):
    """How a paragraph is laid out."""

    TEXT = "text"
    FIGURE = "figure"
    QUOTE = "quote"
    LINK = "link"


# A paragraph that is only one parameter has a layout by that parameter.
_LONE_SHAPES = {
    "amount": Shape.FIGURE,
    "balance": Shape.FIGURE,
    "code": Shape.FIGURE,
    "failure": Shape.QUOTE,
    "reason": Shape.QUOTE,
    "remarks": Shape.QUOTE,
    "trace": Shape.QUOTE,
}


@dataclass(frozen=True)
class Letter:
    """What is sent: `subject` is one line, `plain` and `html` have the same content."""

    subject: str
    plain: str
    html: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; `link` is set where the text is the label of a link."""

    text: str
    shape: Shape = Shape.TEXT
    link: str | None = None


@dataclass(frozen=True)
class Message:
    """What a notification says without a letter's greeting and ending."""

    subject: str
    paragraphs: tuple[Paragraph, ...]


def message(name: str, /, language: Language = "ru", **params: str | int) -> Message:
    """The subject `mail.<name>.subject` and the paragraphs of `mail.<name>.body`; raises as
    `letter` does.
    """
    subject = " ".join(translate(f"mail.{name}.subject", language, **params).split())
    return Message(subject, tuple(_paragraphs(template(f"mail.{name}.body", language), params)))


def letter(name: str, /, language: Language = "ru", **params: str | int) -> Letter:
    """The letter of a notification: `mail.<name>.subject` and `.body` in our layout.

    `company` (the sender) is required; `case_id`, `invoice_number` and `name` (the client's) are
    added at the end when given, `reply_line` before the beginning. Raises KeyError for an unknown
    notification or a missing parameter, ValueError for a link that is not http(s).
    """
    said = message(name, language, **params)
    shown = {
        "company": params["company"],
        "facts": _facts(language, params),
        "footer": translate(_footer(params), language),
        "greeting": translate("mail.greeting", language),
        "language": language,
        "paragraphs": said.paragraphs,
        "reply_line": params.get("reply_line", ""),
        "preheader": _shortened(said.paragraphs[0].text),
        "subject": said.subject,
    }
    return Letter(
        subject=str(shown["subject"]),
        plain=_PLAIN.render(shown),
        html=_HTML.render(shown),
    )


def _paragraphs(body: str, params: Mapping[str, object]) -> Iterator[Paragraph]:
    """Split before filling in: a blank line inside somebody's remarks begins no paragraph."""
    for source in body.split(_PARAGRAPH_BREAK):
        if lone := _LONE_PARAMETER.fullmatch(source):
            shape = _LONE_SHAPES.get(lone[1], Shape.TEXT)
            text = filled(source, params).strip()
            if text:  # an empty parameter has no paragraph
                yield Paragraph(text, shape)
        elif labelled := _LINK_PARAGRAPH.fullmatch(source):
            yield Paragraph(filled(labelled["label"], params), Shape.LINK, _link(params))
        else:
            yield Paragraph(filled(source, params))


def _link(params: Mapping[str, object]) -> str:
    link = filled("{link}", params)
    if not _SAFE_LINK.fullmatch(link):
        raise ValueError("a letter links to http and https addresses only")
    return link


def _facts(language: Language, params: Mapping[str, object]) -> list[tuple[str, str]]:
    return [
        _fact(fact, str(params[parameter]), language)
        for parameter, fact in _FACTS.items()
        if params.get(parameter)
    ]


def _fact(fact: str, value: str, language: Language) -> tuple[str, str]:
    """A label and what it says; a ticket is known to people by its number, not by its id."""
    ticket = _TICKET_ID.fullmatch(value) if fact == "case" else None
    if ticket is None:
        return translate(f"mail.fact.{fact}", language), value
    said = translate("mail.fact.ticket_number", language, number=ticket[1])
    return translate("mail.fact.ticket", language), said


def _footer(params: Mapping[str, object]) -> str:
    """Whether a reply to the letter is read, which its first line says too."""
    return "mail.footer_answered" if params.get("reply_line") else "mail.footer"


def _shortened(text: str) -> str:
    one_line = " ".join(text.split())
    if len(one_line) <= MAX_PREHEADER_LENGTH:
        return one_line
    return one_line[:MAX_PREHEADER_LENGTH].rsplit(" ", 1)[0] + "…"


_LAYOUTS = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_PLAIN = _LAYOUTS.get_template("letter.txt.j2")
_HTML = _LAYOUTS.get_template("letter.html.j2")
