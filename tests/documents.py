"""Documents to be rendered: one of every kind of block, in English and Chinese, and one whose every text is given."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from slmdsl.base.units import Money
from slmdsl.report.document.tree import (
    Bullets,
    Cell,
    Column,
    Document,
    Figure,
    Figures,
    Paragraph,
    Picture,
    Section,
    Signatures,
    Table,
    Trace,
)

without_chinese = pytest.mark.skipif(
    os.environ.get("SLM_WITHOUT_CHINESE") == "1", reason="SLM_WITHOUT_CHINESE=1 leaves prints in Chinese out"
)

TONES = ("plain", "good", "bad", "warning", "quiet")

ENGLISH = {
    "title": "Service report for March 2027",
    "heading": ("Acme Retail, by Shop IT", "1 to 31 March 2027, all times in Europe/Berlin"),
    "summary": "In short",
    "kept": "Eleven of twelve promises are kept. One is missed: first response to priority 1 incidents.",
    "missed": "First response to priority 1 incidents: 91.3 % within 15 min, promised are 95 %. Two tickets were late, "
    "both at night, when one person alone is on call.",
    "soon": "The restore rehearsal of the database is overdue since 12 March.",
    "quiet": "Gross figures count maintenance and waivers; net figures, which are judged, do not.",
    "plain": "A month of 1,204 tickets, 6 % more than in February. Work was done by 14 people in three groups.",
    "bullets": (
        "Two more people on call from April on",
        "Alerts for the payment gateway after 2 min, not 10",
    ),
    "labels": ("Tickets", "Promises kept", "Availability of the shop", "Credits"),
    "notes": ("1,131 in February", "of 12", "promised 99.9 %", "12 % of the monthly fee"),
    "targets": "Targets",
    "targets_caption": "Each target in March",
    "heads": ("target", "promised", "attained", "95 % interval", "six months", "gross", "verdict"),
    "met": "✓ met",
    "lost": "✗ missed",
    "trend": "better, signal",
    "note": "Intervals are Wilson's, of tickets that are taken as independent.",
    "tickets": "Missed tickets",
    "tickets_caption": "Tickets that missed a limit",
    "ticket_heads": ("ticket", "service", "opened", "late by", "why"),
    "why": "Nobody on duty from 22:00 on; the on-call engineer was called after 40 minutes and had two other incidents",
    "chart": "Tickets a week",
    "alt": "Tickets a week rise from 240 to 301 over March; the last week lies above the upper limit of 295.",
    "sign": "Signatures",
    "parties": (("Acme Retail GmbH", "customer"), ("Shop IT AG", "provider")),
    "place": "Place and date",
    "name": "Signature",
    "provenance": (
        (
            "Agreements",
            "shop.slm, version 2.1, sha256 4f0c9f5be2c7c2d0d7c2c1a8f3d3f3f0b9d1c0f5f3e6a1b2c3d4e5f60718293a",
        ),
        ("Data", "incidents.csv, 24,918 rows, sha256 9b1de0c0f9a0a6c3"),
        ("Made by", "slmdsl 0.6.0, zone data 2026f"),
    ),
}
CHINESE = {
    "title": "2027 年 3 月服务报告",
    "heading": ("客户：Acme 零售，服务方：Shop IT", "2027 年 3 月 1 日至 31 日，时间均为 Europe/Berlin 时区"),
    "summary": "概要",
    "kept": "十二项承诺中有十一项达标。未达标的一项：P1 事件的首次响应。",
    "missed": "P1 事件首次响应：91.3 % 在 15 分钟内，承诺为 95 %。两张工单迟到，都发生在夜间，当时只有一人值守。",
    "soon": "数据库恢复演练自 3 月 12 日起已逾期。",
    "quiet": "毛值包括维护和豁免；用于判定的净值不包括。",
    "plain": "本月共 1,204 张工单，比二月多 6 %。由三个小组的 14 人处理。",
    "bullets": ("四月起增加两名值守人员", "支付网关告警由 10 分钟改为 2 分钟"),
    "labels": ("工单", "达标承诺", "商店可用率", "服务抵扣"),
    "notes": ("二月为 1,131", "共 12 项", "承诺 99.9 %", "月费的 12 %"),
    "targets": "目标",
    "targets_caption": "三月各项目标",
    "heads": ("目标", "承诺值", "达成值", "95 % 区间", "近六个月", "毛值", "结论"),
    "met": "✓ 达标",
    "lost": "✗ 未达标",
    "trend": "改善，有信号",
    "note": "区间为 Wilson 区间，假定工单相互独立。",
    "tickets": "未达标工单",
    "tickets_caption": "超出时限的工单",
    "ticket_heads": ("工单", "服务", "创建时间", "超时", "原因"),
    "why": "22:00 之后无人当班；40 分钟后才呼叫值守工程师，当时他还在处理另外两起事件",
    "chart": "每周工单数",
    "alt": "三月每周工单数从 240 升至 301；最后一周高于上限 295。",
    "sign": "签署",
    "parties": (("Acme 零售有限公司", "客户"), ("Shop IT 股份公司", "服务方")),
    "place": "地点与日期",
    "name": "签字",
    "provenance": (
        ("协议", "shop.slm，2.1 版，sha256 4f0c9f5be2c7c2d0d7c2c1a8f3d3f3f0b9d1c0f5f3e6a1b2c3d4e5f60718293a"),
        ("数据", "incidents.csv，24,918 行，sha256 9b1de0c0f9a0a6c3"),
        ("制作工具", "slmdsl 0.6.0，时区数据 2026f"),
    ),
}
WORDS = {"en": ENGLISH, "zh": CHINESE}
NAMES = (
    "p1_first_response",
    "p2_first_response",
    "standard_requests.fulfilled_within_two_business_days",
    "availability",
)
VALUES = (Fraction(913, 1000), Fraction(987, 1000), Fraction(964, 1000), Fraction(99962, 100_000))
SERVICES = ("shop", "payment_gateway", "warehouse/picking-terminals")


def every_block(language="en", *, missed=60):
    """Return a report with one of every kind of block, and a table of so many tickets, of which 40 are shown."""
    say = WORDS[language]
    return Document(
        kind="report",
        title=say["title"],
        language=language,
        heading=say["heading"],
        sections=(
            Section(key="summary", title=say["summary"], blocks=_summary(say)),
            Section(key="targets", title=say["targets"], blocks=(_targets(say),), sections=(_trend(say),)),
            Section(key="tickets", title=say["tickets"], blocks=(_tickets(say, missed),)),
            Section(
                key="signatures",
                title=say["sign"],
                blocks=(
                    Signatures(parties=say["parties"], place_and_date=say["place"], signature=say["name"]),
                ),
            ),
        ),
        provenance=say["provenance"],
        facts={"period": {"first": date(2027, 3, 1), "last": date(2027, 3, 31)}, "targets": list(NAMES)},
    )


def _summary(say):
    cells = (
        Cell(text="1,204", value=1204, unit="tickets"),
        Cell(text="11", value=11, unit="targets", tone="warning"),
        Cell(text="99.962 %", value=VALUES[-1], unit="ratio", tone="good"),
        Cell(text="EUR 1,440.00", value=Money(currency="EUR", minor=144_000), unit="EUR", tone="bad"),
    )
    figures = (
        Figure(label=label, cell=cell, note=note)
        for label, cell, note in zip(say["labels"], cells, say["notes"], strict=True)
    )
    return (
        Paragraph(text=say["kept"], tone="good"),
        Paragraph(text=say["missed"], tone="bad"),
        Paragraph(text=say["soon"], tone="warning"),
        Figures(key="figures", figures=tuple(figures)),
        Paragraph(text=say["plain"]),
        Bullets(items=say["bullets"]),
        Bullets(items=say["bullets"], numbered=True),
        Paragraph(text=say["quiet"], tone="quiet"),
    )


def _targets(say):
    rows = []
    for name, value in zip(NAMES, VALUES, strict=True):
        percent = f"{float(100 * value):.5g} %"
        lost = name == NAMES[0]
        trace = Trace(clause="shop.slm:41", target=f"shop.{name}", period="2027-03", tickets=("INC1", "INC2"))
        rows.append(
            (
                Cell(text=name, value=name),
                Cell(text="≥ 95 %", value=Decimal("0.95"), unit="ratio"),
                Cell(text=percent, value=value, unit="ratio", tone="bad" if lost else "plain", trace=trace),
                Cell(text="88.1–93.9"),
                Cell(text=say["trend"], tone="quiet"),
                Cell(text=percent, value=float(value), unit="ratio"),
                Cell(text=say["lost" if lost else "met"], tone="bad" if lost else "good"),
            )
        )
    align = ("words", "figures", "figures", "figures", "words", "figures", "words")
    columns = tuple(
        Column(key=key, head=head, align=side)
        for key, head, side in zip(
            ("target", "promised", "attained", "interval", "trend", "gross", "verdict"),
            say["heads"],
            align,
            strict=True,
        )
    )
    return Table(
        key="targets",
        caption=say["targets_caption"],
        columns=columns,
        rows=tuple(rows),
        note=say["note"],
    )


def _tickets(say, count):
    rows = (
        (
            Cell(text=f"INC{40_000 + number:07d}", value=f"INC{40_000 + number:07d}"),
            Cell(text=SERVICES[number % 3]),
            Cell(
                text=f"2027-03-{1 + number % 28:02d} 22:{number % 60:02d}",
                value=datetime(2027, 3, 1 + number % 28, 22, number % 60, tzinfo=UTC),
            ),
            Cell(text=f"{number + 1} min", value=timedelta(minutes=number + 1), unit="seconds"),
            Cell(text=say["why"] if number % 2 else "–"),
        )
        for number in range(count)
    )
    keys = ("ticket", "service", "opened", "late", "why")
    widths = (14, 20, 16, 10, 40)
    columns = tuple(
        Column(key=key, head=head, width=width, align="figures" if key == "late" else "words")
        for key, head, width in zip(keys, say["ticket_heads"], widths, strict=True)
    )
    return Table(
        key="tickets", caption=say["tickets_caption"], columns=columns, rows=tuple(rows), shown=min(40, count)
    )


def _trend(say):
    weeks = [{"week": week, "tickets": count} for week, count in enumerate((240, 266, 259, 301), 9)]
    chart = {
        "data": {"values": weeks},
        "width": 560,
        "height": 200,
        "layer": [
            {
                "mark": {"type": "line", "point": True, "color": "#0072B2"},
                "encoding": {
                    "x": {"field": "week", "type": "ordinal", "axis": {"labelAngle": 0}},
                    "y": {"field": "tickets", "type": "quantitative", "title": say["labels"][0]},
                },
            },
            {
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": "#D55E00"},
                "encoding": {"y": {"datum": 295}},
            },
        ],
        "config": {"font": "Liberation Sans, Arial, sans-serif", "view": {"stroke": None}},
    }
    picture = Picture(key="weeks", caption=say["chart"], alt=say["alt"], chart=chart)
    return Section(key="weeks", title=say["chart"], blocks=(picture,))


def of_texts(text, *, picture=True):
    """Return a document whose every text for people is `text`; its keys and its form are sound."""
    cells = tuple(Cell(text=text, value=text, unit=text, tone=tone) for tone in TONES)
    traced = Cell(text=text, trace=Trace(clause=text, target=text, period=text, tickets=(text,)))
    columns = tuple(Column(key=f"c{number}", head=text) for number in range(len(cells)))
    chart = {
        "title": text,
        "description": text,
        "data": {"values": [{"x": text, "y": 1}]},
        "mark": "bar",
        "encoding": {"x": {"field": "x", "type": "nominal", "title": text}, "y": {"field": "y"}},
    }
    blocks = (
        *(Paragraph(text=text, tone=tone) for tone in TONES),
        Bullets(items=(text, text)),
        Bullets(items=(text,), numbered=True),
        Figures(
            key="figures",
            figures=tuple(Figure(label=text, cell=cell, note=text) for cell in (*cells, traced)),
        ),
        Table(key="table", caption=text, columns=columns, rows=(cells, cells, cells), note=text, shown=2),
        *([Picture(key="picture", caption=text, alt=text, chart=chart)] if picture else []),
        Signatures(parties=((text, text),), place_and_date=text, signature=text),
    )
    return Document(
        kind="report",
        title=text,
        language="en",
        heading=(text, text),
        sections=tuple(
            Section(key=f"s{number}", title=text, blocks=blocks if not number else ()) for number in range(3)
        ),
        provenance=((text, text),),
        facts={text: [text]},
    )
