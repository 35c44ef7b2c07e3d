"""Whatever the service creates, other users cannot open; what an operator has created keeps its mode."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.private_files import make_folder, open_lock, open_to_others
from app.adapters.relay_lock import RelayLock
from app.adapters.sql.migrate.run import migrate
from demo.process import ServiceProcess
from tests.api.service import EXTENDED


@pytest.fixture(autouse=True)
def permissive_umask() -> Iterator[None]:
    """Take nothing from the modes that the service asks for."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def modes_below(folder: Path) -> dict[str, str]:
    """Return the unexpected modes of a folder and of all that is in it."""
    found = {path: mode(path) for path in (folder, *folder.rglob("*"))}
    return {
        str(path.relative_to(folder)): oct(seen)
        for path, seen in found.items()
        if seen != (0o700 if path.is_dir() else 0o600)
    }


def test_a_service_creates_nothing_that_others_can_open(tmp_path: Path) -> None:
    data_dir = tmp_path / "missing" / "data"
    service = ServiceProcess(tmp_path / "log")
    service.settings["SUPPORT_DATA_DIR"] = str(data_dir)
    with service, service.http() as http:
        assert http.put("/v1/customers/agency-17", json=EXTENDED).status_code == 201
        uploaded = http.post(
            "/v1/attachments", data={"customer_id": "agency-17"}, files={"file": ("a.txt", b"10:00 start")}
        )
        assert uploaded.status_code == 201, uploaded.text
        names = {path.name.removeprefix("support-desk.sqlite3") for path in data_dir.iterdir()}
        assert names == {"", "-shm", "-wal", ".migrating", ".relay", ".relay-leader", "attachments"}
        assert modes_below(tmp_path / "missing") == {}
        assert "open to other users" not in service.log.read_text("utf-8")


def test_what_an_operator_has_created_keeps_its_mode_and_is_reported(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    migrate(str(data_dir / "support-desk.sqlite3"))
    data_dir.chmod(0o755)
    (data_dir / "support-desk.sqlite3").chmod(0o644)
    service = ServiceProcess(tmp_path / "log")
    service.settings["SUPPORT_DATA_DIR"] = str(data_dir)
    with service:
        lines = [
            line for line in service.log.read_text("utf-8").splitlines() if "open to other users" in line
        ]

    assert len(lines) == 2
    assert (mode(data_dir), mode(data_dir / "support-desk.sqlite3")) == (0o755, 0o644)


def test_a_lock_file_of_an_earlier_version_becomes_private(tmp_path: Path) -> None:
    lock = tmp_path / "desk.sqlite3.relay"
    lock.touch()
    lock.chmod(0o644)

    held = RelayLock(tmp_path / "desk.sqlite3")
    assert held.alone()
    held.release()
    assert mode(lock) == 0o600
    with open_lock(lock) as again:
        assert again.readable()


def test_folders_are_made_with_their_parents_and_only_if_they_are_missing(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    make_folder(shared / "a" / "b")
    make_folder(shared)

    assert [mode(shared / name) for name in ("", "a", "a/b")] == [0o755, 0o700, 0o700]
    assert list(open_to_others([shared, shared / "a", shared / "none"])) == [shared]
