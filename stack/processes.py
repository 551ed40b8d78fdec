"""Supervises processes: starts, awaits, restarts and stops them; they end with their parent."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from stack import die_with_parent
from stack.errors import CommandRefused, StackError
from stack.ports import LOOPBACK

READY_LIMIT_SECONDS = 60.0
ONCE_LIMIT_SECONDS = 120.0
STOP_LIMIT_SECONDS = 15.0
KILL_LIMIT_SECONDS = 10.0
PROBE_LIMIT_SECONDS = 2.0
PROBE_BYTES = 1_000_000
POLL_SECONDS = 0.05
WATCH_SECONDS = 0.2
RESTARTS_LIMIT = 5
TAIL_LINES = 15
TAIL_BYTES = 20_000

# A parent-death signal comes when the *thread* that forked ends, so one thread that lives as long
# as this interpreter does all the forking, whoever asks.
_LAUNCHER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="stack-launcher")


@dataclass(frozen=True)
class Owner:
    """The user a process runs as when the runner is root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Command:
    """How to run one process. `ready` is called until it is true; it must not raise.

    `stop_signal` asks it to end; after `stop_limit_seconds` it is killed. `orphan_signal` is what
    the kernel sends it when its runner is gone.
    """

    name: str
    arguments: Sequence[str | Path]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    ready: Callable[[], bool] = lambda: True
    owner: Owner | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    stop_limit_seconds: float = STOP_LIMIT_SECONDS


class Process:
    """One process of the stack. It may be restarted: `pid` is the present one."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.restarts = 0
        self._stopped = False
        self._popen = _LAUNCHER.submit(_launch, command).result()

    @property
    def pid(self) -> int:
        """The id of the running process; another number after a restart."""
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number when a signal ended it."""
        return self._popen.poll()

    def restart(self) -> None:
        """Restarts a dead process; does not wait until it is ready."""
        _kill_group(self._popen.pid)
        self.restarts += 1
        self._popen = _LAUNCHER.submit(_launch, self.command).result()

    def wait_until_ready(self, limit_seconds: float = READY_LIMIT_SECONDS) -> None:
        """Raises StackError with the end of the log when it ends first or the limit passes."""
        deadline = time.monotonic() + limit_seconds
        while not self.command.ready():
            if self.exit_code is not None:
                raise StackError(_obituary(self.command, f"ended with code {self.exit_code}"))
            if time.monotonic() > deadline:
                raise StackError(_obituary(self.command, f"not ready in {limit_seconds:g} s"))
            time.sleep(POLL_SECONDS)

    def wait(self, limit_seconds: float) -> int | None:
        """Its exit code, or None when it is still running after the limit."""
        try:
            return self._popen.wait(limit_seconds)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """Asks it to end, waits, then kills its process group. A repeat does nothing."""
        if self._stopped:
            return
        if self.exit_code is None:
            self._popen.send_signal(self.command.stop_signal)
            self.wait(self.command.stop_limit_seconds)
        self._stopped = True
        _kill_group(self._popen.pid)
        self.wait(KILL_LIMIT_SECONDS)


class Supervisor:
    """Starts processes, restarts those that die, and stops all in the opposite order.

    `report` is called with one line for every death, from a thread of the supervisor's own.
    `broken` is set when a process has died more often than `restarts_limit` allows.
    """

    def __init__(
        self, report: Callable[[str], None], *, restarts_limit: int = RESTARTS_LIMIT
    ) -> None:
        self.processes: dict[str, Process] = {}
        self.broken = threading.Event()
        self._report = report
        self._restarts_limit = restarts_limit
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._watcher = threading.Thread(target=self._watch, name="stack-watcher", daemon=True)

    def __enter__(self) -> Self:
        self._watcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._watcher.join()
        for process in reversed(self.processes.values()):
            process.stop()

    def start(self, *commands: Command) -> None:
        """Starts them at once; returns when every one is ready. On StackError they are stopped
        again.
        """
        started: list[Process] = []
        try:
            for command in commands:
                started.append(Process(command))  # noqa: PERF401 - those started must be known
            for process in started:
                process.wait_until_ready()
        except BaseException:
            for process in reversed(started):
                process.stop()
            raise
        with self._lock:
            self.processes |= {process.command.name: process for process in started}

    def _watch(self) -> None:
        while not self._stopping.wait(WATCH_SECONDS):
            with self._lock:
                processes = list(self.processes.values())
            for process in processes:
                if process.exit_code is not None and not self.broken.is_set():
                    self._bring_back(process)

    def _bring_back(self, process: Process) -> None:
        name, code = process.command.name, process.exit_code
        if process.restarts >= self._restarts_limit:
            self._report(_obituary(process.command, f"ended with code {code} too often, given up"))
            self.broken.set()
            return
        process.restart()
        self._report(
            f"{name} ended with code {code}; restarted "
            f"({process.restarts} of {self._restarts_limit}), log: {process.command.log}"
        )


def run_once(command: Command, limit_seconds: float = ONCE_LIMIT_SECONDS) -> None:
    """Run to the end. Raises StackError with the end of the log when it fails or takes too long.

    A command of ours that ends with code 2 has said in its last line what could not be done, and
    why: that line is the error, a `CommandRefused`.
    """
    process = Process(command)
    try:
        code = process.wait(limit_seconds)
    finally:
        process.stop()
    if code is None:
        raise StackError(_obituary(command, f"did not end in {limit_seconds:g} s"))
    if code == CommandRefused.exit_code:
        raise CommandRefused(tail(command.log).rpartition("\n")[2])
    if code != 0:
        raise StackError(_obituary(command, f"ended with code {code}"))


def listens(port: int) -> bool:
    """Whether anything accepts connections on that loopback port."""
    try:
        socket.create_connection((LOOPBACK, port), PROBE_LIMIT_SECONDS).close()
    except OSError:
        return False
    return True


def answers_http(url: str) -> bool:
    """Whether anything speaks HTTP there; an error status is an answer too."""
    try:
        _get(url).close()
    except urllib.error.HTTPError as answer:
        answer.close()
    except (OSError, http.client.HTTPException):
        return False
    return True


def http_body(url: str) -> bytes | None:
    """The body of a successful GET, None for everything else."""
    try:
        with _get(url) as answer:
            return bytes(answer.read(PROBE_BYTES))
    except urllib.error.HTTPError as answer:
        answer.close()
    except (OSError, http.client.HTTPException):
        pass
    return None


def tail(log: Path) -> str:
    """The last lines of a log, empty when there is none."""
    try:
        with log.open("rb") as lines:
            lines.seek(max(0, log.stat().st_size - TAIL_BYTES))
            text = lines.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-TAIL_LINES:])


def _get(url: str) -> http.client.HTTPResponse:
    """Directly: a proxy set for the outside world does not know our loopback."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    answer: http.client.HTTPResponse = direct.open(url, timeout=PROBE_LIMIT_SECONDS)
    return answer


def _launch(command: Command) -> subprocess.Popen[bytes]:
    owner = command.owner
    leashed = [
        sys.executable,
        "-I",
        "-S",
        die_with_parent.__file__,
        str(os.getpid()),
        str(int(command.orphan_signal)),
        f"{owner.uid}:{owner.gid}" if owner else die_with_parent.NO_OWNER,
        *(str(argument) for argument in command.arguments),
    ]
    with command.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own commands
            leashed,
            cwd=command.folder,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def _obituary(command: Command, what: str) -> str:
    return f"{command.name} {what}; log: {command.log}\n{tail(command.log)}".rstrip()
