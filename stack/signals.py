"""Handles SIGTERM and SIGHUP so that everything is stopped in order."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
SHELL_SIGNAL_BASE = 128

Handler = Callable[[int, FrameType | None], None] | signal.Handlers


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end the main thread as Ctrl-C does, so that everything is cleaned up.

    A signal that is ignored already (nohup) stays ignored.
    """
    chosen = [sign for sign in ENDING_SIGNALS if signal.getsignal(sign) is not signal.SIG_IGN]
    with _handling(dict.fromkeys(chosen, _end)):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignores signals while cleaning up, whose time is limited, so that a second Ctrl-C does not
    interrupt it.
    """
    with _handling(dict.fromkeys((signal.SIGINT, *ENDING_SIGNALS), signal.SIG_IGN)):
        yield


@contextmanager
def _handling(handlers: Mapping[signal.Signals, Handler]) -> Iterator[None]:
    """Python allows handlers in the main thread only; in another one this does nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {sign: signal.signal(sign, handler) for sign, handler in handlers.items()}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(SHELL_SIGNAL_BASE + number)
