"""The whole stack as a context manager: its processes run inside it and are stopped at its end."""

import sys
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from stack.data_dirs import DataDirs, fresh_dirs, kept_dirs
from stack.env_file import published_env
from stack.errors import CommandRefused, StackError
from stack.folders import STATE_FOLDER
from stack.mailbox import Mailbox
from stack.ports import Ports
from stack.postgres import Postgres
from stack.processes import RESTARTS_LIMIT, Process, Supervisor, run_once
from stack.product import DATABASE, Product, inherited
from stack.signals import ending_on_signals, undisturbed
from stack.temporal import Temporal

PREFERRED_PORTS = {
    "api": 8000,
    "web": 8001,
    "temporal": 7233,
    "ui": 8233,
    "postgres": 15432,
    "mail": 8025,
    "smtp": 1025,
    "imap": 1143,
    "acquirer": 8090,
    "bank": 8091,
    "identity": 8092,
    "telegram": 8093,
    "scanner": 3310,
    "scanner-control": 8094,
}

DAYS_AHEAD = 3_660
"""A stack whose data are removed plays future days, and so does its bank."""


class Stack:
    """PostgreSQL, Temporal with its Web UI, mail catcher, sandboxes, API, pages, bot and worker.

    Made by `kept` or `fresh`, entered once; addresses are known from then on. SIGTERM and SIGHUP
    end the `with` block as Ctrl-C does. A process that dies is restarted `restarts_limit` times,
    each time reported on stderr; then `wait` ends.
    """

    product: Product

    def __init__(
        self,
        state: Path,
        *,
        keep: bool,
        restarts_limit: int = RESTARTS_LIMIT,
    ) -> None:
        self._state = state
        self._keep = keep
        self._cleanup = ExitStack()
        self._supervisor = Supervisor(_say, restarts_limit=restarts_limit)

    @classmethod
    def kept(cls, state: Path = STATE_FOLDER) -> Self:
        """The one stack of a checkout whose data are kept; entering raises StackError if it
        runs.
        """
        return cls(state, keep=True)

    @classmethod
    def fresh(cls, state: Path = STATE_FOLDER, *, restarts_limit: int = RESTARTS_LIMIT) -> Self:
        """An empty stack whose data are removed afterwards, independent of others. After a failure
        its logs are kept.
        """
        return cls(state, keep=False, restarts_limit=restarts_limit)

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        unexplained = isinstance(error, Exception) and not isinstance(error, CommandRefused)
        if unexplained and hasattr(self, "product"):
            _say(f"the logs stay in {self.log_folder}")
        with undisturbed():
            self._cleanup.__exit__(kind, error, trace)

    def wait(self) -> None:
        """Waits for Ctrl-C. Raises StackError when a process has died too often."""
        self._supervisor.broken.wait()
        raise StackError("the stack is broken: a process died too often, see above")

    @property
    def processes(self) -> dict[str, Process]:
        """The running processes: servers, sandboxes, api, web, bot, mail-in, worker."""
        return dict(self._supervisor.processes)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the API and the worker; for clients and commands of ours too."""
        return self.product.environment()

    @property
    def mailbox(self) -> Mailbox:
        """Every letter sent, for programs."""
        return self.product.mailbox

    @property
    def postgres(self) -> Postgres:
        """The database server."""
        return self.product.postgres

    @property
    def api_url(self) -> str:
        """The URL of our API, without a slash at the end."""
        return self.product.api_url

    @property
    def cabinet_url(self) -> str:
        """The URL of the pages, without a slash at the end."""
        return self.product.cabinet_url

    @property
    def temporal_address(self) -> str:
        """The address for Temporal clients, host:port."""
        return self.product.temporal.address

    @property
    def ui_url(self) -> str:
        """The URL of Temporal's Web UI."""
        return self.product.temporal.ui_url

    def case_url(self, workflow_id: str) -> str:
        """The URL of a case in Temporal's Web UI."""
        return self.product.temporal.workflow_url(workflow_id)

    @property
    def database_url(self) -> str:
        """The URL of our database."""
        return self.postgres.url(DATABASE)

    @property
    def mail_url(self) -> str:
        """The URL of the page with every letter sent."""
        return self.mailbox.url

    @property
    def smtp_port(self) -> int:
        """The port on which the mail catcher receives letters."""
        return self.mailbox.smtp_port

    @property
    def acquirer_url(self) -> str:
        """The URL of the sandbox acquirer: the protocol under /v3, its books and faults under
        /sandbox.
        """
        return self.product.acquirer_url

    @property
    def bank_url(self) -> str:
        """The URL of the sandbox bank: files of orders, statements, books and faults under
        /sandbox.
        """
        return self.product.bank_url

    @property
    def scanner_url(self) -> str:
        """The URL of the sandbox scanner's faults, under /sandbox."""
        return self.product.scanner_url

    @property
    def telegram_url(self) -> str:
        """The URL of the sandbox of Telegram: its accounts' pages, its faults under /sandbox."""
        return self.product.telegram_url

    @property
    def log_folder(self) -> Path:
        """The folder with one log for each process."""
        return self.product.dirs.log("").parent

    def _start(self) -> None:
        if sys.platform != "linux":
            raise StackError("the embedded stack runs on Linux; elsewhere use docker-compose.yml")
        self._cleanup.enter_context(ending_on_signals())
        dirs = fresh_dirs(self._state) if not self._keep else kept_dirs(self._state)
        found = self._cleanup.enter_context(dirs)
        days_ahead = 0 if self._keep else DAYS_AHEAD
        self.product = _arrange(found, self._cleanup.enter_context(Ports()), days_ahead)
        self.postgres.prepare()
        self._cleanup.enter_context(self._supervisor)
        self._start_outside()
        run_once(self.product.prepare())
        self._supervisor.start(
            self.product.api(),
            self.product.web(),
            self.product.bot(),
            self.product.mail_in(),
            self.product.worker(),
        )
        if self._keep:
            self._cleanup.enter_context(published_env(found.folder, self.environment))

    def _start_outside(self) -> None:
        self._supervisor.start(
            self.postgres.command(),
            self.product.temporal.command(),
            self.mailbox.command(inherited()),
            self.product.acquirer(),
            self.product.bank(),
            self.product.scanner(),
            self.product.identity(),
            self.product.telegram(),
        )
        self.postgres.create_database(DATABASE)


def _arrange(dirs: DataDirs, ports: Ports, days_ahead: int) -> Product:
    port = {name: ports.reserve(preferred) for name, preferred in PREFERRED_PORTS.items()}
    return Product(
        dirs=dirs,
        postgres=Postgres(dirs.database_home, port["postgres"], dirs.log("postgres")),
        temporal=Temporal(
            port=port["temporal"],
            ui_port=port["ui"],
            http_port=ports.reserve_any(),
            metrics_port=ports.reserve_any(),
            folder=dirs.folder,
            log=dirs.log("temporal"),
            history=dirs.history,
        ),
        mailbox=Mailbox(port["smtp"], port["imap"], port["mail"], dirs.folder, dirs.log("mail")),
        api_port=port["api"],
        web_port=port["web"],
        acquirer_port=port["acquirer"],
        bank_port=port["bank"],
        scanner_port=port["scanner"],
        scanner_control_port=port["scanner-control"],
        identity_port=port["identity"],
        telegram_port=port["telegram"],
        bank_days_ahead=days_ahead,
    )


def _say(line: str) -> None:
    sys.stderr.write(f"stack: {line}\n")
    sys.stderr.flush()
