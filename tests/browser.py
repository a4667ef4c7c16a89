"""Pages in a real browser: what axe finds in them, what a print would cut off, what they look like."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import pytest

LEFT_OUT = os.environ.get("SLM_WITHOUT_BROWSER") == "1"
without_browser = pytest.mark.skipif(LEFT_OUT, reason="SLM_WITHOUT_BROWSER=1 leaves browsers out")
WIDTH = 680
"""CSS pixels of a line on A4 upright, between margins of 15 mm."""
HEIGHT = 990


def program():
    """Return the system's Chromium; `make test` installs it."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, "no Chromium: install the system's package `chromium`, or say SLM_WITHOUT_BROWSER=1"
    return found


@dataclass(kw_only=True)
class Shown:
    """A page in a browser, and what it complained of or tried to load."""

    page: object
    complaints: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)

    def axe(self):
        """Return what breaks axe's rules of WCAG 2.2 AA and good practice: rule, and the elements that break it."""
        # The page forbids scripts, which a browser's own tools may run all the same.
        self.page.evaluate(_axe())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{each['id']}: {node['html'][:200]} ({node['failureSummary']})"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def cut_off(self):
        """Return the elements that would reach beyond the right margin of an A4 page when printed."""
        self.page.emulate_media(media="print")
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        return self.page.evaluate(_BEYOND)

    def stops(self, most=200):
        """Return what the tab key reaches, in order, as `tag#id` or `tag: text`."""
        seen = []
        for _ in range(most):
            self.page.keyboard.press("Tab")
            now = self.page.evaluate(_FOCUS)
            if now is None or now in seen:
                return seen
            seen.append(now)
        return seen


_BEYOND = """() => [...document.body.querySelectorAll('*')]
  .filter(each => !each.closest('svg') || each.tagName === 'svg')
  .filter(each => {
    const box = each.getBoundingClientRect();
    const shown = box.width > 1 && box.height > 1;
    return shown && (box.right > innerWidth + 1 || box.left < -1
      || (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== 'visible'));
  })
  .map(each => `${each.tagName.toLowerCase()} ${each.id || each.className || each.textContent.slice(0, 40)}: `
    + `${Math.round(each.getBoundingClientRect().right)} of ${innerWidth}`)"""
_FOCUS = """() => {
  const each = document.activeElement;
  if (!each || each === document.body) return null;
  const name = each.id || each.getAttribute('href') || each.getAttribute('aria-labelledby') || each.textContent;
  return `${each.tagName.toLowerCase()} ${name.slice(0, 60)}`;
}"""


@cache
def _axe():
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@contextmanager
def browser():
    """Start a browser without a network, for the time of some tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=program(), args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        try:
            yield started
        finally:
            started.close()


@contextmanager
def shown(started, content, *, width=1280):
    """Show a page, bytes or text, as a file that a browser opens; requests for anything else are counted and fail."""
    context = started.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    result = Shown(page=page)
    page.on("console", lambda message: result.complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: result.complaints.append(str(error)))

    def answer(route):
        if route.request.url == _HERE:
            route.fulfill(body=content, content_type="text/html; charset=utf-8")
            return
        result.loaded.append(route.request.url)
        route.abort()

    context.route("**/*", answer)
    page.goto(_HERE)
    try:
        yield result
    finally:
        context.close()


_HERE = "http://page.test/"


def axe_violations(started, content):
    """Return what axe finds in a page; empty where all is well."""
    with shown(started, content) as page:
        return page.axe()


def cut_off(started, content):
    """Return what a print of a page on A4 would cut off; empty where all is well."""
    with shown(started, content) as page:
        return page.cut_off()
