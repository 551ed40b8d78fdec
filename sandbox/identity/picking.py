"""The page where one picks who one is."""

from collections.abc import Iterable
from html import escape
from typing import Final

from sandbox.identity.people import Person

_STYLE: Final = """
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 16px;
  background: #eef1f6; color: #1f2430; font: 16px/1.45 system-ui, -apple-system, Arial, sans-serif }
main { width: 100%; max-width: 460px; background: #fff; border-radius: 16px; padding: 28px;
  box-shadow: 0 8px 32px rgba(31, 36, 48, .10) }
.note { margin: 0 0 18px; color: #5c6372; font-size: 13px }
h1 { margin: 0 0 16px; font-size: 24px }
button { display: block; width: 100%; padding: 10px 14px; margin-top: 8px; border-radius: 10px;
  border: 1px solid #cfd5df; background: #fff; font: inherit; text-align: left; cursor: pointer;
  color: inherit }
button:hover { border-color: #1d5c43; background: #f1f8f4 }
small { display: block; color: #5c6372 }
"""


def page(people: Iterable[Person]) -> str:
    """A button for each."""
    buttons = "".join(
        f'<button name="login" value="{escape(one.login)}">{escape(one.name)}'
        f"<small>{escape(one.title)}</small></button>"
        for one in people
    )
    return (
        '<!doctype html><html lang="ru"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Кто вы?</title><style>{_STYLE}</style></head><body><main>"
        '<p class="note">Песочница входа: пароля нет, выберите любого.</p><h1>Кто вы?</h1>'
        f'<form method="post">{buttons}</form></main></body></html>'
    )
