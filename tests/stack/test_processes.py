"""What starts is supervised, and nothing outlives its runner, however the runner ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from stack.errors import StackError
from stack.folders import CHECKOUT
from stack.processes import Command, Supervisor, run_once
from tests.patience import PATIENCE_SECONDS

SLEEPER = "import time; time.sleep(600)"
# It has a child of its own and does not care for SIGTERM.
STUBBORN = """
import os, pathlib, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path("child").write_text(str(child.pid))
time.sleep(600)
"""
# Starts one process from its main thread and one from a thread that ends at once.
RUNNER = """
import pathlib, signal, sys, threading, time
from stack.signals import ending_on_signals
from stack.processes import Command, Supervisor
folder = pathlib.Path(sys.argv[1])
def sleeper(name):
    program = [sys.executable, "-c", "import time; time.sleep(600)"]
    return Command(name, program, {}, folder, folder / f"{name}.log")
signal.signal(signal.SIGINT, signal.default_int_handler)
# Who runs the tests may ignore it (nohup), and that is inherited.
signal.signal(signal.SIGHUP, signal.SIG_IGN if sys.argv[2] == "nohup" else signal.SIG_DFL)
with ending_on_signals(), Supervisor(print) as supervisor:
    supervisor.start(sleeper("first"))
    thread = threading.Thread(target=supervisor.start, args=[sleeper("second")])
    thread.start()
    thread.join()
    time.sleep(0.5)
    print(*(p.pid for p in supervisor.processes.values() if p.exit_code is None), flush=True)
    if sys.argv[2] == "fail":
        raise ValueError("something went wrong")
    time.sleep(600)
"""

Survivors = Callable[[Iterable[int]], list[int]]


def command(folder: Path, program: str) -> Command:
    return Command("worker", [sys.executable, "-c", program], {}, folder, folder / "worker.log")


def wait_until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < deadline, "it has not happened in time"
        time.sleep(0.05)


def start_runner(folder: Path, how: str) -> tuple[subprocess.Popen[str], list[int]]:
    runner = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", RUNNER, str(folder), how],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert runner.stdout
    return runner, [int(pid) for pid in runner.stdout.readline().split()]


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_runner_ended_by_a_signal_leaves_no_process(
    tmp_path: Path, survivors: Survivors, sign: signal.Signals
) -> None:
    runner, started = start_runner(tmp_path, "wait")
    with runner:
        assert len(started) == 2
        runner.send_signal(sign)
    assert survivors(started) == []
    assert runner.returncode != 0


def test_a_runner_that_was_told_to_ignore_a_hangup_outlives_it(
    tmp_path: Path, survivors: Survivors
) -> None:
    runner, started = start_runner(tmp_path, "nohup")
    with runner:
        runner.send_signal(signal.SIGHUP)
        runner.send_signal(signal.SIGTERM)
    assert runner.returncode == 128 + signal.SIGTERM
    assert survivors(started) == []


def test_a_runner_ended_by_an_exception_leaves_no_process(
    tmp_path: Path, survivors: Survivors
) -> None:
    runner, started = start_runner(tmp_path, "fail")
    with runner:
        assert len(started) == 2
    assert survivors(started) == []


def test_a_process_that_dies_is_started_again_and_that_is_reported(tmp_path: Path) -> None:
    reports: list[str] = []
    with Supervisor(reports.append) as supervisor:
        supervisor.start(command(tmp_path, SLEEPER))
        first_life = supervisor.processes["worker"].pid
        os.kill(first_life, signal.SIGKILL)
        wait_until(lambda: bool(reports))
        assert supervisor.processes["worker"].pid != first_life
        assert supervisor.processes["worker"].exit_code is None
    assert reports == [
        f"worker ended with code -9; restarted (1 of 5), log: {tmp_path / 'worker.log'}"
    ]


def test_a_process_that_keeps_dying_is_given_up_with_its_last_words(tmp_path: Path) -> None:
    reports: list[str] = []
    with Supervisor(reports.append, restarts_limit=2) as supervisor:
        supervisor.start(command(tmp_path, "raise SystemExit('no database')"))
        assert supervisor.broken.wait(PATIENCE_SECONDS)
    *restarts, last = reports
    assert len(restarts) == 2
    assert "given up" in last
    assert "no database" in last


def test_a_process_that_will_not_end_is_killed_with_its_children(
    tmp_path: Path, survivors: Survivors
) -> None:
    child = tmp_path / "child"
    stubborn = replace(
        command(tmp_path, STUBBORN),
        stop_limit_seconds=0.3,
        ready=lambda: child.exists() and child.read_text() != "",
    )
    with Supervisor(print) as supervisor:
        supervisor.start(stubborn)
        both = [supervisor.processes["worker"].pid, int(child.read_text())]
    assert survivors(both) == []


def test_a_process_that_dies_before_it_is_ready_stops_the_others_too(
    tmp_path: Path, survivors: Survivors
) -> None:
    log = tmp_path / "worker.log"
    tells_its_pid = f"import os; print(os.getpid(), flush=True); {SLEEPER}"
    healthy = replace(
        command(tmp_path, tells_its_pid), ready=lambda: log.read_bytes().endswith(b"\n")
    )
    sick = replace(command(tmp_path, "raise SystemExit(3)"), name="api", ready=lambda: False)
    with Supervisor(print) as supervisor, pytest.raises(StackError, match="api ended with code 3"):
        supervisor.start(healthy, sick)
    assert survivors([int(log.read_text())]) == []
    assert supervisor.processes == {}


@pytest.mark.parametrize(
    ("program", "complaint"),
    [
        ("raise SystemExit('migration 7 failed')", "ended with code 1(.|\n)*migration 7 failed"),
        ("print('too old'); print('migrate first'); raise SystemExit(2)", "^migrate first$"),
        (SLEEPER, "did not end in 0.2 s"),
    ],
)
def test_a_command_that_does_not_succeed_says_why(
    tmp_path: Path, program: str, complaint: str
) -> None:
    with pytest.raises(StackError, match=complaint):
        run_once(command(tmp_path, program), limit_seconds=0.2 if program == SLEEPER else 15)
