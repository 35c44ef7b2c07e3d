"""A wire to the server that a test cuts: in front of COMMIT, behind it, or for as long as it likes."""

import asyncio
import shutil
import tempfile
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
                if COMMIT in said and self.cut is Cut.BEFORE_COMMIT:
                    break
                if COMMIT in said and self.cut is Cut.AFTER_COMMIT:
                    answers.cancel()
                    await asyncio.wait({answers})
                    to_server.write(said)
                    await server.read(1)
                    break
                to_server.write(said)
        to_client.transport.abort()
        to_server.transport.abort()
        await asyncio.wait({answers})

    async def _answers(self, server: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while said := await server.read(65_536):
                to_client.write(said)
        to_client.transport.abort()
