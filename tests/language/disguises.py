"""Makes disguises of obscene words, kind by kind, the same ones for the same seed."""

import random  # noqa: TID251 - seeded: the same disguises every time
from collections.abc import Callable
from types import MappingProxyType

WORDS = tuple(
    """
    хуй хуйня хуёвый хуета хуйло хуесос нахуй похуй нихуя охуел охуенно дохуя
    пизда пиздец пиздеть спиздил распиздяй пиздато пиздюк напиздел
    ебать ебал ебаный ебанутый заебал заебись наебал проебал доебался уебок долбоёб ебучий
    блядь блять бляди блядский выблядок
    мудак мудаки мудила говно говнюк жопа жопой засранец насрать обосрался просрали сраный
    ссать обоссал пердун пердеть бздун шлюха шлюхи
    пидор пидорас пидарас гандон гондон залупа
    """.split()
)

Chance = random.Random
Disguise = Callable[[str, Chance], str]

_LATIN = MappingProxyType(dict(zip("аеорсухкмтвн", "aeopcyxkmtbh", strict=True)))
_LEET = MappingProxyType({"а": "@4", "о": "0", "з": "3", "б": "6", "и": "1", "я": "9", "ч": "4"})
_VOWELS = "аеёиоуыэюя"
_SIGNS = "*#@$%&!_-."
_SCHEMES: tuple[dict[str, str], ...] = (
    dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
            "a b v g d e e zh z i y k l m n o p r s t u f h ts ch sh sch _ y _ e yu ya".split(),
            strict=True,
        )
    ),
    dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
            "a b v g d e jo zh z i j k l m n o p r s t u f h c ch sh shh _ y ' e ju ja".split(),
            strict=True,
        )
    ),
)


def _at(word: str, place: int, put: str) -> str:
    return word[:place] + put + word[place + 1 :]


def _swap(word: str, chance: Chance, by: MappingProxyType[str, str], *, everywhere: bool) -> str:
    places = [place for place, letter in enumerate(word) if letter in by]
    for place in places if everywhere else places and [chance.choice(places)]:
        word = _at(word, place, chance.choice(by[word[place]]))
    return word


def _inside(word: str, chance: Chance) -> int:
    return chance.randrange(1, len(word) - 1)


def _put_between(word: str, chance: Chance, sign: str) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + sign + word[place:]


def _star_for_vowel(word: str, chance: Chance) -> str:
    places = [place for place in range(1, len(word) - 1) if word[place] in _VOWELS]
    return _at(word, chance.choice(places), "*") if places else word


def _vowel_dropped(word: str, chance: Chance) -> str:
    places = [place for place in range(1, len(word) - 1) if word[place] in _VOWELS]
    return _at(word, chance.choice(places), "") if places else word


def _stretched(word: str, chance: Chance) -> str:
    places = [place for place, letter in enumerate(word) if letter in _VOWELS] or [0]
    place = chance.choice(places)
    return _at(word, place, word[place] * chance.randrange(3, 8))


def _two_tricks(word: str, chance: Chance) -> str:
    once = _swap(word, chance, _LATIN, everywhere=False)
    return _stretched(once, chance) if chance.random() < 0.5 else once.upper()


def _transliterated(word: str, scheme: int) -> str:
    return "".join(_SCHEMES[scheme][letter] for letter in word).replace("_", "")


KINDS: MappingProxyType[str, Disguise] = MappingProxyType(
    {
        "plain": lambda w, _: w,
        "upper case": lambda w, _: w.upper(),
        "random case": lambda w, c: "".join(c.choice((s.upper(), s)) for s in w),
        "ё as е": lambda w, _: w.replace("ё", "е"),
        "one look-alike": lambda w, c: _swap(w, c, _LATIN, everywhere=False),
        "a star for a vowel": _star_for_vowel,
        "a digit or @": lambda w, c: _swap(w, c, _LEET, everywhere=False),
        "spaced": lambda w, _: " ".join(w),
        "dotted": lambda w, _: ".".join(w),
        "hyphened": lambda w, _: "-".join(w),
        "underscored": lambda w, _: "_".join(w),
        "zero width": lambda w, c: _put_between(w, c, "\u200b"),
        "soft hyphen": lambda w, c: _put_between(w, c, "\u00ad"),
        "combining": lambda w, c: _put_between(w, c, "\u0336"),
        "emoji": lambda w, c: _put_between(w, c, "🔥"),
        "stretched": _stretched,
        "doubled": lambda w, _: "".join(s * 2 for s in w),
        "two tricks": _two_tricks,
        "all look-alikes": lambda w, c: _swap(w, c, _LATIN, everywhere=True),
        "a sign for any letter": lambda w, c: _at(w, _inside(w, c), c.choice(_SIGNS)),
        "phonetic": lambda w, _: w.replace("ебан", "йобан").replace("ять", "еать").replace("ох", "ах", 1),
        "transliterated": lambda w, _: _transliterated(w, 0),
        "another transliteration": lambda w, _: _transliterated(w, 1),
        "a dot inside": lambda w, c: _put_between(w, c, "."),
        "glued to a word": lambda w, c: c.choice(("нуни", "да", "иди", "вот", "какой", "это")) + w,
        "one space inside": lambda w, c: _put_between(w, c, " "),
        "one vowel dropped": _vowel_dropped,
    }
)
"""Every kind of disguise, the surely found ones first."""

SURE = tuple(KINDS)[: tuple(KINDS).index("all look-alikes")]
"""Kinds of which at least 99 of a hundred must be found."""

TRIES = 3


def disguised(kind: str) -> list[str]:
    """Give the disguises of a kind, a few tries a word."""
    chance = Chance(kind)
    return [KINDS[kind](word, chance) for word in WORDS for _ in range(TRIES)]
