"""The parameters that several operations share, as they are described."""

from shuke.api.blueprint import Parameter

INTEGER = {"type": "integer"}
BOOLEAN = {"type": "boolean"}

ENTITY = Parameter("entity", "path", {"zh": "表单的名称", "en": "The name of the form"}, required=True)
RECORD_ID = Parameter("id", "path", {"zh": "记录编号", "en": "The id of the record"}, {"type": "string", "pattern": "^[0-9]+$"}, required=True)
IF_MATCH = Parameter("If-Match", "header", {"zh": "读取时的版本号；已被他人修改则返回 409", "en": "The revision that was read; 409 if somebody saved since"})
KEY = Parameter("Idempotency-Key", "header", {"zh": "防重键：同一键重复请求返回首次结果", "en": "A repeated request with this key gives the first answer"})
REQUIRED_KEY = Parameter(KEY.name, KEY.place, KEY.about, KEY.schema, required=True)
ACCEPT_WARNINGS = Parameter("accept_warnings", "query", {"zh": "疑似重复等提醒时仍然保存", "en": "Save in spite of warnings such as likely duplicates"}, BOOLEAN)
LANG = Parameter("lang", "query", {"zh": "语言", "en": "The language"}, {"enum": ["zh", "en"]})
FIELDS = Parameter(
    "fields", "query", {"zh": "只要这些字段；可用点号经过关联", "en": "Only these fields; a dot follows a link"}, many=True,
)
WHERE = Parameter("where", "query", {"zh": "公式条件，例如 total >= 100", "en": "A formula as a condition, for example total >= 100"})
SEARCH = Parameter("q", "query", {"zh": "搜索文字", "en": "Text to search for"})
SORT = Parameter("sort", "query", {"zh": "排序字段，前加 - 为倒序", "en": "Fields to sort by; a minus before one turns it round"}, many=True)
LIMIT = Parameter("limit", "query", {"zh": "每页条数", "en": "Records on a page"}, {"type": "integer", "minimum": 1, "maximum": 200, "default": 50})
AFTER = Parameter("after", "query", {"zh": "上一页给出的 next", "en": "The `next` of the page before"})
BEFORE = Parameter("before", "query", {"zh": "下一页给出的 previous", "en": "The `previous` of the page after"})
COUNT = Parameter("count", "query", {"zh": "是否计数（一万以上只说“更多”）", "en": "Whether to count (beyond 10,000 only “more” is told)"}, BOOLEAN)
DELETED = Parameter("deleted", "query", {"zh": "回收站中的记录", "en": "The records in the recycle bin"}, BOOLEAN)
LIST = (WHERE, SEARCH, SORT, FIELDS, LIMIT, AFTER, BEFORE, COUNT, DELETED)
