"""A wire to the server that a test cuts: in front of COMMIT, behind it, or for as long as it likes."""

import asyncio
import secrets
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SOCKET = ".s.PGSQL.5432"
COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"


class Cut(Enum):
    """Where the wire is cut."""

    NOWHERE = auto()
    BEFORE_COMMIT = auto()
    AT_COMMIT = auto()
    """COMMIT is sent on and nobody waits for its answer: the server may still be at it."""
    AFTER_COMMIT = auto()
    EVERYWHERE = auto()


class Wire:
    """Passes on what client and server say, on a Unix socket in a folder of its own."""

    def __init__(self, url: str) -> None:
        """Name the server's database."""
        self._server = urlsplit(url)
        self.folder = Path(tempfile.mkdtemp(prefix="support-desk-wire-"))
        self.url = f"postgresql://postgres@{self._server.path}?host={self.folder}"
        self.cut = Cut.NOWHERE
        self.carries = asyncio.Event()
        self.carries.set()
        self.chances: tuple[Cut, ...] = ()
        """If there are any, each COMMIT meets one of them by chance."""
        self.cuts: Counter[Cut] = Counter()
        """How often a COMMIT was cut, and where."""
        self.hides_ends = False
        """Whether clients are not told when the server ends a connection; its last words come through."""
        self._writers: set[asyncio.StreamWriter] = set()
        self._listener: asyncio.Server | None = None

    async def open(self) -> None:
        """Let clients in."""
        self._listener = await asyncio.start_unix_server(self._pass_on, self.folder / SOCKET)

    async def close(self) -> None:
        """End everything."""
        if self._listener is not None:
            self._listener.close()
        self.go_on()
        self.tear()
        await asyncio.sleep(0)
        shutil.rmtree(self.folder)

    def hang(self) -> None:
        """Say nothing any more, and break nothing, as a server that is stopped does."""
        self.carries.clear()

    def go_on(self) -> None:
        """Say what was not said, and carry everything again."""
        self.carries.set()

    def tear(self) -> None:
        """Break all connections that there are."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _pass_on(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self._writers.add(to_client)
        if self.cut is Cut.EVERYWHERE:
            to_client.transport.abort()
            return
        await self.carries.wait()
        folder = parse_qs(self._server.query).get("host", [""])[0]
        if folder:
            server, to_server = await asyncio.open_unix_connection(f"{folder}/{SOCKET}")
        else:
            server, to_server = await asyncio.open_connection(
                self._server.hostname, self._server.port or 5432
            )
        self._writers.add(to_server)
        answers = asyncio.ensure_future(self._answers(server, to_client))
        with suppress(ConnectionError):
            while said := await client.read(65_536):
                await self.carries.wait()
                cut = self._cut_of(said)
                if cut is Cut.BEFORE_COMMIT:
                    break
                if cut is not Cut.NOWHERE:
                    answers.cancel()
                    await asyncio.wait({answers})
                to_server.write(said)
                if cut is Cut.AFTER_COMMIT:
                    await server.read(1)
                if cut is not Cut.NOWHERE:
                    break
        to_client.transport.abort()
        to_server.transport.abort()
        await asyncio.wait({answers})

    def _cut_of(self, said: bytes) -> Cut:
        if COMMIT not in said or self.cut is Cut.EVERYWHERE:
            return Cut.NOWHERE
        cut = secrets.choice(self.chances) if self.chances else self.cut
        if cut is not Cut.NOWHERE:
            self.cuts[cut] += 1
        return cut

    async def _answers(self, server: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while said := await server.read(65_536):
                to_client.write(said)
        if not self.hides_ends:
            to_client.transport.abort()
