"""Further pages written by hand: the home page, the list in groups and the form of a new record."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, g, render_template

CLOSED = "('closed', 'cancelled')"
PRIORITIES = {"low": ("低", "gray"), "normal": ("普通", "blue"), "high": ("高", "orange"), "urgent": ("紧急", "red")}
LABELS = {
    "name": "姓名／名称", "kind": "客户类型", "gender": "性别", "birthday": "生日", "channel": "咨询渠道", "source": "客户来源", "business_line": "业务线", "referred_by": "介绍人",
    "mobile": "手机", "phone": "座机", "email": "邮箱", "wechat": "微信号", "website": "网站", "address": "地址", "unreachable": "已失联", "tags": "标签", "interests": "兴趣爱好",
    "note": "备注", "owner": "负责人", "unit": "所属门店", "level": "会员等级", "code": "外部编码",
}
TABS = (
    ("基本资料", (("身份", ("name", "kind", "gender", "birthday", "channel", "source", "business_line", "referred_by")), ("联系方式", ("mobile", "phone", "email", "wechat", "website", "address")),
                ("失联", ("unreachable",)))),
    ("画像", (("标签与兴趣", ("tags", "interests", "note")),)), ("归属", (("归属", ("owner", "unit", "level", "code")),)),
)
CHOICES = {
    "kind": (("person", "个人"), ("company", "企业")), "gender": (("female", "女"), ("male", "男"), ("undisclosed", "不便透露")),
    "business_line": (("retail", "零售"), ("wholesale", "批发"), ("corporate", "企业定制")),
    "source": (("walk_in", "路过"), ("friend", "朋友介绍"), ("ad", "广告"), ("search", "搜索"), ("event", "活动"), ("other", "其他")),
    "interests": (("tea", "品茶"), ("coffee", "咖啡"), ("baking", "烘焙"), ("travel", "旅行"), ("fitness", "健身"), ("reading", "阅读"), ("calligraphy", "书法"), ("music", "音乐"),
                  ("photography", "摄影"), ("garden", "养花")),
}
LINKS = ("referred_by", "owner", "unit", "level")
ACTIONS = (("新建客户", "/customers/new", "user-plus"), ("新建订单", "/orders/new", "shopping-cart"), ("登记投诉", "/complaints/new", "message-report"))


def add_pages(app: Flask, *, sqlite: bool) -> None:
    app.jinja_env.globals.update(labels=LABELS, links=LINKS, choices=CHOICES)

    @app.get("/")
    def home() -> str:
        today = datetime.now(UTC).date()
        days = {"today": str(today) if sqlite else today, "before": str(today - timedelta(days=1)) if sqlite else today - timedelta(days=1)}
        midnight = datetime(today.year, today.month, today.day, tzinfo=UTC)
        orders, sales = (dict(g.connection.execute(sa.text(
            f"SELECT date, {what} FROM e_order WHERE deleted_at IS NULL AND state <> 'cancelled' AND date IN (:today, :before) GROUP BY date"), days).all()) for what in ("count(*)", "sum(total)"))
        new = g.connection.execute(sa.text(
            "SELECT count(CASE WHEN created_at >= :today THEN 1 END), count(CASE WHEN created_at < :today THEN 1 END) FROM e_customer WHERE deleted_at IS NULL AND created_at >= :before"),
            {"today": _instant(midnight, sqlite=sqlite), "before": _instant(midnight - timedelta(days=1), sqlite=sqlite)}).one()
        now = {"now": _instant(datetime.now(UTC), sqlite=sqlite)}
        waiting = g.connection.execute(sa.text(
            f"SELECT count(*), count(CASE WHEN due_at < :now THEN 1 END) FROM e_complaint WHERE deleted_at IS NULL AND state NOT IN {CLOSED}"), now).one()
        complaints = g.connection.execute(sa.text(
            "SELECT p.id, p.number, p.due_at, p.priority, p.state, c.name FROM e_complaint p LEFT JOIN e_customer c ON c.id = p.customer "
            f"WHERE p.deleted_at IS NULL AND p.state NOT IN {CLOSED} ORDER BY p.due_at LIMIT 7")).all()
        recent = g.connection.execute(sa.text("SELECT entity, record_id, at FROM sk_history WHERE actor_id = :by ORDER BY id DESC LIMIT 60"), {"by": g.user.id}).all()
        ids = [id_ for entity, id_ in dict.fromkeys((one.entity, one.record_id) for one in recent) if entity == "customer"][:8]
        names = g.connection.execute(sa.text("SELECT id, name FROM e_customer WHERE id IN :ids").bindparams(sa.bindparam("ids", expanding=True)), {"ids": ids}).all()
        numbers = [
            ("订单", "/orders", orders.get(days["today"], 0), orders.get(days["before"], 0)), ("销售额", "/orders", sales.get(days["today"], 0), sales.get(days["before"], 0)),
            ("新客户", "/customers", new[0], new[1]), ("未结投诉", "/complaints", waiting[0], waiting[1]),
        ]
        return render_template("home.html", actions=ACTIONS, numbers=numbers, complaints=complaints, recent=names, priorities=PRIORITIES, user=g.user)

    @app.get("/customers/groups")
    def groups() -> str:
        found = g.connection.execute(sa.text("SELECT channel, count(*) AS number FROM e_customer WHERE deleted_at IS NULL GROUP BY channel ORDER BY count(*) DESC, channel LIMIT 101")).all()
        return render_template("groups.html", groups=found, user=g.user, q="")

    @app.get("/customers/new")
    def form() -> str:
        unit = g.connection.execute(sa.text("SELECT id, name FROM e_unit WHERE id = :id"), {"id": g.user.unit}).first()
        chosen: dict[str, Any] = {"owner": (g.user.id, g.user.name), "unit": (unit.id, unit.name) if unit else None}
        return render_template("form.html", tabs=TABS, chosen=chosen, user=g.user)


def _instant(value: datetime, *, sqlite: bool) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if sqlite else value
