"""Throws made-up texts at the text rules: python -m tests.language.fuzz [TEXTS] [SEED].

Whatever comes, nothing raises, places lie inside the text and name their fragments, folding a folded text
changes nothing, and a clean sentence beside a text keeps what was found in it. Prints the seed of what is
wrong and ends with 1; prints also how long the slowest text took.
"""

import random  # noqa: TID251 - seeded, so that a text can be made again
import sys
import time
from collections.abc import Iterator
from itertools import pairwise

from app.domain.language.folding import fold
from app.domain.language.insults import insult_hint
from app.domain.language.obscenity import find_obscenity
from app.domain.language.spans import Obscenity, Span
from app.domain.language.triage import triage_hints
from tests.language.disguises import WORDS
from tests.language.labelled import lines

TEXTS = 20_000
LONGEST = 4_096
MOST_HINTS = 3
CLEAN = "Спасибо за ответ.\n"
SIGNS = "аеёийоухпбзджсщыьъ aeoyxpc3640@*#.-_!?…«»\"'\n\t\u200b\u00ad\u0301\u0306🔥𝕩ﬁİßїґ"


def texts(chance: random.Random) -> Iterator[str]:
    """Give texts without end: of signs, of words spoilt and joined, of one repeated, of any code points."""
    labelled = [*lines("obscene.txt"), *lines("clean.txt"), *lines("insults.txt")]
    while True:
        yield "".join(chance.choices(SIGNS, k=chance.randrange(200)))
        yield "".join(_piece(chance, labelled) for _ in range(chance.randrange(1, 40)))[:LONGEST]
        yield (_piece(chance, labelled) * LONGEST)[: chance.randrange(1, LONGEST)]
        yield "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randrange(300)))


def _piece(chance: random.Random, labelled: list[str]) -> str:
    word = chance.choice((*WORDS, chance.choice(labelled), *chance.choices(SIGNS, k=8)))
    if chance.random() < 0.5:
        place = chance.randrange(len(word) + 1)
        word = word[:place] + chance.choice(SIGNS) + word[place + chance.randrange(2) :]
    return word or " "


def judged(text: str) -> tuple[float, tuple[Obscenity, ...], Span | None]:
    """Judge a text; give also the CPU seconds that it took."""
    began = time.thread_time()
    found, insult = find_obscenity(fold(text)), insult_hint(fold(text))
    return time.thread_time() - began, found, insult


def wrong_with(text: str, found: tuple[Obscenity, ...], insult: Span | None) -> str | None:
    """Say which law does not hold for a text."""
    for span in (*found, *((insult,) if insult else ())):
        if not 0 <= span.start < span.end <= len(text) or text[span.start : span.end] != span.fragment:
            return "a place does not name its fragment"
    if any(one.end > other.start for one, other in pairwise(found)):
        return "findings overlap"
    hints = triage_hints(fold(text)).categories
    if len(hints) > MOST_HINTS or not all(words in text for hint in hints for words in hint.matched):
        return "a hint cites what is not there"
    folded = fold(text).text
    if fold(folded).text != folded:
        return "folding twice is not folding once"
    beside = find_obscenity(fold(CLEAN + text)) if len(CLEAN + text) <= LONGEST else found
    if [(f.fragment, f.level) for f in beside] != [(f.fragment, f.level) for f in found]:
        return "a clean sentence changes what is found"
    return None


def main() -> int:
    """Run, and tell what is wrong."""
    wanted, seed = (int(word) for word in (*sys.argv[1:], *(str(TEXTS), "1")[len(sys.argv) - 1 :]))
    chance = random.Random(seed)  # noqa: S311 - the same texts again under the same seed
    slowest, wrong = 0.0, 0
    for number, text in zip(range(wanted), texts(chance), strict=False):
        seconds, found, insult = judged(text)
        slowest = max(slowest, seconds)
        law = wrong_with(text, found, insult)
        if law is not None:
            wrong += 1
            sys.stdout.write(f"seed {seed}, text {number}: {law}\n")
    sys.stdout.write(
        f"{wanted} made-up texts of up to {LONGEST} signs: {wrong} wrong, "
        f"obscenity and insults judged in {slowest * 1_000:.0f} ms of CPU at most\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
