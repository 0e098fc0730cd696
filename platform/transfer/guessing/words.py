"""What headings say: words by which a column is recognised as a number to calculate with, a code, an amount, a name."""

import re
import unicodedata


def plain(words: str) -> str:
    """Folded, with single blanks: what the patterns below are written for."""
    return " ".join(re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", words))).casefold().split())


def says(heading: str, pattern: re.Pattern[str]) -> bool:
    return pattern.search(plain(heading)) is not None


CODE = re.compile(
    r"(编号|编码|代码|号码|单号|卡号|账号|帐号|工号|学号|证号|身份证|邮编|邮政|条码|序列号|货号|款号|税号|型号|^号$|订单号|会员号|客户号|合同号|发票号)"
    r"|\b(no|nr|id|ids|code|codes|sku|isbn|ean|upc|barcode|zip|postcode|postal code|passport|serial|account|iban|number|uuid|guid|key|ref|reference)$|\b(zip|postal)\b"
)
PHONE = re.compile(r"(手机|电话|联系方式|移动电话|座机|传真)|\b(phone|mobile|tel|telephone|cell|cellphone|fax)\b")
MONEY = re.compile(
    r"(金额|单价|价格|售价|进价|原价|总价|总额|合计金额|费用|成本|运费|工资|薪|余额|货款|应收|应付|实收|实付|预算|押金|定金|营业额|销售额|价$|款$)"
    r"|\b(price|amount|cost|costs|fee|fees|salary|wage|balance|total price|revenue|budget|deposit|freight|payment|paid)\b"
)
SHARE = re.compile(r"(占比|百分比|比例|税率|毛利率|利率|折扣率|完成率|转化率|增长率|提成|佣金率|(?<!汇)率$)|\b(percent|percentage|pct|share|margin|tax rate|discount rate|interest)\b")
DAY = re.compile(r"(日期|时间|生日|出生|年月日|日$)|\b(date|day|birthday|dob|time|at|on)\b")
COUNT = re.compile(r"(数量|次数|人数|件数|个数|天数|年龄|库存|数$)|\b(count|quantity|qty|number of|pieces|times|age|stock)\b")
TITLE = re.compile(r"^(名称|姓名|名字|标题|题名|主题|书名|品名|name|full name|title|subject)$")
TITLE_PART = re.compile(r"(名称|姓名|标题|名$)|\b(name|title|subject)\b")
NOTES = re.compile(r"(备注|说明|描述|附注|简介|内容|意见|详情)|\b(notes?|remarks?|comments?|description|memo|details?|summary)\b")
STARRED = re.compile(r"[*＊]|必填|required", re.IGNORECASE)
