"""Shops and visits to them, as people keep them in spreadsheets."""

import csv
import io

SHOPS = [["名称", "电话", "开业"], *([f"门店 {number}", f"1380013800{number}", f"2020-0{number + 1}-15"] for number in range(4))]
VISITS = [
    ["单号", "门店", "费用", "折扣", "满意", "类型", "备注"],
    *([f"V{number:03}", f"门店 {number % 4}", f"¥{number}.50", f"{number}%", "是" if number % 3 else "否", ("维修", "安装")[number % 2], f"note {number}"] for number in range(1, 61)),
]
WRONG = ["V061", "门店 9", "¥1.00", "5%", "是", "维修", "=cmd|' /C calc'!A0"]


def as_csv(rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
