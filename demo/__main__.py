"""Play the demonstration: python -m demo. Exit 0 when all went as the regulation says, else 1."""

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from demo import report
from demo.player import Mismatch, Player, instant
from demo.process import ServiceProcess
from demo.scenario import ANNA, agencies

MIDNIGHT_MARGIN = timedelta(seconds=20)


def main() -> int:
    """Start a fresh service, play, print and stop it."""
    with tempfile.TemporaryDirectory(prefix="support-desk-demo-") as data_dir:
        service = ServiceProcess(Path(data_dir))
        with service:
            print(f"Служба запущена: {service.url}, база пуста.\n")
            try:
                play(service)
            except Mismatch as mismatch:
                print(f"РАСХОЖДЕНИЕ С РЕГЛАМЕНТОМ: {mismatch}", file=sys.stderr)
                return 1
            stopped = service.stop()
    print(f"\nВсё решено по регламенту. Служба остановлена, код {stopped}.")
    return stopped


def play(service: ServiceProcess) -> None:
    """Play on a running service and print what was decided. Mismatch."""
    with service.http() as http:
        now = instant(http.get("/v1/work-calendar/status").json()["at"])
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        if midnight - now < MIDNIGHT_MARGIN:
            # Minutes booked before midnight of the last day would be last month's in the middle of the play.
            time.sleep((midnight - now).total_seconds() + 1)
            now = midnight
        actors = agencies(now.date())
        player = Player(http, actors)
        player.sync()
        print(f"Сейчас {now:%d.%m.%Y %H:%M} MSK. Агентства:")
        print("\n".join(report.cast(actors)), end="\n\n")
        player.play()
        print("\n".join(report.protocol(player.lines)))
        print("\nОчередь в порядке работы (2.1, 5.2):")
        print("\n".join(report.queue(player.queue())))
        taken = player.claim(ANNA)
        print(f"{ANNA} берёт первое обращение: {taken['number']}.")
        print("\nМинуты за месяц (5.1, 5.2):")
        print("\n".join(report.usage(player.usage())))


if __name__ == "__main__":
    sys.exit(main())
