"""Reading numbers, days and times as people in China and elsewhere type them."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from shuke.core import clock
from shuke.core.i18n import locale
from shuke.fields.base import sentence

_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d*))?", re.ASCII)
_TIMES = {"千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}
_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}
_TODAY = {"今天": 0, "今日": 0, "today": 0, "昨天": -1, "yesterday": -1, "明天": 1, "tomorrow": 1, "后天": 2, "前天": -2}
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_MONTH_AND_DAY = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?", re.ASCII)
_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_NAMED_MONTH = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.ASCII)
_DAY_NAMED_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+(\d{4})", re.ASCII)
_CLOCK = re.compile(
    r"(上午|早上|凌晨|中午|下午|晚上)?\s*(\d{1,2})\s*(?:[:时点]\s*(?:(\d{1,2})\s*分?)?(?::?\s*(\d{1,2})(?:\.\d+)?\s*秒?)?|(?=\s*[ap]\.?m))(半)?\s*([ap])?\.?(?:m\.?)?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}t\d{2}:\d{2}(:\d{2}(\.\d+)?)?(z|[+-]\d{2}:?\d{2})", re.ASCII)


def fold(text: str) -> str:
    """Half-width letters, digits and punctuation, without surrounding blanks."""
    return unicodedata.normalize("NFKC", text).replace("。", ".").replace("−", "-").replace("\u200b", "").strip()


def read_number(text: str) -> Decimal | None:
    """`１，２３４．５０`, `-3`, `(3)`, `1.2万`; None when blank."""
    folded = fold(text).replace(" ", "").replace("'", "")
    if not folded:
        return None
    if folded.startswith("(") and folded.endswith(")"):
        folded = "-" + folded[1:-1]
    power = 0
    while folded and folded[-1] in _TIMES and power < 16:
        power, folded = power + _TIMES[folded[-1]], folded[:-1]
    match = _NUMBER.fullmatch(folded)
    if not match or len(folded) > 60 or not (match[2] or match[3]):
        raise sentence("“%(text)s” is not a number.", text=text.strip()[:60])
    exact = Decimal(f"{match[1]}{(match[2] or '0').replace(',', '')}.{match[3] or '0'}").scaleb(power)
    return exact if exact else abs(exact)


def decimal_text(value: Decimal) -> str:
    """The JSON string of a decimal: no exponent, no trailing zeros, no negative zero."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def read_day(text: str) -> date | None:
    """`2026年1月2日`, `2026/1/2`, `20260102`, `Jan 2, 2026`, `今天`; `1/2/2026` only in English, month first."""
    folded = fold(text).lower()
    if not folded:
        return None
    if folded in _TODAY:
        return clock.today() + timedelta(days=_TODAY[folded])
    try:
        day = _day(folded)
    except ValueError:
        day = None
    if day is None or not is_day_in_range(day):
        raise sentence("“%(text)s” is not a date. Write it like 2026-01-31.", text=text.strip()[:60])
    return day


def is_day_in_range(day: date) -> bool:
    """Both databases and every time zone can hold it."""
    return 1000 <= day.year <= 9000


def _day(text: str) -> date | None:
    if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _MONTH_AND_DAY.fullmatch(text):
        return date(clock.today().year, int(match[1]), int(match[2]))
    if (match := _MONTH_FIRST.fullmatch(text)) and locale() == "en":
        return date(int(match[3]), int(match[1]), int(match[2]))
    if match := _NAMED_MONTH.fullmatch(text):
        return _named(match[3], match[1], match[2])
    if match := _DAY_NAMED_MONTH.fullmatch(text):
        return _named(match[3], match[2], match[1])
    return None


_MONTH_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")


def _named(year: str, month: str, day: str) -> date | None:
    number = _MONTHS.get(month[:3])
    if number is None or not (_MONTH_NAMES[number - 1].startswith(month) or month == "sept"):
        return None
    return date(int(year), number, int(day))


def read_instant(text: str) -> tuple[datetime, timedelta] | None:
    """The instant in UTC and its precision: a day, a minute or a second; wall clock times are the company's."""
    folded = fold(text).lower()
    if not folded:
        return None
    if _INSTANT.fullmatch(folded):
        return datetime.fromisoformat(folded.upper()).astimezone(UTC), timedelta(seconds=1)
    day_part, clock_part = _split(folded)
    day = read_day(day_part)
    if day is None:
        raise sentence("“%(text)s” is not a date. Write it like 2026-01-31.", text=text.strip()[:60])
    if not clock_part:
        return _on_wall(day, time()), timedelta(days=1)
    match = _CLOCK.fullmatch(clock_part)
    try:
        at = _time(match) if match else None
    except ValueError:
        at = None
    if match is None or at is None:
        raise sentence("“%(text)s” is not a time. Write it like 14:30.", text=clock_part[:60])
    return _on_wall(day, at), timedelta(seconds=1) if match[4] else timedelta(minutes=1)


def _split(text: str) -> tuple[str, str]:
    """Day and clock part of a text that holds both."""
    for pattern in (_YEAR_FIRST, _COMPACT, _MONTH_AND_DAY, _MONTH_FIRST, _NAMED_MONTH, _DAY_NAMED_MONTH):
        if match := pattern.match(text):
            rest = text[match.end():]
            if not (rest[:1].isdigit() and match[0][-1].isdigit()):
                return match[0], rest.strip(" ,t\n")
    word = next((word for word in _TODAY if text.startswith(word)), "")
    return (word, text[len(word):].strip(" ,")) if word else (text, "")


def _time(match: re.Match[str]) -> time:
    part, hour, half = match[1], int(match[2]), match[6]
    minute = 30 if match[5] else int(match[3] or 0)
    if half and not 1 <= hour <= 12:
        raise ValueError(hour)
    if (half == "p" or part in ("下午", "晚上")) and hour < 12:
        hour += 12
    if (half == "a" or part in ("上午", "凌晨", "早上")) and hour == 12:
        hour = 0
    return time(hour, minute, int(match[4] or 0))


def _on_wall(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=clock.zone()).astimezone(UTC)
