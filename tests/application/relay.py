"""A desk with a messenger: what waits is sent at the desk's own time."""

from dataclasses import dataclass, field
from typing import Any

from app.application.ports.outbox import ChannelState, Listed
from app.application.sending.retry_outgoing import retry_outgoing
from app.application.sending.send_outbox import SendOutbox
from app.application.stamp import Stamp
from app.domain.sending.outcome import SendOutcome
from app.domain.sending.part import OutboxKind, PartState
from app.domain.sending.policy import ResendUnknown
from app.domain.tickets.message import Delivery
from tests.application.desk import Desk
from tests.fakes.scripted_messenger import ScriptedMessenger


@dataclass
class RecordingWatch:
    """Remembers how sendings ended."""

    ends: list[tuple[str, OutboxKind, SendOutcome]] = field(default_factory=list)
    probes: list[str | None] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def ended(self, channel: str, kind: OutboxKind, outcome: SendOutcome) -> None:
        self.ends.append((channel, kind, outcome))

    def probed(self, channel: str, code: str | None) -> None:
        self.probes.append(code)

    def failed(self, channel: str, failure: Exception) -> None:
        self.failures.append(failure)


@dataclass
class DeskClock:
    desk: Desk

    def stamp(self) -> Stamp:
        return self.desk.stamp()


class RelayedDesk(Desk):
    """A desk whose outbox is sent by `run`."""

    def __init__(self, *args: Any, resend: ResendUnknown = ResendUnknown.ONCE, **given: Any) -> None:
        super().__init__(*args, **given)
        self.messenger = ScriptedMessenger()
        self.watch = RecordingWatch()
        self.resend = resend
        self.job = self.new_job()

    def new_job(self) -> SendOutbox:
        """Give another relay of the same desk."""
        return SendOutbox(
            self.store, DeskClock(self), self.messenger, self.watch, chance=lambda: 0.5, resend=self.resend
        )

    async def run(self) -> float | None:
        """Send what is due now, and wait until that is done."""
        wait = await self.job.run_once()
        await self.job.settled()
        return wait

    async def run_for(self, seconds: int) -> None:
        """Let time go on, a second at a time."""
        for _ in range(seconds):
            await self.run()
            self.wait(seconds=1)
        await self.run()

    def parts(self, *states: PartState) -> list[Listed]:
        wanted = set(states or PartState)
        return list(self.read(lambda uow: uow.outbox.page(wanted, after=0, limit=1_000)))

    def states(self) -> list[str]:
        return [each.part.state.value for each in self.parts()]

    def channel(self) -> ChannelState:
        return self.read(lambda uow: uow.channels.find("telegram"))

    def delivery(self, ticket_id: str) -> Delivery:
        delivery = self.messages(ticket_id)[-1].delivery
        assert delivery is not None
        return delivery

    def retry(self, sequence: int) -> bool:
        stamp = self.stamp()
        return self.write(lambda uow: retry_outgoing(uow, sequence, stamp))
