"""Chromium without a window, driven by its own protocol over two pipes: nothing else is needed for that.

https://chromedevtools.github.io/devtools-protocol/ tells the commands and the events.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

Json = dict[str, Any]
NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_SECONDS = 20
READS_FROM, WRITES_TO = 3, 4
"""The descriptors by which --remote-debugging-pipe talks."""
ABOVE_THOSE = 10
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # which needs a user of its own; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
    "--password-store=basic",
    "--remote-debugging-pipe",
)


class NoBrowser(Exception):
    """There is no Chromium here; the message says how to get one."""


class Elsewhere:
    """Stands where the browser thinks the rest of the world is, and lets nothing through.

    It is the browser's proxy for all but loopback: whatever asks for another host, a page, a worker
    or the browser itself, comes here and is written down in `asked`, by its host.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._note_all, daemon=True).start()

    def _note_all(self) -> None:
        with suppress(OSError):  # closed
            while True:
                connection, _ = self._listener.accept()
                with connection, suppress(OSError):
                    connection.settimeout(1)
                    target = connection.recv(8_000).decode("ascii", "replace").split(" ")[1]
                    url = target if "://" in target else f"//{target}"  # CONNECT names only the host
                    self.asked.append(str(urlsplit(url).hostname))

    def close(self) -> None:
        self._listener.close()


class Chromium:
    """One browser with a profile of its own, and one page at a time."""

    def __init__(self, profile: Path) -> None:
        self.elsewhere = Elsewhere()
        self.events: list[Json] = []
        """What the page has told since it was opened."""
        self._session = self._context = ""
        self._next = 0
        self._unread = b""
        found = next(filter(None, map(shutil.which, NAMES)), None)
        if found is None:
            raise NoBrowser("Chromium is missing. Debian: apt-get install -y chromium")
        theirs, self._to = _pipe()
        self._from, theirs_too = _pipe()
        self._log = (profile.parent / "chromium.log").open("wb")
        options = (f"--user-data-dir={profile}", f"--proxy-server={self.elsewhere.url}")
        # Its children are many: they form a group, which ends as a whole.
        self._group = os.posix_spawn(
            found,
            [found, *FLAGS, *options],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, self._log.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, self._log.fileno(), 2),
                (os.POSIX_SPAWN_DUP2, theirs, READS_FROM),
                (os.POSIX_SPAWN_DUP2, theirs_too, WRITES_TO),
            ],
            setpgroup=0,
        )
        os.close(theirs)
        os.close(theirs_too)

    def open(self, url: str, width: int, height: int) -> None:
        """Open a page in a tab of its own, as large as a screen, and listen to all that it does."""
        if self._context:
            self.tell("Target.disposeBrowserContext", page=False, browserContextId=self._context)
        self._context = self.tell("Target.createBrowserContext", page=False)["browserContextId"]
        new = {"url": "about:blank", "browserContextId": self._context}
        target = self.tell("Target.createTarget", page=False, **new)["targetId"]
        attached = self.tell("Target.attachToTarget", page=False, targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self.events.clear()
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.tell(f"{domain}.enable")
        phone = width < 600
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=phone,
        )
        self.tell("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def tell(self, method: str, *, page: bool = True, **parameters: Any) -> Json:
        """Give a command to the page, or to the browser, and wait for what comes of it."""
        self._next += 1
        command: Json = {"id": self._next, "method": method, "params": parameters}
        if page:
            command["sessionId"] = self._session
        os.write(self._to, json.dumps(command).encode() + b"\0")
        while True:
            message = self._read()
            if message.get("id") == self._next:
                assert "error" not in message, (method, message["error"])
                result: Json = message["result"]
                return result
            self.events.append(message)

    def run(self, script: str) -> Any:
        """Run JavaScript in the page; give the value of its last expression."""
        done = self.tell("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, (script, done["exceptionDetails"])
        return done["result"].get("value")

    def wait(self, condition: str) -> None:
        """Wait until an expression of JavaScript holds in the page. TimeoutError."""
        deadline = time.perf_counter() + PATIENCE_SECONDS
        while not self.run(f"Boolean({condition})"):
            if time.perf_counter() > deadline:
                raise TimeoutError(condition)
            time.sleep(0.05)

    def click(self, selector: str) -> None:
        """Click on an element once it is seen and nothing lies over its middle.

        By its own method: a mouse would miss what still moves, as the blocks of Swagger UI do.
        """
        found = f"document.querySelector({json.dumps(selector)})"
        self.wait(f"""(() => {{
            const one = {found};
            if (!one) return false;
            one.scrollIntoView({{block: "center", behavior: "instant"}});
            const box = one.getBoundingClientRect();
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return one.contains(top);
        }})()""")
        self.run(f"{found}.focus(); {found}.click()")

    def write(self, selector: str, text: str) -> None:
        """Type a text into a field."""
        self.click(selector)
        self.tell("Input.insertText", text=text)

    def photograph(self, file: Path) -> None:
        """Keep what is seen."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(self.tell("Page.captureScreenshot", format="png")["data"]))

    def requested(self) -> list[str]:
        """Give the URLs that the page has asked for."""
        asked = _parameters(self.events, "Network.requestWillBeSent")
        return [str(one["request"]["url"]) for one in asked]

    def complaints(self) -> list[str]:
        """Give the errors and warnings on the page's console: failed scripts, broken policies, all."""
        loud = {"error", "warning", "assert"}
        said = [
            f"{one['type']}: {[part.get('value', part.get('description')) for part in one['args']]}"
            for one in _parameters(self.events, "Runtime.consoleAPICalled")
            if one["type"] in loud
        ]
        said += [str(one) for one in _parameters(self.events, "Runtime.exceptionThrown")]
        entries = (one["entry"] for one in _parameters(self.events, "Log.entryAdded"))
        return said + [str(entry) for entry in entries if entry["level"] in loud]

    def _read(self) -> Json:
        while b"\0" not in self._unread:
            ready, _, _ = select.select([self._from], [], [], PATIENCE_SECONDS)
            part = os.read(self._from, 1 << 20) if ready else b""
            if not part:
                raise TimeoutError("the browser says nothing")
            self._unread += part
        line, _, self._unread = self._unread.partition(b"\0")
        message: Json = json.loads(line)
        return message

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._group, signal.SIGKILL)
        os.waitpid(self._group, 0)
        os.close(self._to)
        os.close(self._from)
        self._log.close()
        self.elsewhere.close()


def _pipe() -> tuple[int, int]:
    """Make a pipe whose ends lie above the descriptors that a child gets."""
    ends = os.pipe()
    above = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, ABOVE_THOSE) for end in ends)
    for end in ends:
        os.close(end)
    return above[0], above[1]


def _parameters(events: list[Json], method: str) -> list[Json]:
    return [event["params"] for event in events if event.get("method") == method]
