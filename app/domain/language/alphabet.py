"""Characters that stand for a Russian letter: look-alikes of other scripts, digits, signs. Data only."""

from collections.abc import Mapping
from types import MappingProxyType

LOOKALIKES: Mapping[str, str] = MappingProxyType(
    {
        "а": "a@4",
        "б": "b6",
        "в": "bv8",
        "г": "gr",
        "д": "dg",
        "е": "e3",
        "ж": "j",
        "з": "z3",
        "и": "iu1!|",
        "й": "iyju1!",
        "к": "k",
        "л": "l1",
        "м": "m",
        "н": "hn",
        "о": "o0@",
        "п": "pn",
        "р": "pr",
        "с": "cs$",
        "т": "tm7",
        "у": "yu",
        "ф": "f",
        "х": "xh",
        "ц": "cu",
        "ч": "4",
        "ш": "w",
        "щ": "w",
        "ъ": "b",
        "ы": "y",
        "ь": "b6",
        "э": "e3",
        "ю": "u",
        "я": "r9@",
    }
)
"""By letter: the characters of a mixed word that may be read as it."""

TWINS: Mapping[str, str] = MappingProxyType(
    dict(zip("acehkmnoprituxybdg", "асенкмпоргитихубдг", strict=True)) | {"y": "у", "p": "р", "b": "в"}
)
"""Latin letters that look like one Russian letter each: for words typed entirely in them."""

KINDRED: Mapping[str, str] = MappingProxyType(
    {
        pair[0]: pair[1]
        for pair in (
            # Ukrainian, Belarusian, Church Slavonic and others: the Russian letter that readers see in them.
            "іи їи єе ґг ѣе ѳф ѵи ѫу ѧя ћh ђh үу ұу һх ҳх ӽх ӿх өо ғг қк ҡк ҝк ңн ҥн ӊн җж ҙз ҫс ҭт ҍь ӏl "
            "әэ ўу ѕs јj ԁd ԛq ԝw "
            # Greek, by shape or by sound.
            "αa βб γг δд εe ζз ηн θф ιи κк λл μм νv οo πп ρp ςс σc τт υy φф χx ωw "
            # Latin letters that do not decompose, and small capitals.
            "ıi łл øo đд ħh ŧt ɪи ʏy ʜн ʙв ᴀa ᴄc ᴅд ᴇe ᴊj ᴋк ᴍм ᴏo ᴘp ᴛт ᴜu ᴠv ᴡw ᴢz ʀр ᴙя ᴎи ᴨп ᴦг"
        ).split()
    }
)
"""Letters of other alphabets and their replacements, folded before any other step."""

JOINER = "•"
"""The replacement of an emoji or another picture: it may separate letters, and has no meaning."""

BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u180e")
"""Invisible characters of other categories."""

SIGNS = "*#%&?^~+=_.•/|'`@$!×-"
"""Characters that replace a letter or separate letters inside a word."""
