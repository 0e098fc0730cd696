"""Makes platform/fields/regions.json from the npm package @vant/area-data: `tools/make_regions.py area.json`.

`area.json` is its `areaList` as JSON. English names are official where they are not pinyin, else pinyin.
"""

import json
import sys
from pathlib import Path

from pypinyin import Style, lazy_pinyin, load_phrases_dict

TARGET = Path(__file__).parent.parent / "platform" / "fields" / "regions.json"
OFFICIAL = {
    "内蒙古自治区": "Inner Mongolia", "广西壮族自治区": "Guangxi", "西藏自治区": "Tibet", "宁夏回族自治区": "Ningxia", "新疆维吾尔自治区": "Xinjiang",
    "香港特别行政区": "Hong Kong", "澳门特别行政区": "Macao", "陕西省": "Shaanxi", "台湾省": "Taiwan", "呼和浩特市": "Hohhot", "乌鲁木齐市": "Urumqi",
    "拉萨市": "Lhasa", "包头市": "Baotou", "鄂尔多斯市": "Ordos", "呼伦贝尔市": "Hulunbuir", "哈尔滨市": "Harbin", "齐齐哈尔市": "Qiqihar",
    "喀什地区": "Kashgar", "日喀则市": "Shigatse", "克拉玛依市": "Karamay", "吐鲁番市": "Turpan", "哈密市": "Hami", "伊犁哈萨克自治州": "Ili Prefecture",
    "香港岛": "Hong Kong Island", "九龙": "Kowloon", "新界": "New Territories", "台北市": "Taipei", "高雄市": "Kaohsiung", "台中市": "Taichung",
    "台南市": "Tainan", "新北市": "New Taipei", "桃园市": "Taoyuan", "基隆市": "Keelung", "新竹市": "Hsinchu", "嘉义市": "Chiayi",
}
READINGS = {
    "重庆": "chong qing", "厦门": "xia men", "蚌埠": "beng bu", "亳州": "bo zhou", "六安": "lu an", "丽水": "li shui", "台州": "tai zhou", "乐清": "yue qing",
    "长沙": "chang sha", "长春": "chang chun", "长治": "chang zhi", "朝阳": "chao yang", "涡阳": "guo yang", "歙县": "she xian", "黟县": "yi xian",
    "浚县": "xun xian", "荥阳": "xing yang", "泌阳": "bi yang", "中牟": "zhong mu", "渑池": "mian chi", "尉氏": "wei shi", "单县": "shan xian",
    "莘县": "shen xian", "莒县": "ju xian", "牟平": "mu ping", "临朐": "lin qu", "番禺": "pan yu", "东莞": "dong guan", "大埔": "da bu", "黄陂": "huang pi",
    "监利": "jian li", "郴州": "chen zhou", "耒阳": "lei yang", "枞阳": "zong yang", "铅山": "yan shan", "都江堰": "du jiang yan", "成都": "cheng du",
    "犍为": "qian wei", "郫都": "pi du", "邛崃": "qiong lai", "綦江": "qi jiang", "涪陵": "fu ling", "珙县": "gong xian", "什邡": "shi fang", "会理": "hui li",
    "会东": "hui dong", "吴堡": "wu bu", "柞水": "zha shui", "洋县": "yang xian", "乐都": "le du", "互助": "hu zhu", "尉犁": "yu li", "蔚县": "yu xian",
    "井陉": "jing xing", "乐亭": "lao ting", "涿州": "zhuo zhou", "大城": "dai cheng", "洪洞": "hong tong", "繁峙": "fan shi", "隰县": "xi xian",
    "解州": "xie zhou", "闻喜": "wen xi", "汾阳": "fen yang", "岢岚": "ke lan", "阿拉善": "a la shan", "巴彦淖尔": "ba yan nao er", "桦甸": "hua dian",
    "珲春": "hun chun", "穆棱": "mu ling", "宿迁": "su qian", "盱眙": "xu yi", "邗江": "han jiang", "甪直": "lu zhi", "六合": "lu he", "溧阳": "li yang",
    "睢宁": "sui ning", "鄞州": "yin zhou", "嵊州": "sheng zhou", "长汀": "chang ting", "长乐": "chang le", "长宁": "chang ning", "行唐": "xing tang",
}
PEOPLES = (
    "维吾尔", "哈萨克", "蒙古", "柯尔克孜", "锡伯", "塔吉克", "达斡尔", "鄂伦春", "鄂温克", "布依", "仡佬", "哈尼", "拉祜", "傈僳", "景颇", "布朗", "德昂", "土家", "朝鲜",
    "东乡", "撒拉", "保安", "裕固", "仫佬", "毛南", "普米", "独龙", "各", "回", "满", "藏", "羌", "彝", "苗", "侗", "壮", "瑶", "畲", "黎", "傣", "佤", "白", "怒", "土", "水",
)
SUFFIXES = (
    ("省直辖县", "Under the province"), ("自治区直辖县级行政区划", "Under the region"), ("自治区直辖县", "Under the region"),
    ("经济技术开发区", "Economic Development Zone"), ("经济开发区", "Economic Development Zone"), ("高新技术产业开发区", "High-tech Zone"), ("街道", "Subdistrict"),
    ("镇", "Town"), ("乡", "Township"),
    ("特别行政区", ""), ("自治区", ""), ("自治州", "Prefecture"), ("自治县", "County"), ("自治旗", "Banner"), ("地区", "Prefecture"), ("林区", "Forest District"),
    ("新区", "New Area"), ("矿区", "Mining District"), ("盟", "League"), ("省", ""), ("市", ""), ("区", "District"), ("县", "County"), ("旗", "Banner"),
)


def english(zh: str) -> str:
    """`南山区` → `Nanshan District`."""
    if zh in OFFICIAL:
        return OFFICIAL[zh]
    for suffix, said in SUFFIXES:
        stem = zh.removesuffix(suffix)
        if not stem:
            return said
        if suffix in ("自治州", "自治县", "自治旗"):
            stem = _without_peoples(stem)
        if stem != zh and (len(stem) > 1 or suffix in ("县", "区") and stem):
            if len(stem) == 1:
                return f"{_spelled(zh)} {said}"
            return f"{_spelled(stem)} {said}".strip()
    return _spelled(zh)


def _without_peoples(stem: str) -> str:
    """`博尔塔拉蒙古` → `博尔塔拉`, `恩施土家族苗族` → `恩施`."""
    for people in (*(f"{people}族" for people in PEOPLES), *PEOPLES[:6]):
        shorter = stem.removesuffix(people)
        if shorter and shorter != stem:
            return _without_peoples(shorter)
    return stem


def _spelled(zh: str) -> str:
    """One word; an apostrophe stands before a syllable that begins with a vowel."""
    syllables = lazy_pinyin(zh, style=Style.NORMAL, v_to_u=False)
    if len(syllables) == len(zh) and zh != "长子":  # the one place that grows instead of being long
        syllables = ["chang" if character == "长" else syllable for character, syllable in zip(zh, syllables, strict=True)]
    joined = "".join(f"'{syllable}" if index and syllable[:1] in "aeo" else syllable for index, syllable in enumerate(syllables))
    return joined.replace("v", "ü")[:1].upper() + joined.replace("v", "ü")[1:]


def main(source: Path) -> None:
    load_phrases_dict({zh: [[syllable] for syllable in said.split()] for zh, said in READINGS.items()})
    levels = json.loads(source.read_text(encoding="utf-8"))
    names = {code: name for level in ("province_list", "city_list", "county_list") for code, name in levels[level].items()}
    lines = [f"{json.dumps(code)}: {json.dumps([zh, english(zh)], ensure_ascii=False)}" for code, zh in sorted(names.items())]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
