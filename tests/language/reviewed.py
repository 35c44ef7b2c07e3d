"""What of the dictionary was reviewed by a person: obscene lemmas, and homographs of innocent words."""

OBSCENE_LEMMAS = frozenset(
    """
    бля блядский блядь выблядок гандон говно говнюк ебальник еблан жопа заебись засранец засраный мудак
    мудила нахуй нехуй охуение охуенно охуенный
    пидарас пидор пидорас пизда пиздец пиздобол посрать сраный срань
    срач ссать хуй хуйня хуёво хуёвый черножопый шлюха шлюшка ёбаный
    """.split()
)
HOMOGRAPHS = frozenset({"хули", "хуле"})
"""Forms of «хулить» and «хула», which nobody writes to support; both are flagged."""
