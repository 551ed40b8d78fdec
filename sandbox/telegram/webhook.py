"""The webhook: updates are brought to an address, one after another, until each is taken."""

import asyncio
from dataclasses import dataclass

import httpx2

from sandbox.telegram.chats import Chats
from sandbox.telegram.faults import BRINGING, Fault, Faults

HEADER = "X-Telegram-Bot-Api-Secret-Token"
ANSWER_SECONDS = 10.0
LOOK_SECONDS = 0.05
AGAIN_SECONDS = 0.5
"""The pause after an update that was not taken."""


@dataclass
class Webhook:
    """Where updates are brought; nowhere while `address` is empty."""

    chats: Chats
    faults: Faults
    address: str = ""
    secret: str = ""

    async def run(self) -> None:
        """Brings updates until it is cancelled."""
        async with httpx2.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as client:
            while True:
                number = next(iter(self.chats.updates), None)
                if not self.address or number is None:
                    await asyncio.sleep(LOOK_SECONDS)
                elif await self._is_taken(client, number):
                    self.chats.updates.pop(number, None)
                else:
                    await asyncio.sleep(AGAIN_SECONDS)

    async def _is_taken(self, client: httpx2.AsyncClient, number: int) -> bool:
        rule = self.faults.fire(BRINGING)
        update, headers = self.chats.updates[number], {HEADER: self.secret}
        times = 2 if rule is not None and rule.kind is Fault.TWICE else 1
        try:
            answers = [
                await client.post(self.address, json=update, headers=headers) for _ in range(times)
            ]
        except httpx2.HTTPError:
            return False
        return answers[-1].is_success
