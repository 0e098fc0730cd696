"""Where in a shown text stands what was searched for: the same letters, digits with other spacing, or characters by their pinyin."""

import unicodedata

from shuke.records.words import HAN, compact, readings, runs

Pieces = list[tuple[str, bool]]


def marked(text: str, wanted: str) -> Pieces:
    """The text in pieces, each with whether it was searched for."""
    plain, places = _plain(text)
    found: set[int] = set()
    for word in dict.fromkeys((compact(wanted), *runs(wanted))):
        found.update(places[at] for at in _letters(plain, word))
        if word.isascii() and word.isalpha():
            found.update(_spelled(text, word))
    return _pieces(text, found)


def _plain(text: str) -> tuple[str, list[int]]:
    """The letters and digits without case, and where in the text each comes from."""
    letters, places = [], []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKC", character).casefold():
            if letter.isalnum():
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def _letters(plain: str, word: str) -> range:
    at = plain.find(word) if word else -1
    return range(at, at + len(word)) if at >= 0 else range(0)


def _spelled(text: str, word: str) -> range:
    """The Chinese characters whose pinyin or initials are the word."""
    for run in HAN.finditer(text):
        syllables = readings(run[0])
        initials = [tuple(syllable[0] for syllable in one) for one in syllables]
        for ways in (syllables, initials):
            for start in range(len(ways)):
                if length := _reach(ways, start, word):
                    return range(run.start() + start, run.start() + start + length)
    return range(0)


def _reach(ways: list[tuple[str, ...]], start: int, rest: str) -> int:
    """How many characters from here spell the rest of a word; 0 when they do not."""
    if start >= len(ways):
        return 0
    for syllable in ways[start]:
        if syllable.startswith(rest):
            return 1
        if rest.startswith(syllable) and (further := _reach(ways, start + 1, rest[len(syllable):])):
            return 1 + further
    return 0


def _pieces(text: str, found: set[int]) -> Pieces:
    pieces: Pieces = []
    for place, character in enumerate(text):
        is_found = place in found or (character == " " and place - 1 in found and place + 1 in found)
        if pieces and pieces[-1][1] == is_found:
            pieces[-1] = (pieces[-1][0] + character, is_found)
        else:
            pieces.append((character, is_found))
    return pieces
