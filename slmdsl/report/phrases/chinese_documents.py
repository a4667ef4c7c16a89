"""The templates in Chinese of what formats add to a document."""

from __future__ import annotations

from typing import Final

TEMPLATES: Final[dict[str, str]] = {
    "document.signs": "{name}（{role}）",
    "document.more_rows": "另有 {n} 行未在此列出",
    "document.provenance": "编制依据",
    "document.picture": "图：{caption}",
    "document.on_sheet": "{caption}：见工作表 {sheet}",
    "document.skip": "跳到正文",
    "document.languages": "语言",
    "document.language": "中文",
    "document.contents": "目录",
    "document.page": "第 {page} 页，共 {pages} 页",
    "document.summary": "概要",
    "document.good": "达标",
    "document.bad": "未达标",
    "document.warning": "需要关注",
}
