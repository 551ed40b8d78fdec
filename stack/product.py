"""Commands and environment of our own programs in the stack."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from stack.catcher.authenticated import AUTHSERV_ID
from stack.data_dirs import DataDirs
from stack.folders import CHECKOUT
from stack.installation import Installation
from stack.mailbox import PASSWORD, Mailbox
from stack.ports import LOOPBACK
from stack.postgres import Postgres
from stack.processes import Command, answers_http
from stack.temporal import NAMESPACE, Temporal

DATABASE = "kopeyka"
TASK_QUEUE = "kopeyka"
SHOP_ID = "100500"
LOGIN_CLIENT = "cabinet"
"""What the sandbox issuer knows the pages by."""
BOT = "kopeyka_support_bot"
"""The name of the support bot in the sandbox of Telegram."""
BOT_ID = 777_000_001
LOOPBACK_NETWORK = "127.0.0.0/8"
"""The network that the stack's acquirer sends its notifications from."""
MAIL_FROM = "Копейка <no-reply@kopeyka.example>"
SUPPORT_EMAIL = "help@kopeyka.example"
SUPPORT_PHONE = "+7 495 000-00-00"
MAILBOXES: Final[Mapping[str, str]] = {
    "specialist": "specialists@kopeyka.example",
    "accountant": "accounting@kopeyka.example",
    "lawyer": "lawyer@kopeyka.example",
    "support": "support@kopeyka.example",
    "operator": "operators@kopeyka.example",
}
"""The staff's mail addresses unless others are registered."""
OWN_ACCOUNT = "40702810700000000417"
OWN_REQUISITES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name": "ООО «Копейка»",
        "inn": "7709127779",
        "kpp": "770901001",
        "address": "115035, г. Москва, ул. Садовническая, д. 7, офис 12",
        "bic": "044525225",
        "bank-name": "ПАО Сбербанк",
        "correspondent-account": "30101810400000000225",
    }
)
"""Our account unless another one is registered: the sandbox bank keeps it."""
WRITTEN_BY = "stack"
"""The author of the default account and of the key rate's import."""
KEY_RATE_FILE = CHECKOUT / "stack" / "key_rate.csv"
KEY_RATE_COVERED_UNTIL = "2026-09-08"
"""Up to that day the rates of the file were looked up."""
_MAILBOXES: Final = (
    *("mailbox", "--unless-set"),
    *(f"{role}={address}" for role, address in MAILBOXES.items()),
)
_OWN_ACCOUNT: Final = (
    *("own-account", "--unless-set", OWN_ACCOUNT, "--by", WRITTEN_BY),
    *(word for name, text in OWN_REQUISITES.items() for word in (f"--{name}", text)),
)
"""The account that payment runs are paid from."""
_KEY_RATE: Final = (
    *("key-rate", str(KEY_RATE_FILE), "--covered-until", KEY_RATE_COVERED_UNTIL),
    *("--unless-set", "--by", WRITTEN_BY),
)
# The rest of the developer's environment (profiles, proxies, PG*) would make every machine differ.
INHERITED_VARIABLES = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR")


def inherited() -> dict[str, str]:
    """The variables that a Python program of the stack inherits from the runner."""
    kept = {name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ}
    return kept | {"PYTHONUNBUFFERED": "1"}


@dataclass(frozen=True)
class Product:
    """Our programs on one stack. Only variables that `settings.py` reads are passed."""

    dirs: DataDirs
    postgres: Postgres
    temporal: Temporal
    mailbox: Mailbox
    api_port: int
    web_port: int
    identity_port: int
    acquirer_port: int
    bank_port: int
    scanner_port: int
    scanner_control_port: int
    telegram_port: int
    bank_days_ahead: int = 0

    @property
    def api_url(self) -> str:
        """The URL, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.api_port}"

    @property
    def cabinet_url(self) -> str:
        """Of the pages, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.web_port}"

    @property
    def acquirer_url(self) -> str:
        """The URL, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.acquirer_port}"

    @property
    def identity_url(self) -> str:
        """Of the sandbox issuer, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.identity_port}"

    @property
    def bank_url(self) -> str:
        """The URL, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.bank_port}"

    @property
    def scanner_url(self) -> str:
        """Of the sandbox scanner's faults; files go to its own port."""
        return f"http://{LOOPBACK}:{self.scanner_control_port}"

    @property
    def telegram_url(self) -> str:
        """Of the sandbox of Telegram, without a slash at the end."""
        return f"http://{LOOPBACK}:{self.telegram_port}"

    def environment(self) -> dict[str, str]:
        """For the API, the worker and our command line.

        Temporal's profile file is switched off: a developer's own may name another server.
        """
        return {
            **inherited(),
            **_keys(self.dirs.installation),
            "TEMPORAL_ADDRESS": self.temporal.address,
            "TEMPORAL_NAMESPACE": NAMESPACE,
            "TEMPORAL_CONFIG_FILE": os.devnull,
            "KOPEYKA_ENVIRONMENT": "development",
            "KOPEYKA_DATABASE_URL": self.postgres.url(DATABASE),
            "KOPEYKA_TASK_QUEUE": TASK_QUEUE,
            "KOPEYKA_LOGIN_ISSUER": self.identity_url,
            "KOPEYKA_LOGIN_CLIENT_ID": LOGIN_CLIENT,
            "KOPEYKA_TEMPORAL_UI_URL": self.temporal.ui_url,
            "KOPEYKA_PUBLIC_URL": self.api_url,
            "KOPEYKA_CABINET_URL": self.cabinet_url,
            "KOPEYKA_ACQUIRER_URL": self.acquirer_url,
            "KOPEYKA_ACQUIRER_SHOP_ID": SHOP_ID,
            "KOPEYKA_ACQUIRER_NETWORKS": LOOPBACK_NETWORK,
            "KOPEYKA_SMTP_HOST": LOOPBACK,
            "KOPEYKA_SMTP_PORT": str(self.mailbox.smtp_port),
            "KOPEYKA_MAIL_FROM": MAIL_FROM,
            "KOPEYKA_SCANNER_HOST": LOOPBACK,
            "KOPEYKA_SCANNER_PORT": str(self.scanner_port),
            "KOPEYKA_SUPPORT_EMAIL": SUPPORT_EMAIL,
            "KOPEYKA_SUPPORT_MAILBOX": SUPPORT_EMAIL,
            "KOPEYKA_IMAP_HOST": LOOPBACK,
            "KOPEYKA_IMAP_PORT": str(self.mailbox.imap_port),
            "KOPEYKA_IMAP_TLS": "none",
            "KOPEYKA_IMAP_USERNAME": SUPPORT_EMAIL,
            "KOPEYKA_IMAP_PASSWORD": PASSWORD,
            "KOPEYKA_MAIL_AUTHSERV_ID": AUTHSERV_ID,
            "KOPEYKA_SUPPORT_PHONE": SUPPORT_PHONE,
            "KOPEYKA_BANK_DAYS_AHEAD": str(self.bank_days_ahead),
            "KOPEYKA_TELEGRAM_URL": self.telegram_url,
            "KOPEYKA_TELEGRAM_LINK_URL": self.telegram_url,
        }

    def acquirer(self) -> Command:
        """The sandbox acquirer; its books are kept when it ends."""
        return self._python(
            "acquirer",
            *("-m", "sandbox", "acquirer", "--port", str(self.acquirer_port)),
            *("--shop-id", SHOP_ID),
            *("--secret-key", self.dirs.installation.acquirer_secret_key),
            *("--books", str(self.dirs.folder / "acquirer.db")),
            *("--webhook-url", f"{self.api_url}/v1/acquirer/notifications"),
            environment=inherited(),
            ready=lambda: answers_http(self.acquirer_url),
        )

    def bank(self) -> Command:
        """The sandbox bank; its books are kept when it ends."""
        return self._python(
            "bank",
            *("-m", "sandbox", "bank", "--port", str(self.bank_port)),
            *("--books", str(self.dirs.folder / "bank.db")),
            environment=inherited(),
            ready=lambda: answers_http(self.bank_url),
        )

    def scanner(self) -> Command:
        """The sandbox scanner; its faults end with it."""
        return self._python(
            "scanner",
            *("-m", "sandbox", "scanner", "--port", str(self.scanner_port)),
            *("--control-port", str(self.scanner_control_port)),
            environment=inherited(),
            ready=lambda: answers_http(self.scanner_url),
        )

    def identity(self) -> Command:
        """The sandbox issuer; who is logged in, it does not remember."""
        return self._python(
            "identity",
            *("-m", "sandbox", "identity", "--port", str(self.identity_port)),
            *("--client-id", LOGIN_CLIENT),
            *("--client-secret", self.dirs.installation.login_secret),
            *("--redirect-uri", f"{self.cabinet_url}/login/callback"),
            environment=inherited(),
            ready=lambda: answers_http(self.identity_url),
        )

    def telegram(self) -> Command:
        """The sandbox of Telegram; its chats, it does not remember."""
        return self._python(
            "telegram",
            *("-m", "sandbox", "telegram", "--port", str(self.telegram_port)),
            *("--token", _telegram_token(self.dirs.installation), "--username", BOT),
            environment=inherited(),
            ready=lambda: answers_http(self.telegram_url),
        )

    def bot(self) -> Command:
        """Support in Telegram."""
        return self._python("bot", "-m", "starter", "telegram")

    def mail_in(self) -> Command:
        """What reads the letters to support."""
        return self._python("mail-in", "-m", "starter", "mail-in")

    def api(self) -> Command:
        """Ready when it answers anything."""
        return self._python(
            "api",
            *("-m", "starter", "api", "--port", str(self.api_port)),
            ready=lambda: answers_http(self.api_url),
        )

    def web(self) -> Command:
        """The pages; ready when they answer anything."""
        return self._python(
            "web",
            *("-m", "starter", "web", "--port", str(self.web_port)),
            ready=lambda: answers_http(self.cabinet_url),
        )

    def worker(self) -> Command:
        """Ready when it polls Temporal."""
        return self._python(
            "worker", "worker.py", ready=lambda: self.temporal.has_worker(TASK_QUEUE)
        )

    def prepare(self) -> Command:
        """Migrates the database and registers what a stack cannot be without; what is there is
        kept.
        """
        commands = [["migrate"], ["search-attributes"], _MAILBOXES, _OWN_ACCOUNT, _KEY_RATE]
        return self._python("prepare", "-m", "stack.prepare", json.dumps(commands))

    def mailboxes(self) -> Command:
        """Registers an address for each of the staff's roles; a registered one is kept."""
        return self._python("mailbox", "-m", "starter", *_MAILBOXES)

    def _python(
        self,
        name: str,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        ready: Callable[[], bool] = lambda: True,
    ) -> Command:
        return Command(
            name=name,
            arguments=[sys.executable, *arguments],
            environment=environment or self.environment(),
            folder=CHECKOUT,
            log=self.dirs.log(name),
            ready=ready,
        )


def _keys(installation: Installation) -> dict[str, str]:
    return {
        "KOPEYKA_ACQUIRER_SECRET_KEY": installation.acquirer_secret_key,
        "KOPEYKA_DEVELOPMENT_KEY": installation.development_key,
        "KOPEYKA_CODE_KEY": installation.code_key,
        "KOPEYKA_DOSSIER_KEY": installation.dossier_key,
        "KOPEYKA_LOGIN_CLIENT_SECRET": installation.login_secret,
        "KOPEYKA_TELEGRAM_TOKEN": _telegram_token(installation),
    }


def _telegram_token(installation: Installation) -> str:
    return f"{BOT_ID}:{installation.telegram_secret}"
