"""The relay as a process, and the command line of what was not sent."""

import re
import signal
import socket
import subprocess

import httpx
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
        if "relay running" in line:
            break
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    process.stderr.close()


def test_the_relay_process_shows_its_counters_where_it_is_told_to(service: ServiceProcess) -> None:
    service.stop()
    process = subprocess.Popen(
        service._command("relay"),
        cwd=ROOT,
        env=service.environment | {"SUPPORT_RELAY_METRICS_PORT": "0"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    url = next(found[0] for line in process.stderr if (found := re.search(r"http://127.0.0.1:\d+", line)))
    with httpx.Client(base_url=url, trust_env=False) as http:
        assert http.get("/livez").json() == {"status": "live"}
        ready = http.get("/readyz", params={"verbose": "1"})
        assert (ready.status_code, ready.json()["relay"]) == (200, "alive")
        metrics = http.get("/metrics").text
        assert http.get("/v1/tickets").status_code == 404
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    process.stderr.close()
    assert "support_relay_failures" in metrics
    assert 'support_inbox_waiting{state="pending"} 0.0' in metrics


def test_a_relay_that_cannot_show_its_counters_says_which_setting(service: ServiceProcess) -> None:
    service.stop()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        service.settings = {"SUPPORT_RELAY_METRICS_PORT": str(taken.getsockname()[1])}
        with pytest.raises(subprocess.CalledProcessError) as refused:
            service.run("relay")
    assert refused.value.returncode == 2
    assert "SUPPORT_RELAY_METRICS_PORT" in refused.value.stderr
