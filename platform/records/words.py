"""How text becomes what the search looks for: normal form, pinyin, grams, single characters, last digits."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice, product

from pypinyin import Style, lazy_pinyin, pinyin

SURNAMES = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "解": "xie", "区": "ou", "查": "zha", "盖": "ge", "乐": "yue", "任": "ren", "朴": "piao", "覃": "qin",
    "翟": "zhai", "尉": "wei", "车": "che", "冼": "xian", "洗": "xian", "折": "she", "黑": "he", "盛": "sheng", "缪": "miao", "逄": "pang", "秘": "bi",
    "员": "yun", "祭": "zhai", "召": "shao", "呙": "guo", "牟": "mu", "燕": "yan", "宁": "ning", "谌": "chen", "阚": "kan", "纪": "ji", "过": "guo",
    "那": "na", "能": "nai", "占": "zhan", "种": "chong", "重": "chong", "褚": "chu", "瞿": "qu", "柏": "bai", "郇": "xun", "郗": "chi", "葛": "ge",
    "佴": "nai", "幺": "yao", "隗": "wei", "应": "ying", "强": "qiang", "卜": "bu", "石": "shi", "訾": "zi", "贲": "ben", "於": "yu", "沈": "shen",
    "薄": "bo", "句": "gou", "繁": "po", "叶": "ye", "藏": "zang", "眭": "sui", "乜": "nie", "佘": "she", "厍": "she", "郄": "qie", "撒": "sa",
    "莘": "shen", "都": "du", "相": "xiang", "宓": "mi", "曲": "qu", "俞": "yu", "哈": "ha", "冯": "feng", "贾": "jia", "万": "wan", "降": "jiang",
}
LONG_SURNAMES = {
    "欧阳": "ou yang", "尉迟": "yu chi", "万俟": "mo qi", "单于": "chan yu", "澹台": "tan tai", "令狐": "ling hu", "宇文": "yu wen", "长孙": "zhang sun",
    "鲜于": "xian yu", "皇甫": "huang fu", "夏侯": "xia hou", "司马": "si ma", "上官": "shang guan", "诸葛": "zhu ge", "东方": "dong fang",
    "公孙": "gong sun", "慕容": "mu rong", "赫连": "he lian", "呼延": "hu yan", "独孤": "du gu", "南宫": "nan gong", "拓跋": "tuo ba", "完颜": "wan yan",
    "乐正": "yue zheng", "亓官": "qi guan", "宰父": "zai fu", "司徒": "si tu", "司空": "si kong", "轩辕": "xuan yuan", "端木": "duan mu",
}
"""Names are read otherwise than words: the surname's reading comes first, the others after it."""

LONGEST_NAME = 4
"""Up to so many characters all readings count; longer texts have the one of their words."""
LONGEST_SPELLED = 40
MOST_KEYS = 32
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_RUN = re.compile(r"[^\W_]+")
_NAME_DOTS = re.compile("(?<=[\u3400-\u9fff])[·•・‧](?=[\u3400-\u9fff])")


def normalise(text: str) -> str:
    """Half-width, without case, blanks reduced to one."""
    if text.isascii():
        return " ".join(text.lower().split())
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


def keys(text: str) -> list[str]:
    """Pinyin and initials of each Chinese run, in all readings of a name, the likeliest first; to be searched by prefix."""
    found: dict[str, None] = {}
    for run in HAN.findall(_NAME_DOTS.sub("", normalise(text))):
        found.update(dict.fromkeys(_keys_of_run(run[:LONGEST_SPELLED])))
    return list(found)


@lru_cache(maxsize=20_000)
def _keys_of_run(run: str) -> tuple[str, ...]:
    """The same names and phrases come again and again, in lists above all."""
    spelled = readings(run)
    return (*_combined(spelled), *_combined([_first_letters(syllables) for syllables in spelled]))


def runs(text: str) -> list[str]:
    """The runs of letters and digits."""
    return _RUN.findall(normalise(text))


def compact(text: str) -> str:
    """The letters and digits alone."""
    return "".join(runs(text))


def readings(run: str) -> list[tuple[str, ...]]:
    """For each character its readings, the likeliest first."""
    likely = [_plain(syllable) for syllable in lazy_pinyin(run, style=Style.NORMAL)]
    if len(likely) != len(run):  # a phrase that pypinyin reads as one
        likely = [_of_character(character)[0] for character in run]
    if len(run) > LONGEST_NAME:
        return [(syllable,) for syllable in likely]
    surname = LONG_SURNAMES[run[:2]].split() if run[:2] in LONG_SURNAMES else [SURNAMES[run[0]]] if run[0] in SURNAMES and len(run) > 1 else []
    first = [*surname, *likely[len(surname):]]
    return [
        tuple(dict.fromkeys((chosen, guess, *_of_character(character))))
        for chosen, guess, character in zip(first, likely, run, strict=True)
    ]


@lru_cache(maxsize=20_000)
def _of_character(character: str) -> tuple[str, ...]:
    syllables = [_plain(syllable) for syllable in pinyin(character, style=Style.NORMAL, heteronym=True)[0]]
    return tuple(dict.fromkeys(spelled for syllable in syllables for spelled in _spellings(syllable)))


def _spellings(syllable: str) -> Sequence[str]:
    """`lv` is written `lyu` in passports and `lu` by many."""
    return (syllable, syllable.replace("v", "yu"), syllable.replace("v", "u")) if "v" in syllable else (syllable,)


def _plain(syllable: str) -> str:
    return syllable.replace("ü", "v")


def _first_letters(syllables: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(syllable[0] for syllable in syllables))


def _combined(readings: Sequence[Sequence[str]]) -> list[str]:
    """The ways through the readings, those of the likeliest first, up to a limit."""
    ways = list(islice(product(*(tuple(enumerate(syllables)) for syllables in readings)), 4096))
    ways.sort(key=lambda way: sum(rank for rank, _syllable in way))
    return ["".join(syllable for _rank, syllable in way) for way in ways[:MOST_KEYS]]
