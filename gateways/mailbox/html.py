"""The words of a letter that has no plain text."""

from html.parser import HTMLParser
from typing import Final

HTML_CHARACTERS: Final = 1_000_000
_BREAKS: Final = frozenset({"p", "div", "br", "tr", "li", "blockquote"})


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in {"style", "script"}
        if tag in _BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"style", "script"} and self._hidden > 0

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.said.append(data)


def words_of(html: str) -> str:
    """The words of an HTML. What begins with `<![` browsers take for a comment; the parser of the
    standard library raises at some of it, so it is made one.
    """
    words = _Words()
    words.feed(html[:HTML_CHARACTERS].replace("<![", "<!"))
    return "".join(words.said)
