"""Obscene words in Latin letters. Data only.

A closed list, because an open pattern would match Huynh, eBay and hue.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.domain.vocabulary import ObscenityLevel

_P = "(?:za|na|vy|vi|do|pro|po|ot|u|raz|ras|pere|ob|sy|pod|pri|nedo|dolbo|mozgo|ver)?"

TRANSLITERATED: Mapping[ObscenityLevel, tuple[str, ...]] = MappingProxyType(
    {
        ObscenityLevel.MAT: (
            "(?:na|po|ni|do|o|a)(?:h|x|kh)u[yij](?:a|u|e|nya|nja|nia)?",
            "(?:na|po|ni|do|o|a)?(?:h|x|kh)u(?:y|j)(?:|u|a|ya|ja|e|em|om|l[ao]|n[jyi]?[auei]|ami|nyoy|n[jy]u)",
            "(?:na|po|ni|do|o|a)?(?:xui|khui|xuy|xuj)",
            "(?:h|x|kh)u(?:in[iyj][aeui]|in[iy]|ila|ilo|eta|etu|ety|yovo|jovo|evyj|eviy|evyi|evaya|ovo|eplet|esos[a-z]{0,3}|yar[a-z]+|yak[a-z]*)",
            "[oa](?:h|x|kh)u(?:el[aio]?|et|ev[sh][a-z]*|enn?[oaye][a-z]{0,3}|en|itel[a-z]+)",
            "[a-z]*pi[zs]d[a-z]*",
            "[a-z]*pi3d[a-z]*",
            "(?:pezd|peezd)(?:a|ec|ets|u|y)",
            f"{_P}(?:y|j|i|yo|jo|o)?eb(?:at|atsya|al[aio]?(?:s[yji]?a)?|an(?:y[ijy]?|iy|yj|aya|aja|oe|oye|ye|ii|utyj?|utyi?|at|ko)|ash(?:it|u)|lan[ay]?|lo|et|esh|is|ite|uch[a-z]+|nul[aio]?|nut|nut[yij]+)",
            "(?:za|na|vy|vi|do|pro|u|ras|raz|pere|sy|ot)(?:y|j|i)?eb(?:al[aio]?(?:s[yji]?a)?|an|i|ite|u|ut|is|ok|ki)",
            "(?:y|j)ob(?:an[a-z]+|nul[a-z]*|nut[a-z]*)",
            "ebal",
            "dolb[oa](?:y|j|i)?[eo]b[a-z]{0,3}",
            "v[yi]bl(?:ya|ja|ia)d(?:ok|ki|kov)",
            "(?:h|x|kh)u(?:y|j|)[eo]v(?:yy|yj|iy|ij|yi|aya|aja|oe|ye)",
            "eb(?:al|at)['b]",
            "bl(?:ya|ia|ja|y|j)(?:t|d|dt)(?:|'|i|b|j|ina|un|sk[a-z]{1,4}|stv[a-z]+)",
            "bl(?:ya|ia|ja|9)",
        ),
        ObscenityLevel.NORM14: (
            "g[oa]vn(?:o|a|e|u|om|yuk[a-z]?|juk[a-z]?|iuk[a-z]?|yan[a-z]*)",
            "(?:zh|j)op(?:a|u|y|i|oy|oj|oi|nik|ka)|zhope",
            "mud(?:ak|aki|aka|aku|akov|akom|ila|ilo|ily|ozvon[a-z]?|ak[a-z]{0,3})",
            "(?:na|obo|po|za|vy|pro|u)?sra(?:t|l|la|li|t'|n(?:yj|yy|yi|iy|aya|aja|ye|e[tc]s?|ki)|ls[yji]a|lis)",
            "(?:obo|na|po)ssa(?:t|l|la|li)",
            "(?:na)?bzd(?:et|un|it)",
            "(?:na)?perd(?:et|it|un|ak|el|ezh)",
            "shl(?:yu|u|iu|ju)(?:kh|h|x)(?:a|i|u|e|oy|oj|oi)",
        ),
        ObscenityLevel.VULGAR: (
            "pid(?:or|ar|r)(?:|y|i|a|u|as|asy|asi|asa|ov|skiy|skij|om)",
            "g(?:a|o)ndon(?:y|i|ov|a|am|u|om)",
            "gondon",
            "zalup(?:a|y|u|oy|oj|oi|e)",
        ),
        ObscenityLevel.RUDE: (
            "suk[aiue]|suchk[aiu]|suchar[a-z]|cyka",
            "der'?mo|dermo",
            "(?:na|po|ni)(?:h|kh|x)er",
        ),
    }
)
"""By level: patterns that match a whole word of Latin letters."""

CLEAN_LATIN = frozenset(
    "huey hui hue huevo huevos huesos huila huye ahuja gandon jebat jebali jebal joppa cpu cpi cpy nicd".split()
)
"""Words and names of other languages that the list would match."""
