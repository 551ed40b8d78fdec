"""The methods of the Bot API that support needs."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from sandbox.droppable import DROP
from sandbox.telegram.chats import Chats, Said
from sandbox.telegram.faults import Fault, Faults, Rule

MAX_POLL_SECONDS = 50
MAX_UPDATES = 100
MAX_TEXT = 4_096
"""Units of UTF-16, as Telegram counts."""
MAX_DATA_BYTES = 64
MAX_BODY_BYTES = 1024 * 1024
REMEMBERED = 20
"""Confirmed updates that may come again on request."""


class RefusedError(Exception):
    """What a method answers with 400, or another code."""

    def __init__(self, description: str, code: int = 400) -> None:
        super().__init__(description)
        self.code = code


class Methods:
    """`POST /bot{token}/{method}` and `GET /file/bot{token}/{path}`."""

    def __init__(self, chats: Chats, faults: Faults, token: str, username: str) -> None:
        self._chats = chats
        self._faults = faults
        self._token = token
        self._username = username
        self._confirmed: list[Said] = []
        self._known: Mapping[str, Callable[[Said], Awaitable[Any]]] = {
            "getMe": self._get_me,
            "deleteWebhook": self._delete_webhook,
            "getUpdates": self._get_updates,
            "sendMessage": self._send_message,
            "answerCallbackQuery": self._answer_press,
            "editMessageReplyMarkup": self._mark_up,
            "getFile": self._get_file,
        }

    async def call(self, request: Request, token: str, method: str) -> Response:
        """One call, and the fault that it meets."""
        if token != self._token:
            return _refused(RefusedError("Unauthorized", 401))
        if method not in self._known:
            return _refused(RefusedError("Not Found", 404))
        try:
            asked = await _asked(request)
        except RefusedError as refused:
            return _refused(refused)
        rule = self._faults.fire(method)
        instead = await _before(rule)
        if instead is not None:
            return instead
        if rule is not None and rule.kind is Fault.LOST:
            return _dropped(request)
        try:
            asked |= {"fault": rule.kind} if rule else {}
            answer = JSONResponse({"ok": True, "result": await self._known[method](asked)})
        except RefusedError as refused:
            return _refused(refused)
        if rule is not None and rule.kind is Fault.SILENCE:
            return _dropped(request)
        return answer

    async def file(self, token: str, path: str) -> Response:
        """The content of a file."""
        content = self._chats.files.get(path)
        if token != self._token or content is None:
            return _refused(RefusedError("Not Found", 404))
        return Response(content, media_type="application/octet-stream")

    async def _get_me(self, _: Said) -> Said:
        bot_id = int(self._token.partition(":")[0])
        known = {"id": bot_id, "is_bot": True, "first_name": "Поддержка"}
        return {**known, "username": self._username}

    async def _delete_webhook(self, _: Said) -> bool:
        return True

    async def _get_updates(self, asked: Said) -> Sequence[Said]:
        offset, limit = int(asked.get("offset", 0)), int(asked.get("limit", MAX_UPDATES))
        fault = asked.get("fault")
        known = [one for number, one in self._chats.updates.items() if number < offset]
        self._confirmed = (self._confirmed + known)[-REMEMBERED:]
        found = list(self._chats.waiting(offset, limit))
        if not found:
            await self._wait(float(asked.get("timeout", 0)))
            found = list(self._chats.waiting(offset, limit))
        if fault is Fault.TWICE:
            found = [*self._confirmed, *found, *found]
        if fault is Fault.SINGLY:
            found = found[:1]
        return found[::-1] if fault is Fault.REVERSED else found

    async def _wait(self, seconds: float) -> None:
        self._chats.news.clear()
        try:
            async with asyncio.timeout(min(seconds, MAX_POLL_SECONDS)):
                await self._chats.news.wait()
        except TimeoutError:
            return

    async def _send_message(self, asked: Said) -> Said:
        chat_id, text = _number(asked, "chat_id"), str(asked.get("text", ""))
        if not text.strip():
            raise RefusedError("Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
            raise RefusedError("Bad Request: message is too long")
        if self._chats.of(chat_id).is_blocked:
            raise RefusedError("Forbidden: bot was blocked by the user", 403)
        markup = asked.get("reply_markup")
        _check_buttons(markup)
        return self._chats.hear(chat_id, text, markup)

    async def _answer_press(self, asked: Said) -> bool:
        if not self._chats.answer_press(
            str(asked.get("callback_query_id")), str(asked.get("text", ""))
        ):
            raise RefusedError("Bad Request: query is too old and response timeout expired")
        return True

    async def _mark_up(self, asked: Said) -> bool:
        chat_id, message_id = _number(asked, "chat_id"), _number(asked, "message_id")
        if not self._chats.mark_up(chat_id, message_id, asked.get("reply_markup")):
            raise RefusedError("Bad Request: message to edit not found")
        return True

    async def _get_file(self, asked: Said) -> Said:
        file_id = str(asked.get("file_id"))
        content = self._chats.files.get(file_id)
        if content is None:
            raise RefusedError("Bad Request: file is temporarily unavailable")
        return {"file_id": file_id, "file_size": len(content), "file_path": file_id}


async def _before(rule: Rule | None) -> Response | None:
    """What a fault answers instead of doing anything."""
    if rule is None:
        return None
    match rule.kind:
        case Fault.BUSY:
            retry = {"retry_after": int(rule.seconds)}
            said = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
            return JSONResponse({**said, "parameters": retry}, 429)
        case Fault.BLOCKED:
            return _refused(RefusedError("Forbidden: bot was blocked by the user", 403))
        case Fault.ERROR:
            return _refused(RefusedError("Internal Server Error", 500))
        case Fault.SLOW:
            await asyncio.sleep(rule.seconds)
    return None


async def _asked(request: Request) -> Said:
    body = await request.body()
    if len(body) > MAX_BODY_BYTES:
        raise RefusedError("Request Entity Too Large", 413)
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        raise RefusedError("Bad Request: can't parse JSON object") from None
    return dict(request.query_params) | (found if isinstance(found, dict) else {})


def _check_buttons(markup: Any) -> None:
    for row in markup.get("inline_keyboard", []) if isinstance(markup, dict) else []:
        for one in row:
            if not 0 < len(str(one["callback_data"]).encode()) <= MAX_DATA_BYTES:
                raise RefusedError("Bad Request: BUTTON_DATA_INVALID")


def _number(asked: Said, name: str) -> int:
    try:
        return int(asked[name])
    except (KeyError, TypeError, ValueError):
        raise RefusedError(f"Bad Request: {name} is empty") from None


def _refused(refused: RefusedError) -> Response:
    said = {"ok": False, "error_code": refused.code, "description": str(refused)}
    return JSONResponse(said, refused.code)


def _dropped(request: Request) -> Response:
    request.scope["extensions"][DROP]()
    return Response(status_code=500)
