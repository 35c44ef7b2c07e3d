"""The relay as a process, and the command line of what was not sent."""

import signal
import subprocess

import pytest

from demo.process import ROOT, ServiceProcess
from tests.e2e.agencies import submission, sync
from tests.e2e.stored import ask


def test_a_relay_refuses_beside_a_service_that_sends_on_sqlite(
    service: ServiceProcess,
) -> None:
    if service.database_url:
        pytest.skip("PostgreSQL keeps relays apart by itself")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        service.run("relay")
    assert refused.value.returncode == 2
    assert "SUPPORT_RELAY=off" in refused.value.stderr


def test_what_was_given_up_is_listed_and_retried_without_its_words(service: ServiceProcess) -> None:
    with service.http() as http:
        sync(http)
        assert http.post("/v1/tickets", json=submission("Слова, которых не видно")).status_code == 201
        verbose = http.get("/readyz", params={"verbose": "1"}).json()
        assert verbose["channels"] == {"telegram": "off", "whatsapp": "off"}
        assert verbose["relay"] == "alive"
        metrics = http.get("/metrics").text
    assert 'support_outbox_messages{channel="telegram",kind="acknowledgement",state="pending"} 1.0' in metrics
    (line,) = service.run("outbox", "list", "--state", "pending").stdout.splitlines()
    number, channel, ticket, kind, part, state, code, attempts, _ = line.split("\t")
    assert (channel, ticket, kind, part) == ("telegram", "STP-000001", "acknowledgement", "1/1")
    assert (state, code, attempts) == ("pending", "-", "0")
    assert service.run("outbox", "list").stdout == ""
    with pytest.raises(subprocess.CalledProcessError) as refused:
        service.run("outbox", "retry", number)
    assert "neither dead nor unknown" in refused.value.stderr
    assert ask(service, "SELECT state FROM outbox") == [("pending",)]


def test_the_relay_process_ends_in_good_order_when_told(service: ServiceProcess) -> None:
    service.stop()
    process = subprocess.Popen(
        service._command("relay"), cwd=ROOT, env=service.environment, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "the relay runs" in line:
            break
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    process.stderr.close()
