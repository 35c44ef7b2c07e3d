"""From nothing to ready: the schema is made by whoever comes first."""

import subprocess
from pathlib import Path

import httpx
import pytest

from demo.process import ServiceProcess


def test_serve_on_an_empty_directory_migrates_and_gets_ready(tmp_path: Path) -> None:
    with ServiceProcess(tmp_path / "not" / "there" / "yet") as service:
        ready = httpx.get(f"{service.url}/readyz?verbose", trust_env=False).json()
        assert ready["status"] == "ready"
        assert all(ready["checks"].values())
        assert service.database.is_file()
        assert service.run("migrate").stderr.splitlines()[-1] == "up to date"
    assert service.run("migrate").stderr.splitlines()[-1] == "up to date"


def test_migrate_says_what_it_applied_and_then_that_nothing_is_left(tmp_path: Path) -> None:
    service = ServiceProcess(tmp_path)
    assert service.run("migrate").stderr.splitlines()[-1].startswith("applied: 0001")
    assert service.run("migrate").stderr.splitlines()[-1] == "up to date"


def test_two_services_started_at_once_on_nothing_both_come_up(tmp_path: Path) -> None:
    services = [ServiceProcess(tmp_path, name) for name in ("one", "two", "three")]
    try:
        for service in services:
            service.launch()
        for service in services:
            service.wait_until_ready()
        logs = [service.log.read_text() for service in services]
        assert sum('"event":"migrated"' in log for log in logs) == 1
        assert [service.stop() for service in services] == [0, 0, 0]
    finally:
        for service in services:
            service.kill()


def test_a_folder_that_takes_no_attachments_stops_the_start_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "attachments").write_bytes(b"no folder")
    with pytest.raises(subprocess.CalledProcessError) as served:
        ServiceProcess(tmp_path).run("serve")

    assert served.value.returncode == 2
    assert "SUPPORT_ATTACHMENTS_DIR" in served.value.stderr
    assert "For example" in served.value.stderr
