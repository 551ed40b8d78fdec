"""The sandbox's process: the Bot API, the pages of its accounts, and the same for programs."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.datastructures import UploadFile

from sandbox.droppable import DroppableProtocol
from sandbox.telegram.chats import Chats
from sandbox.telegram.faults import Faults
from sandbox.telegram.methods import Methods
from sandbox.telegram.page import chat_page, list_page
from sandbox.telegram.webhook import Webhook

ANSWER_SECONDS = 2.0
"""How long a page waits for what the bot says to what was just done."""
MAX_FILES = 10
_BACKLOG = 512
_GOODBYE_SECONDS = 1


@dataclass(frozen=True)
class TelegramOptions:
    """How the process was asked to run."""

    host: str
    port: int
    token: str
    username: str


class Pages:
    """What people play by."""

    def __init__(self, chats: Chats, username: str) -> None:
        self._chats = chats
        self._username = username

    async def accounts(self) -> Response:
        """`GET /`."""
        return HTMLResponse(list_page(self._chats.chats.values()))

    async def start(self, username: str, start: str = "") -> Response:
        """`GET /{username}?start=…`: what a link to the bot opens."""
        if username != self._username:
            return HTMLResponse("404", 404)
        return HTMLResponse(list_page(self._chats.chats.values(), start))

    async def show(self, chat_id: int) -> Response:
        """`GET /chats/{chat_id}`."""
        return HTMLResponse(chat_page(self._chats.of(chat_id), self._username))

    async def say(self, request: Request, chat_id: int) -> Response:
        """`POST /chats/{chat_id}/say`."""
        form = await request.form()
        text = str(form.get("text", "")).replace("\r\n", "\n")
        if text.strip():
            self._chats.say(chat_id, text)
        return await self._back(chat_id)

    async def press(self, request: Request, chat_id: int) -> Response:
        """`POST /chats/{chat_id}/press`."""
        form = await request.form()
        self._chats.press(chat_id, int(str(form["message_id"])), str(form["data"]))
        return await self._back(chat_id)

    async def files(self, request: Request, chat_id: int) -> Response:
        """`POST /chats/{chat_id}/files`: several are an album, its caption on the first."""
        form = await request.form()
        files = [one for one in form.getlist("file") if isinstance(one, UploadFile)][:MAX_FILES]
        album = f"album-{id(form)}" if len(files) > 1 else ""
        for place, file in enumerate(files):
            caption = str(form.get("caption", "")) if place == 0 else ""
            content = await file.read()
            name = file.filename or "file"
            self._chats.send_file(chat_id, name, content, caption=caption, album=album)
        return await self._back(chat_id)

    async def file(self, file_id: str) -> Response:
        """`GET /files/{file_id}`: what was sent, by whomever."""
        content = self._chats.files.get(file_id)
        if content is None:
            return HTMLResponse("404", 404)
        return Response(content, media_type="application/octet-stream")

    async def block(self, chat_id: int) -> Response:
        """`POST /chats/{chat_id}/block`."""
        self._chats.block(chat_id, is_blocked=not self._chats.of(chat_id).is_blocked)
        return RedirectResponse(f"/chats/{chat_id}", 303)

    async def _back(self, chat_id: int) -> Response:
        """Leads to the chat once the bot has said something, or does not."""
        chat = self._chats.of(chat_id)
        before = sum(one.is_bots for one in chat.messages)
        for _ in range(int(ANSWER_SECONDS / 0.1)):
            if sum(one.is_bots for one in chat.messages) > before or chat.notice:
                break
            await asyncio.sleep(0.1)
        return RedirectResponse(f"/chats/{chat_id}", 303)


class Programs:
    """The same for programs, under `/sandbox`."""

    def __init__(self, chats: Chats, faults: Faults) -> None:
        self._chats = chats
        self._faults = faults

    async def health(self) -> Response:
        """`GET /sandbox/health`."""
        return JSONResponse({"status": "ok"})

    async def show(self, chat_id: int) -> Response:
        """`GET /sandbox/chats/{chat_id}`."""
        return JSONResponse(asdict(self._chats.of(chat_id)))

    async def do(self, request: Request, chat_id: int) -> Response:
        """`POST /sandbox/chats/{chat_id}`: `{"do": …}` and what it takes."""
        asked: dict[str, Any] = await request.json()
        chats, answer = self._chats, None
        match asked["do"]:
            case "say":
                answer = chats.say(chat_id, asked["text"])
            case "press":
                chats.press(chat_id, asked["message_id"], asked["data"])
            case "file":
                content = asked.get("content", "x" * asked.get("size", 1)).encode()
                more = {name: asked.get(name, "") for name in ("caption", "album")}
                answer = chats.send_file(chat_id, asked["name"], content, **more)
            case "odd":
                chats.send_odd(chat_id, asked["message"])
            case "edit":
                chats.edit(chat_id, asked["message_id"], asked["text"])
            case "block":
                chats.block(chat_id, is_blocked=asked.get("is_blocked", True))
            case "group":
                chats.say_in_group(chat_id, asked["text"])
            case other:
                return JSONResponse({"error": f"nobody can {other}"}, 422)
        return JSONResponse({"message_id": answer})

    async def misbehave(self, request: Request) -> Response:
        """`PUT /sandbox/faults`: the rules in force from now on."""
        try:
            self._faults.put(await request.json())
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": repr(error)}, 422)
        return JSONResponse({})


def build_app(options: TelegramOptions) -> FastAPI:
    """The application."""
    chats, faults = Chats(), Faults()
    webhook = Webhook(chats, faults)

    @asynccontextmanager
    async def bringing(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(webhook.run())
        yield
        task.cancel()

    app = FastAPI(openapi_url=None, lifespan=bringing)
    methods = Methods(chats, faults, webhook, options.token, options.username)
    pages, programs = Pages(chats, options.username), Programs(chats, faults)
    for method, path, handler in (
        ("POST", "/bot{token}/{method}", methods.call),
        ("GET", "/file/bot{token}/{path}", methods.file),
        ("GET", "/sandbox/health", programs.health),
        ("GET", "/sandbox/chats/{chat_id}", programs.show),
        ("POST", "/sandbox/chats/{chat_id}", programs.do),
        ("PUT", "/sandbox/faults", programs.misbehave),
        ("GET", "/", pages.accounts),
        ("GET", "/chats/{chat_id}", pages.show),
        ("GET", "/files/{file_id}", pages.file),
        ("POST", "/chats/{chat_id}/say", pages.say),
        ("POST", "/chats/{chat_id}/press", pages.press),
        ("POST", "/chats/{chat_id}/files", pages.files),
        ("POST", "/chats/{chat_id}/block", pages.block),
        ("GET", "/{username}", pages.start),
    ):
        app.add_api_route(path, handler, methods=[method], response_model=None)
    return app


def serve(options: TelegramOptions) -> None:
    """Listens, prints the address on stdout, and serves until told to stop."""
    listener = socket.create_server((options.host, options.port), backlog=_BACKLOG)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        build_app(options),
        http=DroppableProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_GOODBYE_SECONDS,
    )
    host, port = listener.getsockname()[:2]
    sys.stdout.write(f"sandbox telegram on http://{host}:{port}\n")
    sys.stdout.flush()
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))
