"""How Chinese names, codes and numbers are found by what people type."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuke.records.words import (
    grams,
    keys,
    normalise,
    phrase,
    sort_key,
    split_characters,
    tails,
    typed_key,
    wanted_grams,
)

TEXTS = st.text(st.sampled_from("王小明单于区A bb1-￥２é ，.\"'%_*"), max_size=20)


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("单小明", "shanxiaoming", "sxm"), ("仇英", "qiuying", "qy"), ("曾国藩", "zengguofan", "zgf"), ("解缙", "xiejin", "xj"), ("区少辉", "oushaohui", "osh"),
        ("查良镛", "zhaliangyong", "zly"), ("尉迟恭", "yuchigong", "ycg"), ("欧阳修", "ouyangxiu", "oyx"), ("任我行", "renwoxing", "rwx"), ("乐毅", "yueyi", "yy"),
        ("朴树", "piaoshu", "ps"), ("盖叫天", "gejiaotian", "gjt"), ("万俟卨", "moqixie", "mqx"),
    ],
)
def test_a_name_is_read_as_a_name_first(name: str, full: str, initials: str) -> None:
    found = keys(name)
    assert found[0] == full
    assert initials in found


def test_every_other_reading_finds_the_name_too() -> None:
    assert {"shanxiaoming", "danxiaoming", "sxm", "dxm"} <= set(keys("单小明"))
    assert {"lvbu", "lyubu", "lubu"} <= set(keys("吕布"))


def test_longer_names_are_read_by_their_words() -> None:
    assert keys("重庆火锅店有限公司") == ["chongqinghuoguodianyouxiangongsi", "cqhgdyxgs"]


def test_a_name_with_dots_is_one_name() -> None:
    assert "adl" in keys("阿·德·勒")


def test_the_number_of_keys_has_a_limit() -> None:
    assert len(keys("长乐行重")) <= 64
    assert max(map(len, keys("重" * 500))) < 300


@pytest.mark.parametrize(("typed", "key"), [("Wang Xiao", "wangxiao"), ("xi'an", "xian"), ("Lü", "lv"), ("ＷＸＭ", "wxm")])
def test_what_is_typed_becomes_the_beginning_of_a_key(typed: str, key: str) -> None:
    assert typed_key(typed) == key


def test_width_case_and_blanks_do_not_matter() -> None:
    assert normalise("  ＡＢＣ　１２３ Straße ") == "abc 123 strasse"


def test_the_last_digits_find_a_phone() -> None:
    assert tails("+86 138-0013-8000")[:2] == ["8000", "38000"]
    assert tails("+86 138-0013-8000")[-1] == "8613800138000"
    assert tails("123") == []


def test_names_sort_by_their_sound() -> None:
    assert sorted(["周", "张三", "Bob", "李四", "陈一", "张"], key=sort_key) == ["Bob", "陈一", "李四", "张", "张三", "周"]


def test_grams_are_characters_and_pairs() -> None:
    assert grams("王小明 VIP") == ["王", "小", "明", "王小", "小明", "v", "i", "p", "vi", "ip"]
    assert wanted_grams("小明 V") == ["小明", "v"]


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_a_part_of_a_text_needs_no_gram_that_the_text_has_not(before: str, part: str, after: str) -> None:
    assert set(wanted_grams(part)) <= set(grams(before + part + after)) | {word for word in wanted_grams(part) if "\u0301" in word}


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6), TEXTS)
def test_the_full_text_index_finds_exactly_the_texts_with_the_phrase(texts: list[str], query: str) -> None:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE t USING fts5(words, tokenize='unicode61 remove_diacritics 0')")
    database.executemany("INSERT INTO t(rowid, words) VALUES (?, ?)", [(index, split_characters(text)) for index, text in enumerate(texts)])
    wanted = phrase(query)
    found = {row[0] for row in database.execute("SELECT rowid FROM t WHERE t MATCH ?", (wanted,))} if wanted else set()
    bare = split_characters(query)
    assert found == {index for index, text in enumerate(texts) if bare and f" {bare} " in f" {split_characters(text)} "}
