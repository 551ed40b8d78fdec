"""The pages where one plays an account: its chat, its buttons, what it types and sends."""

from collections.abc import Iterable
from html import escape
from typing import Final

from sandbox.telegram.chats import Chat, Shown

_STYLE: Final = """
* { box-sizing: border-box }
body { margin: 0; background: #e6ebee; color: #1f2430;
  font: 16px/1.45 system-ui, Arial, sans-serif }
main { max-width: 560px; margin: 0 auto; padding: 16px; min-height: 100vh }
h1 { font-size: 20px } a { color: #1c6fa8 }
.note { color: #5c6372; font-size: 13px }
.m { background: #fff; border-radius: 12px; padding: 8px 12px; margin: 8px 60px 0 0;
  white-space: pre-wrap; overflow-wrap: anywhere }
.m.mine { background: #e3f6cf; margin: 8px 0 0 60px }
form { display: inline } .row { display: flex; gap: 6px; margin: 4px 60px 0 0 }
.row form { flex: 1 }
button, input, textarea { font: inherit; padding: 8px 12px; border-radius: 8px;
  border: 1px solid #b9c3cc; background: #fff; color: inherit; max-width: 100% }
.row button { width: 100% } textarea { width: 100% }
.m img { max-width: 100%; max-height: 240px }
.send { display: block; margin-top: 12px }
.alert { background: #fff3cd; padding: 8px 12px; border-radius: 8px }
"""


def list_page(chats: Iterable[Chat], start: str = "") -> str:
    """The accounts to play; the one that is picked opens `start`, a one-time link's end."""
    rows = "".join(_account(chat, start) for chat in chats)
    what = "Кто открывает ссылку?" if start else "Чей чат с ботом?"
    return _page("Telegram", f"<h1>{what}</h1>{rows}")


def chat_page(chat: Chat, username: str) -> str:
    """A chat as its account sees it."""
    notice = f'<p class="alert" role="status">{escape(chat.notice)}</p>' if chat.notice else ""
    shown = "".join(_message(chat.chat_id, one) for one in chat.messages)
    action = f"/chats/{chat.chat_id}"
    block = "Разблокировать бота" if chat.is_blocked else "Заблокировать бота"
    return _page(
        f"{chat.name} и @{username}",
        f'<p><a href="/">Все аккаунты</a></p><h1>{escape(chat.name)} → @{escape(username)}</h1>'
        f"{shown}{notice}"
        f'<form class="send" method="post" action="{action}/say">'
        f'<label for="text">Сообщение</label>'
        f'<textarea id="text" name="text" rows="3" required></textarea><button>Отправить</button>'
        f'</form><form class="send" method="post" action="{action}/files"'
        f' enctype="multipart/form-data"><label for="file">Файлы</label>'
        f'<input id="file" type="file" name="file" multiple required>'
        f'<input name="caption" aria-label="Подпись" placeholder="Подпись">'
        f"<button>Отправить файлы</button></form>"
        f'<form class="send" method="post" action="{action}/block"><button>{block}</button></form>',
    )


def _account(chat: Chat, start: str) -> str:
    if not start:
        return f'<p><a href="/chats/{chat.chat_id}">{escape(chat.name)}</a></p>'
    said = f'<input type="hidden" name="text" value="/start {escape(start)}">'
    return (
        f'<p><form method="post" action="/chats/{chat.chat_id}/say">{said}'
        f"<button>{escape(chat.name)}</button></form></p>"
    )


def _message(chat_id: int, shown: Shown) -> str:
    side = "m" if shown.is_bots else "m mine"
    rows = "".join(
        f'<div class="row">{"".join(_button(chat_id, shown, *one) for one in row)}</div>'
        for row in shown.buttons
    )
    said = "\n".join(filter(None, (_file(shown), escape(shown.text))))
    return f'<div class="{side}">{said}</div>{rows}'


def _file(shown: Shown) -> str:
    if not shown.file_name:
        return ""
    link, name = f"/files/{escape(shown.file_id or '')}", escape(shown.file_name)
    if shown.is_photo:
        return f'<a href="{link}"><img src="{link}" alt="{name}"></a>'
    return f'<a href="{link}">📎 {name}</a>'


def _button(chat_id: int, shown: Shown, text: str, data: str) -> str:
    return (
        f'<form method="post" action="/chats/{chat_id}/press">'
        f'<input type="hidden" name="message_id" value="{shown.message_id}">'
        f'<button name="data" value="{escape(data)}">{escape(text)}</button></form>'
    )


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="ru"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>"
        f'<p class="note">Песочница Telegram: вы играете клиента.</p>{body}</main></body></html>'
    )
