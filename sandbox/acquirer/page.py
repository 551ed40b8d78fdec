"""The payment page: a payer sees what is paid for, pays or declines, and is sent back."""

import json
import sqlite3
from html import escape
from typing import Final
from urllib.parse import parse_qs

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from sandbox.acquirer.checkout import Checkout
from sandbox.acquirer.request_pipeline import BodyTooLargeError, read_body
from sandbox.acquirer.terms import PAGE_METHODS
from sandbox.acquirer.webhooks import Webhooks
from sandbox.acquirer.wire import kopecks

PAYER: Final = "payment_network"
DECLINED: Final = "general_decline"

_METHODS: Final = {"bank_card": "Банковская карта", "sbp": "СБП — система быстрых платежей"}
_ENDS: Final = {
    "succeeded": ("done", "Оплачено", "Деньги списаны, чек отправлен на почту."),
    "canceled": ("failed", "Платёж отменён", "Деньги не списаны."),
    "processing": ("failed", "Страница ещё не готова", "Обновите её через несколько секунд."),
}
_STYLE: Final = """
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 16px;
  background: #eef1f6; color: #1f2430; font: 16px/1.45 system-ui, -apple-system, Arial, sans-serif }
main { width: 100%; max-width: 420px; background: #fff; border-radius: 16px; padding: 28px;
  box-shadow: 0 8px 32px rgba(31, 36, 48, .10) }
.note { margin: 0 0 18px; color: #6a7180; font-size: 13px }
h1 { margin: 0; font-size: 34px; letter-spacing: -.5px }
.what { margin: 4px 0 20px; color: #4a5160 }
ul { list-style: none; margin: 0 0 20px; padding: 12px 0; border: solid #e3e7ee;
  border-width: 1px 0; font-size: 14px }
li { display: flex; justify-content: space-between; gap: 16px; padding: 3px 0 }
li b { white-space: nowrap; font-weight: 500 }
label { display: flex; align-items: center; gap: 10px; padding: 12px 14px; margin-bottom: 8px;
  border: 1px solid #cfd5df; border-radius: 10px; cursor: pointer }
label:has(:checked) { border-color: #1d5c43; background: #f1f8f4 }
button { width: 100%; padding: 14px; border: 0; border-radius: 10px; font: inherit;
  font-weight: 600; cursor: pointer; background: #1d5c43; color: #fff; margin-top: 8px }
button.quiet { background: none; color: #6a7180; font-weight: 400 }
.done h1 { color: #1d5c43 } .failed h1 { color: #b3261e }
a { color: #1d5c43 }
"""


class Page:
    """For a browser: no authentication, the payment's id is the secret."""

    def __init__(self, checkout: Checkout, webhooks: Webhooks) -> None:
        self._checkout = checkout
        self._webhooks = webhooks

    async def show(self, request: Request) -> Response:
        """`GET /pay/{payment_id}`."""
        payment = self._checkout.payment(request.path_params["payment_id"])
        if payment is None:
            return _page("failed", "<h1>Платёж не найден</h1>", status=404)
        return _form(payment) if payment["state"] == "pending" else _result(payment)

    async def answer(self, request: Request) -> Response:
        """`POST /pay/{payment_id}`: `choice` (pay or decline) and `method`, and nothing else."""
        payment_id = request.path_params["payment_id"]
        try:
            said = parse_qs((await read_body(request)).decode("utf-8", "replace"))
        except BodyTooLargeError:
            return Response(status_code=413)
        method = said.get("method", [""])[0]
        if said.get("choice") == ["decline"]:
            self._checkout.decline(payment_id, PAYER, DECLINED)
        elif said.get("choice") == ["pay"] and method in PAGE_METHODS:
            self._checkout.pay(payment_id, method)
        self._webhooks.wake()
        return RedirectResponse(f"/pay/{payment_id}", status_code=303)


def _form(payment: sqlite3.Row) -> Response:
    methods = "".join(
        f'<label><input type="radio" name="method" value="{name}"{" checked" * (not place)}>'
        f"{title}</label>"
        for place, (name, title) in enumerate(_METHODS.items())
    )
    return _page(
        "open",
        f"<h1>{_roubles(payment['amount_kopecks'])}</h1>"
        f'<p class="what">{escape(payment["description"] or "Оплата заказа")}</p>'
        f'<ul>{_items(payment)}</ul><form method="post">{methods}'
        '<button name="choice" value="pay">Оплатить</button>'
        '<button class="quiet" name="choice" value="decline">Отказаться</button></form>',
    )


def _result(payment: sqlite3.Row) -> Response:
    look, title, text = _ENDS[payment["state"]]
    return _page(
        look,
        f'<h1>{title}</h1><p class="what">{_roubles(payment["amount_kopecks"])}. {text}</p>'
        f'<a href="{escape(payment["return_url"])}">Вернуться в магазин</a>',
    )


def _items(payment: sqlite3.Row) -> str:
    items = json.loads(payment["receipt"])["items"]
    return "".join(
        f"<li><span>{escape(item['description'])}</span>"
        f"<b>{_roubles(kopecks(item['amount']['value']))}</b></li>"
        for item in items
    )


def _roubles(amount_kopecks: int) -> str:
    whole, rest = divmod(amount_kopecks, 100)
    grouped = f"{whole:,}".replace(",", "&nbsp;")
    return f"{grouped},{rest:02d}&nbsp;₽"


def _page(look: str, content: str, status: int = 200) -> HTMLResponse:
    note = "Песочница эквайера: деньги не настоящие."
    return HTMLResponse(
        '<!doctype html><html lang="ru"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Оплата</title><style>{_STYLE}</style></head>"
        f'<body><main class="{look}"><p class="note">{note}</p>{content}</main></body></html>',
        status_code=status,
    )
