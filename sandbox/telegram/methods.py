"""The methods of the Bot API that support needs."""

import asyncio
import io
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from PIL import Image
from starlette.datastructures import UploadFile

from sandbox.droppable import DROP
from sandbox.telegram.chats import Chats, Said
from sandbox.telegram.faults import Fault, Faults, Rule
from sandbox.telegram.webhook import Webhook

MAX_POLL_SECONDS = 50
MAX_UPDATES = 100
MAX_TEXT = 4_096
"""Units of UTF-16, as Telegram counts."""
MAX_DATA_BYTES = 64
MAX_CAPTION = 1_024
MAX_BODY_BYTES = 1024 * 1024
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20
REMEMBERED = 20
"""Confirmed updates that may come again on request."""


@dataclass(frozen=True)
class SentFile:
    """A file of a multipart request."""

    name: str
    content: bytes


class RefusedError(Exception):
    """What a method answers with 400, or another code."""

    def __init__(self, description: str, code: int = 400) -> None:
        super().__init__(description)
        self.code = code


class Methods:
    """`POST /bot{token}/{method}` and `GET /file/bot{token}/{path}`."""

    def __init__(
        self, chats: Chats, faults: Faults, webhook: Webhook, token: str, username: str
    ) -> None:
        self._chats = chats
        self._webhook = webhook
        self._faults = faults
        self._token = token
        self._username = username
        self._confirmed: list[Said] = []
        self._known: Mapping[str, Callable[[Said], Awaitable[Any]]] = {
            "getMe": self._get_me,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getUpdates": self._get_updates,
            "sendMessage": self._send_message,
            "sendDocument": self._send_document,
            "sendPhoto": self._send_photo,
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

    async def _set_webhook(self, asked: Said) -> bool:
        secret = str(asked.get("secret_token", ""))
        if not re.fullmatch("[A-Za-z0-9_-]{0,256}", secret):
            raise RefusedError("Bad Request: secret token contains unallowed characters")
        self._webhook.address, self._webhook.secret = str(asked.get("url", "")), secret
        return True

    async def _delete_webhook(self, _: Said) -> bool:
        self._webhook.address = ""
        return True

    async def _get_updates(self, asked: Said) -> Sequence[Said]:
        if self._webhook.address:
            said = "Conflict: can't use getUpdates method while webhook is active"
            raise RefusedError(said, 409)
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
        self._check_blocked(chat_id)
        markup = asked.get("reply_markup")
        _check_buttons(markup)
        return self._chats.hear(chat_id, text, markup)

    async def _send_document(self, asked: Said) -> Said:
        return self._sent_file(asked, asked.get("document"), is_photo=False)

    async def _send_photo(self, asked: Said) -> Said:
        photo = asked.get("photo")
        if isinstance(photo, SentFile) and not _is_photo(photo.content):
            raise RefusedError("Bad Request: PHOTO_INVALID_DIMENSIONS")
        return self._sent_file(asked, photo, is_photo=True)

    def _sent_file(self, asked: Said, file: Any, *, is_photo: bool) -> Said:
        chat_id, caption = _number(asked, "chat_id"), str(asked.get("caption", ""))
        if not isinstance(file, SentFile) or not file.content:
            raise RefusedError("Bad Request: file must be non-empty")
        if len(caption.encode("utf-16-le")) // 2 > MAX_CAPTION:
            raise RefusedError("Bad Request: message caption is too long")
        self._check_blocked(chat_id)
        return self._chats.hear_file(chat_id, caption, file.name, file.content, is_photo=is_photo)

    def _check_blocked(self, chat_id: int) -> None:
        if self._chats.of(chat_id).is_blocked:
            raise RefusedError("Forbidden: bot was blocked by the user", 403)

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
    if request.headers.get("content-type", "").startswith("multipart/"):
        return await _asked_with_files(request)
    body = await request.body()
    if len(body) > MAX_BODY_BYTES:
        raise RefusedError("Request Entity Too Large", 413)
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        raise RefusedError("Bad Request: can't parse JSON object") from None
    return dict(request.query_params) | (found if isinstance(found, dict) else {})


async def _asked_with_files(request: Request) -> Said:
    if int(request.headers.get("content-length", MAX_UPLOAD_BYTES)) >= MAX_UPLOAD_BYTES:
        raise RefusedError("Request Entity Too Large", 413)
    async with request.form() as form:
        return {
            name: SentFile(one.filename or "", await one.read())
            if isinstance(one, UploadFile)
            else one
            for name, one in form.items()
        }


def _is_photo(content: bytes) -> bool:
    """Whether Telegram takes a picture as one: at most 10 MB, its sides together 10,000 pixels, one
    no more than twenty times as long as the other.
    """
    if len(content) > MAX_PHOTO_BYTES:
        return False
    try:
        with Image.open(io.BytesIO(content)) as picture:
            short, long = sorted(picture.size)
    except (OSError, ValueError):
        return False
    return short + long <= MAX_PHOTO_SIDES and long <= MAX_PHOTO_RATIO * short


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
