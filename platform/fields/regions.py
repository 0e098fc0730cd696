"""Provinces, cities and districts of China by their official codes (npm @vant/area-data 2.1, MIT), in Chinese and English."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import groupby

from shuke.core.i18n import locale

_SUFFIXES = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市")


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    zh: str
    en: str

    @property
    def level(self) -> str:
        return "province" if self.code.endswith("0000") else "city" if self.code.endswith("00") else "district"

    @property
    def parent(self) -> str:
        """The code above, `""` above a province."""
        return "" if self.level == "province" else self.code[:2] + "0000" if self.level == "city" else self.code[:4] + "00"

    def said(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


def exists(code: str) -> bool:
    return code in _regions()


def name(code: str, language: str | None = None) -> str:
    """The name in the reader's language; the code itself when it is unknown."""
    region = _regions().get(code)
    return region.said(language or locale()) if region else code


def children(parent: str = "") -> list[Region]:
    """The regions right under a code; the provinces under `""`."""
    return _children().get(parent, [])


def is_under(code: str, level: str, parent: str | None) -> bool:
    region = _regions().get(code)
    return region is not None and region.level == level and region.parent == (parent or "")


def recognise(text: str) -> tuple[tuple[str, str, str], str]:
    """Province, city and district at the beginning of a Chinese address, `""` where missing, and the rest of the text."""
    rest, found = text.strip(), ["", "", ""]
    for index in range(3):
        region, length = _longest(rest, children(found[index - 1] if index else ""))
        if region is None and index == 1:
            region = _unwritten_city(found[0], rest)
        if region is None:
            break
        found[index], rest = region.code, rest[length:].lstrip(" ,，/")
    return (found[0], found[1], found[2]), rest


def _longest(text: str, candidates: list[Region]) -> tuple[Region | None, int]:
    """The candidate whose name, or name without its suffix, begins the text; the longest one wins."""
    best: tuple[Region | None, int] = (None, 0)
    for region in candidates:
        for known in {region.zh, _short(region.zh)}:
            if len(known) > max(1, best[1]) and text.startswith(known):
                best = (region, len(known))
    return best


def _short(zh: str) -> str:
    return next((zh.removesuffix(suffix) for suffix in _SUFFIXES if zh.endswith(suffix)), zh)


def _unwritten_city(province: str, text: str) -> Region | None:
    """The city of a municipality, which nobody writes twice, or the level that stands for "under the province itself"."""
    for city in children(province):
        if city.zh == _regions()[province].zh or ("直辖" in city.zh and _longest(text, children(city.code))[0]):
            return city
    return None


@lru_cache(maxsize=1)
def _regions() -> Mapping[str, Region]:
    listed = json.loads(files("shuke.fields").joinpath("regions.json").read_text(encoding="utf-8"))
    return {code: Region(code, zh, en) for code, (zh, en) in listed.items()}


@lru_cache(maxsize=1)
def _children() -> Mapping[str, list[Region]]:
    ordered = sorted(_regions().values(), key=lambda region: (region.parent, region.code))
    return {parent: list(group) for parent, group in groupby(ordered, key=lambda region: region.parent)}
