"""Run by the Python of another environment: how often a second a package counts working time.

python calendar_package.py businesstimedelta|business-duration < pairs of instants, one a line
"""

import sys
import time
from collections.abc import Callable
from datetime import datetime
from datetime import time as daytime

SECONDS = 3.0
OPENS, CLOSES = daytime(9), daytime(18)


def businesstimedelta() -> Callable[[datetime, datetime], object]:
    """Return the counting function of that package: Russian holidays, 9 to 18."""
    import businesstimedelta as package  # noqa: PLC0415 - of the other environment
    import holidays  # noqa: PLC0415

    days = package.WorkDayRule(start_time=OPENS, end_time=CLOSES, working_days=[0, 1, 2, 3, 4])
    off = package.HolidayRule(holidays.country_holidays("RU", years=(2026, 2027)))
    return package.Rules([days, off]).difference  # type: ignore[no-any-return]


def business_duration() -> Callable[[datetime, datetime], object]:
    """Return the counting function of that package: Russian holidays, 9 to 18."""
    import holidays  # noqa: PLC0415
    from business_duration import businessDuration  # noqa: PLC0415

    off = holidays.country_holidays("RU", years=(2026, 2027))

    def count(begin: datetime, end: datetime) -> object:
        return businessDuration(begin, end, OPENS, CLOSES, holidaylist=off, unit="min")

    return count


def main() -> None:
    """Count each pair in turn until the time is over; print the rate."""
    count = {"businesstimedelta": businesstimedelta, "business-duration": business_duration}[sys.argv[1]]()
    pairs = [tuple(map(datetime.fromisoformat, line.split())) for line in sys.stdin]
    began, counted = time.process_time(), 0
    while time.process_time() - began < SECONDS:
        count(*pairs[counted % len(pairs)])
        counted += 1
    sys.stdout.write(f"{counted / (time.process_time() - began)}\n")


if __name__ == "__main__":
    main()
