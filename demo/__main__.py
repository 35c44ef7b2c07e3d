"""Play the demonstration: python -m demo. Exit code 1: a decision differs from the regulation."""

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from demo import report
from demo.language import Say, chosen_language, russian
from demo.player import Mismatch, Player, instant
from demo.process import ServiceProcess
from demo.scenario import ANNA, agencies

MIDNIGHT_MARGIN = timedelta(seconds=20)


def main() -> int:
    """Start a fresh service, play the scenario, print the report, stop the service."""
    say = chosen_language(__doc__)
    with tempfile.TemporaryDirectory(prefix="support-desk-demo-") as data_dir:
        service = ServiceProcess(Path(data_dir))
        with service:
            print(
                say(
                    f"Сервис запущен: {service.url}, база пуста.\n",
                    f"The service is running at {service.url} with an empty database.\n",
                )
            )
            try:
                play(service, say)
            except Mismatch as mismatch:
                print(
                    say(
                        f"РАСХОЖДЕНИЕ С РЕГЛАМЕНТОМ: {mismatch.what}: "
                        f"ожидалось {mismatch.wanted!r}, получено {mismatch.found!r}",
                        f"DIFFERS FROM THE REGULATION: {mismatch.what}: "
                        f"expected {mismatch.wanted!r}, got {mismatch.found!r}",
                    ),
                    file=sys.stderr,
                )
                return 1
            stopped = service.stop()
    print(
        say(
            f"\nВсе решения соответствуют регламенту. Сервис остановлен, код {stopped}.",
            f"\nEvery decision follows the regulation. The service has stopped with exit code {stopped}.",
        )
    )
    return stopped


def play(service: ServiceProcess, say: Say = russian) -> None:
    """Play the scenario on a running service and print the decisions. Mismatch."""
    with service.http() as http:
        now = instant(http.get("/v1/work-calendar/status").json()["at"])
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        if midnight - now < MIDNIGHT_MARGIN:
            # Minutes booked just before midnight might belong to the previous month later in the scenario.
            time.sleep((midnight - now).total_seconds() + 1)
            now = midnight
        actors = agencies(now.date())
        player = Player(http, actors, say)
        player.sync()
        moment = f"{now:%d.%m.%Y %H:%M} MSK"
        print(say(f"Сейчас {moment}. Агентства:", f"It is {moment}. The agencies:"))
        print("\n".join(report.cast(actors, say)), end="\n\n")
        player.play()
        print("\n".join(report.protocol(player.lines, say)))
        print(say("\nОчередь в порядке работы (2.1, 5.2):", "\nThe queue in the order of work (2.1, 5.2):"))
        print("\n".join(report.queue(player.queue(), say)))
        number = player.claim(ANNA)["number"]
        print(say(f"{ANNA} берёт первое обращение: {number}.", f"{ANNA} claims the first ticket, {number}."))
        print(say("\nМинуты за месяц (5.1, 5.2):", "\nMinutes of the month (5.1, 5.2):"))
        print("\n".join(report.usage(player.usage(), say)))


if __name__ == "__main__":
    sys.exit(main())
