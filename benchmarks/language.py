"""CPU time of the text rules: for a usual text, and for the worst known ones.

    .venv/bin/python -m benchmarks.language

Prints CPU milliseconds a text, the best of several runs. Bounds of the judging (obscenity and insults):
1 ms for a usual text of 500 signs, 50 ms for any text of 16,384.
"""

import time
from collections.abc import Callable

from app.domain.language.folding import fold
from app.domain.language.insults import insult_hint
from app.domain.language.obscenity import find_obscenity
from app.domain.language.triage import triage_hints

LONGEST = 16_384
USUAL = (
    "Добрый день! После вчерашнего обновления объявления не выгружаются на площадки: в журнале ошибка, "
    "статус «Отклонено». Подскажите, пожалуйста, что делать? Мы уже перезапускали выгрузку, проверили фид. "
) * 3
WORST = (
    *(
        "а",
        "на",
        "x*",
        "х ",
        "а-",
        "а.",
        "а1",
        "🔥х",
        "хуи ",
        "ххуу ",
        "ху-ху ",
        "п**з ",
        "х*** ",
        "а-б-в-г ",
    ),
    *(
        "xу3а@б ",
        "з6а4е3 ",
        "оеб",
        "недо",
        "поперепо ",
        "хуа ",
        "е б а л",
        "дурак ",
        "вы идиот я ",
        "как ",
        "не ",
    ),
    *("сделайте аб ", "у всех аб ", "система абв ", "ё\u0301б", "\u200bх", "ё" * 30 + " "),
    *("a", "ß", "a.", ".𝕩", "_ﬁ", "a@", "a-.", "1a-"),
)
RUNS = 5
SCRIPTS = "".join(map(chr, (*range(0x250, 0x3400), *range(0xA000, 0xAC00), *range(0x1D400, 0x1D800))))
"""Signs of all kinds of scripts, each of which is folded in its own way."""


def milliseconds(rule: Callable[[str], object], text: str) -> float:
    """Return the CPU time of the quickest run."""
    times = []
    for _ in range(RUNS):
        begun = time.process_time()
        rule(text)
        times.append(time.process_time() - begun)
    return min(times) * 1_000


def judged(text: str) -> object:
    """Judge as every message of a customer is judged."""
    folded = fold(text)
    return find_obscenity(folded), insult_hint(folded)


def hinted(text: str) -> object:
    """Search for hints as in a submission without a category."""
    return triage_hints(fold(text))


def main() -> None:
    """Print the figures."""
    usual = USUAL[:500]
    print(f"usual text, 500 signs: judging {milliseconds(judged, usual):.2f} ms, ", end="")
    print(f"hints {milliseconds(hinted, usual):.2f} ms (only for what comes without a category)")
    for name, rule in (("judging", judged), ("hints", hinted)):
        slowest = max((milliseconds(rule, (part * LONGEST)[:LONGEST]), part) for part in (*WORST, SCRIPTS))
        print(f"worst text, {LONGEST} signs: {name} {slowest[0]:.1f} ms ({slowest[1][:20]!r} repeated)")


if __name__ == "__main__":
    main()
