"""How Chinese names, codes and numbers are found by what people type."""


import pytest
from hypothesis import strategies as st

from shuke.records.words import (
    keys,
    normalise,
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


def test_width_case_and_blanks_do_not_matter() -> None:
    assert normalise("  ＡＢＣ　１２３ Straße ") == "abc 123 strasse"
