"""The bench of the judges: their tools, a working folder and the document that they judge."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from demo.process import ROOT

CONFIG = Path(__file__).resolve().parent
TOOLS = ROOT / ".judges"
NODE = TOOLS / "node_modules" / ".bin"
PYTHON = TOOLS / "python" / "bin"
LIMIT_SECONDS = 1_800.0
"""How long one judge may take."""

QUIET = {
    "CI": "true",
    "DO_NOT_TRACK": "1",
    "NO_COLOR": "1",
    "NO_UPDATE_NOTIFIER": "1",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "REDOCLY_TELEMETRY": "off",
    # Nothing but loopback: whoever calls home meets a closed port.
    "ALL_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "127.0.0.1,localhost",
    "no_proxy": "127.0.0.1,localhost",
}


class JudgeFailed(Exception):
    """A judge could not do its work; the message is the end of what it said."""


@dataclass(frozen=True)
class Bench:
    """Tools and files of one judge."""

    work: Path
    """A folder of its own, inside that of the tools: Node looks for packages upwards."""
    document: Path

    def run(
        self,
        *command: str | Path,
        ok: tuple[int, ...] = (0,),
        where: Path | None = None,
        both_streams: bool = False,
    ) -> str:
        """Run a tool, by default in the working folder, and return its stdout, or stdout and stderr.

        JudgeFailed on an exit code that is not in `ok`.
        """
        path = os.pathsep.join([str(PYTHON), str(NODE), os.environ.get("PATH", "")])
        try:
            done = subprocess.run(  # noqa: S603 - pinned tools, no shell
                [str(word) for word in command],
                cwd=where or self.work,
                env={**os.environ, **QUIET, "PATH": path},
                capture_output=True,
                text=True,
                timeout=LIMIT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise JudgeFailed(f"{command[0]} took more than {LIMIT_SECONDS:.0f} s") from None
        if done.returncode not in ok:
            raise JudgeFailed(f"{done.stdout[-3_000:]}{done.stderr[-3_000:]}".strip() or "no word")
        return done.stdout + done.stderr if both_streams else done.stdout

    def config(self, name: str) -> Path:
        """Copy a configuration into the working folder."""
        return Path(shutil.copy(CONFIG / name, self.work / name))
