"""The same pages written by hand for one shop: Flask, SQL and Jinja, on the tables of the product's own database."""

import base64
import csv
import hashlib
import json
import secrets
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from babel.numbers import format_decimal
from flask import Flask, g, redirect, render_template, request
from flask_wtf.csrf import CSRFProtect, generate_csrf
from pypinyin import lazy_pinyin
from werkzeug.wrappers import Response

from benchmarks.handwritten_pages import CHOICES, add_pages
from shuke.core.ids import new_id

PAGE = 50
CAP = 10_000
MENU = [(f"应用 {group}", [(f"菜单 {group}.{item}", f"/m/{group}/{item}") for item in range(3)]) for group in range(7)]
COLUMNS = [
    ("姓名", "name"), ("手机", "mobile"), ("渠道", "channel"), ("标签", "tags"), ("等级", "level"), ("积分", "points"), ("累计消费", "total_paid"),
    ("最近下单", "last_order"), ("负责人", "owner"), ("组织", "unit"),
]
FILTERS = ["渠道", "来源", "标签", "兴趣", "等级", "负责人", "组织", "业务线", "失联", "完整度", "消费", "下单", "创建"]
CHANNELS = {
    "store": ("门店到访", "teal"), "phone": ("电话", "blue"), "chat": ("在线咨询", "azure"), "wechat": ("微信", "green"), "web": ("官网", "indigo"),
    "event": ("线下活动", "purple"), "import": ("历史资料", "gray"),
}
TAGS = {"key": ("重点客户", "red"), "regular": ("熟客", "green"), "intention": ("有意向", "orange"), "potential": ("潜力客户", "yellow"),
        "gift_buyer": ("送礼客户", "purple"), "wholesale": ("批发", "indigo"), "sleeping": ("久未到店", "gray")}
STATES = {"draft": "草稿", "confirmed": "已确认", "closed": "完成", "cancelled": "已取消", "unshipped": "未发货", "unpaid": "未付款", "paid": "已付款"}
VIEWS = [(f"视图 {number}", f"/customers?view={number}") for number in range(7)]
FACETS = [
    ("渠道", "channel", [(code, words[0]) for code, words in CHANNELS.items()]), ("标签", "tags", [(code, words[0]) for code, words in TAGS.items()]), ("等级", "level", []),
    ("兴趣", "interests", CHOICES["interests"]), ("类型", "kind", CHOICES["kind"]),
]
SELECT = """
SELECT c.id, c.name, c.mobile, c.channel, c.tags, c.total_paid, c.last_order, c.created_at, l.name AS level_name, u.name AS owner_name, n.name AS unit_name,
  coalesce((SELECT a.credits - a.debits FROM sk_account a WHERE a.ledger = 'points' AND a.kind = 'holder' AND a.owner_id = c.id), 0) AS points
FROM e_customer c LEFT JOIN e_level l ON l.id = c.level LEFT JOIN e_user u ON u.id = c.owner_id LEFT JOIN e_unit n ON n.id = c.unit_id
WHERE c.deleted_at IS NULL"""
FOUND = (
    ("客户", "customer", "name"), ("联系人", "contact", "name"), ("联络记录", "contact_record", "subject"), ("订单", "order", "number"),
    ("收款单", "order_payment", "number"), ("会员卡", "card", "number"), ("投诉", "complaint", "number"), ("商品", "product", "name"), ("员工", "user", "name"),
)
STARTS = (("开单", "/orders/new", "shopping-cart"), ("记录联络", "/contacts/new", "phone-call"), ("登记投诉", "/complaints/new", "message-report"), ("发会员卡", "/cards/new", "id-badge-2"))
COUNTED = (
    ("order", "订单", "e_order WHERE customer"), ("contact", "联系人", "e_contact WHERE customer"), ("contact_record", "联络记录", "e_contact_record WHERE customer"),
    ("card", "会员卡", "e_card WHERE customer"), ("complaint", "投诉", "e_complaint WHERE customer"), ("redemption", "积分兑换", "e_redemption WHERE customer"),
    ("points_movement", "积分调整", "e_points_movement WHERE customer"), ("referred", "介绍来的客户", "e_customer WHERE referred_by"),
)
COUNTS = "SELECT " + ", ".join(f"(SELECT count(*) FROM (SELECT 1 FROM {source} = :id AND deleted_at IS NULL LIMIT 1000) AS found) AS n_{name}" for name, _label, source in COUNTED)
SECTIONS = (
    ("身份", (("姓名", "name"), ("客户类型", "kind"), ("性别", "gender"), ("生日", "birthday"), ("渠道", "channel"), ("来源", "source"), ("业务线", "business_line"), ("介绍人", "referrer"))),
    ("联系方式", (("手机", "mobile"), ("座机", "phone"), ("邮箱", "email"), ("微信号", "wechat"), ("网站", "website"), ("地址", "address"))),
    ("失联", (("已失联", "unreachable"), ("失联原因", "unreachable_reason"))),
    ("标签与兴趣", (("兴趣", "interests"), ("备注", "note"))), ("归属", (("负责人", "owner_name"), ("组织", "unit_name"), ("等级", "level_name"), ("外部编码", "code"))),
)
SHORTCUTS = (
    ("随处", ((("/",), "搜索"), (("Ctrl", "K"), "去任何地方"), (("?",), "显示快捷键"), (("Esc",), "关闭"))),
    ("列表", ((("↑", "↓"), "上下一行"), (("K", "J"), "上下一行"), (("Enter",), "打开"), (("N",), "新建"))),
    ("记录和表单", ((("E",), "编辑"), (("Ctrl", "S"), "保存"), (("Ctrl", "Enter"), "保存"))),
    ("前往", tuple((("G", str(number)), f"应用 {number}") for number in range(8))),
)


HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY", "Cache-Control": "private, no-store",
}
_SESSION = sa.text(
    "SELECT u.id, u.name, u.unit_id AS unit FROM sk_session s JOIN ab_user a ON a.id = s.user_id AND a.active JOIN e_user u ON u.id = s.user_id "
    "WHERE s.id = :key AND s.seen_at > :since AND u.deleted_at IS NULL")


def create(url: str) -> Flask:
    """The application; who is signed in with the product is signed in here, by the same session."""
    app = Flask(__name__, template_folder=str(Path(__file__).parent / "templates"))
    app.secret_key = secrets.token_hex(32)
    CSRFProtect(app)
    engine = _engine(url)
    sqlite = engine.dialect.name == "sqlite"
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.jinja_env.globals.update(
        company="熟客茶铺", menu=MENU, shortcuts=SHORTCUTS, token=generate_csrf, columns=COLUMNS, filters=FILTERS, views=VIEWS, facets=FACETS, channels=CHANNELS, tags=TAGS,
        phone=_phone, number=lambda value: format_decimal(value, locale="zh"), money=lambda value: _money(value, sqlite=sqlite), day=lambda value: str(value or ""),
    )

    @app.before_request
    def _sign_in() -> None:
        g.connection = engine.connect()
        since = datetime.now(UTC) - timedelta(hours=8)
        g.user = g.connection.execute(_SESSION, {
            "key": hashlib.sha256(request.cookies.get("shuke", "").encode()).hexdigest(), "since": since.strftime("%Y-%m-%d %H:%M:%S.%f") if sqlite else since,
        }).one()

    @app.after_request
    def _head(response: Response) -> Response:
        response.headers.extend(HEADERS)
        return response

    @app.teardown_request
    def _close(_error: BaseException | None) -> None:
        g.connection.close()

    add_pages(app, sqlite=sqlite)

    @app.get("/customers")
    def customers() -> str:
        where, values = _where(sqlite)
        order = "c.total_paid DESC NULLS LAST, c.id DESC" if request.args.get("sort") == "-total_paid" else "c.created_at DESC, c.id DESC"
        bound = ""
        if cursor := request.args.get("after"):
            at, last = json.loads(base64.urlsafe_b64decode(cursor))
            bound, values = " AND (c.created_at, c.id) < (:at, :last)", values | {"at": at if sqlite else datetime.fromisoformat(at), "last": last}
        rows = [_row(row) for row in g.connection.execute(sa.text(f"{SELECT}{where}{bound} ORDER BY {order} LIMIT {PAGE + 1}"), values)]
        counted = g.connection.scalar(sa.text(f"SELECT count(*) FROM (SELECT 1 FROM e_customer c WHERE c.deleted_at IS NULL{where} LIMIT {CAP + 1}) AS counted"), values)
        after = base64.urlsafe_b64encode(json.dumps([str(rows[PAGE - 1]["created_at"]), rows[PAGE - 1]["id"]]).encode()).decode() if len(rows) > PAGE else ""
        return render_template("list.html", rows=rows[:PAGE], count=min(counted, CAP), capped=counted > CAP, after=after, q=request.args.get("q", ""), user=g.user)

    @app.get("/find")
    def find() -> str:
        return render_template("find.html", groups=_find(g.connection, sqlite, request.args["q"]))

    @app.get("/customers/<int:id_>")
    def customer(id_: int) -> str:
        found = g.connection.execute(sa.text("""
            SELECT c.*, l.name AS level_name, u.name AS owner_name, n.name AS unit_name, r.name AS referrer,
              coalesce((SELECT a.credits - a.debits FROM sk_account a WHERE a.ledger = 'points' AND a.kind = 'holder' AND a.owner_id = c.id), 0) AS points
            FROM e_customer c LEFT JOIN e_level l ON l.id = c.level LEFT JOIN e_user u ON u.id = c.owner_id LEFT JOIN e_unit n ON n.id = c.unit_id
            LEFT JOIN e_customer r ON r.id = c.referred_by WHERE c.id = :id AND c.deleted_at IS NULL"""), {"id": id_}).one()
        row = _row(found)
        counted = g.connection.execute(sa.text(COUNTS), {"id": id_}).one()
        tabs = [(name, label, getattr(counted, f"n_{name}")) for name, label, _source in COUNTED] + [("movements", "可用积分", None), ("stock", "查库存", None)]
        orders = g.connection.execute(sa.text(
            "SELECT id, number, date, total, balance_due, state, fulfilment, payment FROM e_order WHERE customer = :id AND deleted_at IS NULL ORDER BY date DESC, id DESC LIMIT 11"),
            {"id": id_}).all()
        head = [("编号", row["number"]), ("手机", _phone(row["mobile"])), ("等级", row["level_name"]), ("负责人", row["owner_name"]), ("组织", row["unit_name"])]
        paid = Decimal(row["total_paid"] or 0)
        figures = [("可用积分", row["points"], "movements"), ("累计消费", _money(paid, sqlite=sqlite), "order"), ("已付订单数", row["order_count"], "order"),
                   ("平均每单", _money(paid / (row["order_count"] or 1), sqlite=sqlite), ""), ("最近下单", row["last_order"], "order"), ("资料完整度", row["completeness"], "")]
        sections = [(title, [(label, name, row.get(name)) for label, name in fields]) for title, fields in SECTIONS]
        return render_template("record.html", customer=row, head=head, figures=figures, sections=sections, tabs=tabs, orders=orders[:10], starts=STARTS, states=STATES, user=g.user)

    @app.post("/customers/new")
    def add() -> Response:
        form = request.form
        if not form["name"].strip() or form["channel"] not in CHANNELS or not form["mobile"].startswith("+86"):
            return Response("invalid", 422)
        g.connection.close()
        with _writing(engine) as connection:
            id_ = _insert(connection, sqlite, form["name"], form["mobile"], form["channel"], g.user)
        return redirect(f"/customers/{id_}", 303)

    @app.post("/customers/<int:id_>/edit")
    def edit(id_: int) -> Response:
        form = request.form
        g.connection.close()
        now = datetime.now(UTC)
        with _writing(engine) as connection:
            old = connection.execute(sa.text("SELECT name, revision FROM e_customer WHERE id = :id"), {"id": id_}).one()
            connection.execute(sa.text("UPDATE e_customer SET name = :name, updated_at = :at, updated_by = :by, revision = revision + 1 WHERE id = :id AND revision = :revision"),
                               {"name": form["name"], "at": str(now) if sqlite else now, "by": g.user.id, "id": id_, "revision": old.revision})
            _write_words(connection, sqlite, id_, "name", form["name"], replace=True)
            _write_history(connection, sqlite, id_, "updated", {"name": ["name", old.name, form["name"]]}, g.user)
        return redirect(f"/customers/{id_}", 303)

    return app


def import_customers(url: str, path: Path, user: Any) -> int:
    """What a careful script would do with a file of customers: check, look for duplicates, insert in batches."""
    engine, done = _engine(url), 0
    sqlite = engine.dialect.name == "sqlite"
    with path.open(encoding="utf-8", newline="") as file:
        batch: list[dict[str, str]] = []
        for row in [*csv.DictReader(file), None]:
            if row is not None:
                batch.append(row)
            if batch and (row is None or len(batch) == 500):
                with _writing(engine) as connection:
                    known = set(connection.scalars(sa.text("SELECT mobile FROM e_customer WHERE mobile IN :some").bindparams(sa.bindparam("some", expanding=True)), {"some": [one["mobile"] for one in batch]}))
                    fresh = [one for one in batch if one["name"].strip() and one["channel"] in CHANNELS and one["mobile"] not in known]
                    _insert_many(connection, sqlite, fresh, user)
                done, batch = done + len(batch), []
    engine.dispose()
    return done


def _where(sqlite: bool) -> tuple[str, dict[str, Any]]:
    where = ""
    values: dict[str, Any] = {}
    if channel := request.args.get("channel"):
        where, values = " AND c.channel = :channel", {"channel": channel}
    if q := request.args.get("q"):
        where += f" AND c.id IN (SELECT s.record_id FROM sk_search s WHERE s.entity = 'customer' AND {_holding(sqlite)})"
        values["q"] = _asked(q, "e_customer", sqlite)
    return where, values


def _holding(sqlite: bool) -> str:
    return "s.id IN (SELECT rowid FROM sk_search_index WHERE sk_search_index MATCH :q)" if sqlite else "s.grams @> CAST(:q AS text[])"


def _asked(q: str, table: str, sqlite: bool) -> str | list[str]:
    """The pairs of a word, in the rows of one table."""
    pairs = [q[at:at + 2] for at in range(len(q) - 1)]
    if sqlite:
        return f'"{_mark(table)}" AND ' + ('"' + " ".join(pairs) + '"' if pairs else f"{q}*")
    return [_mark(table) + pair for pair in pairs or [q]]


def _mark(table: str) -> str:
    return f"\ue000{crc32(table.encode()) % (1 << 20):05x}"


def _find(connection: sa.Connection, sqlite: bool, q: str) -> list[tuple[str, list[Any]]]:
    """The newest finds of each kind of record; of a common word only the last rows are looked at."""
    found = []
    for label, entity, title in FOUND:
        newest = f"SELECT s.id, s.record_id, s.field FROM sk_search s WHERE s.entity = '{entity}' AND {_holding(sqlite)} ORDER BY s.id DESC LIMIT 600"
        if sqlite:  # the index gives its rows in their order
            newest = (
                f"SELECT s.id, s.record_id, s.field FROM (SELECT rowid FROM sk_search_index WHERE sk_search_index MATCH :q ORDER BY rowid DESC LIMIT 600) f "
                f"JOIN sk_search s ON s.id = f.rowid WHERE s.entity = '{entity}'"
            )
        rows = connection.execute(sa.text(
            f"SELECT t.id, t.{title} AS title, min(n.field) AS field FROM ({newest}) n JOIN e_{entity} t ON t.id = n.record_id "
            f"WHERE t.deleted_at IS NULL GROUP BY t.id, t.{title}, t.updated_at ORDER BY t.updated_at DESC LIMIT 5"), {"q": _asked(q, f"e_{entity}", sqlite)}).all()
        if rows:
            found.append((label, list(rows)))
    return found


def _row(row: Any) -> dict[str, Any]:
    found = dict(row._mapping)
    found["tags"] = json.loads(found["tags"]) if isinstance(found["tags"], str) else found["tags"] or []
    return found


def _insert(connection: sa.Connection, sqlite: bool, name: str, mobile: str, channel: str, user: Any) -> int:
    return _insert_many(connection, sqlite, [{"name": name, "mobile": mobile, "channel": channel}], user)[0]


def _insert_many(connection: sa.Connection, sqlite: bool, rows: list[dict[str, str]], user: Any) -> list[int]:
    now = datetime.now(UTC)
    at: Any = now.strftime("%Y-%m-%d %H:%M:%S.%f") if sqlite else now
    made = [{**row, "id": (id_ := new_id()), "number": f"H{id_}", "at": at, "by": user.id, "unit": user.unit} for row in rows]
    if made:
        connection.execute(sa.text(
            "INSERT INTO e_customer (id, number, name, mobile, channel, kind, business_line, created_at, created_by, updated_at, updated_by, owner_id, unit_id, revision, order_count) "
            "VALUES (:id, :number, :name, :mobile, :channel, 'person', 'retail', :at, :by, :at, :by, :by, :unit, 1, 0)"), made)
        words = [{"id": one["id"], "field": field, **_words(one[field], sqlite)} for one in made for field in ("name", "mobile", "number")]
        connection.execute(sa.text("INSERT INTO sk_search (entity, record_id, field, text, grams) VALUES ('customer', :id, :field, :text, :grams)"), words)
        connection.execute(_HISTORY, [_history(sqlite, one["id"], "created", {name: [name, None, one[name]] for name in ("name", "mobile", "channel")}, user) for one in made])
    return [one["id"] for one in made]


_HISTORY = sa.text("INSERT INTO sk_history (id, at, entity, record_id, action, actor_id, actor, reason, changes) VALUES (:id, :at, 'customer', :record, :action, :by, :actor, '', :changes)")


def _write_words(connection: sa.Connection, sqlite: bool, id_: int, field: str, value: str, *, replace: bool) -> None:
    if replace:
        connection.execute(sa.text("DELETE FROM sk_search WHERE record_id = :id AND entity = 'customer' AND field = :field"), {"id": id_, "field": field})
    connection.execute(sa.text("INSERT INTO sk_search (entity, record_id, field, text, grams) VALUES ('customer', :id, :field, :text, :grams)"), {"id": id_, "field": field, **_words(value, sqlite)})


def _words(value: str, sqlite: bool) -> dict[str, Any]:
    syllables = lazy_pinyin(value)
    words = [value.lower(), "".join(syllables), "".join(one[:1] for one in syllables)]
    pairs = [word[at:at + 2] for word in words for at in range(len(word) - 1)] + [word[-1] for word in words if word]
    mark = _mark("e_customer")
    return {"text": " ".join(words), "grams": " ".join([*pairs, mark]) if sqlite else [mark + pair for pair in pairs]}


def _write_history(connection: sa.Connection, sqlite: bool, id_: int, action: str, changes: dict[str, Any], user: Any) -> None:
    connection.execute(_HISTORY, _history(sqlite, id_, action, changes, user))


def _history(sqlite: bool, id_: int, action: str, changes: dict[str, Any], user: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {"id": new_id(), "at": now.strftime("%Y-%m-%d %H:%M:%S.%f") if sqlite else now, "record": id_, "action": action, "by": user.id, "actor": user.name, "changes": json.dumps(changes)}


def _phone(value: str | None) -> str:
    return f"{value[3:6]} {value[6:10]} {value[10:]}" if value else ""


def _money(value: Any, *, sqlite: bool) -> str:
    return "" if value is None else f"¥{Decimal(value) / 100 if sqlite else value:,.2f}"


def _engine(url: str) -> sa.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, connect_args={"prepare_threshold": None, "options": "-c timezone=UTC -c jit=off"})
    engine = sa.create_engine(url, connect_args={"check_same_thread": False, "timeout": 10})

    @sa.event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: Any) -> None:
        raw.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "cache_size=-65536"):
            raw.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")

    return engine


def _writing(engine: sa.Engine) -> Any:
    return engine.execution_options(begin="IMMEDIATE").begin()


