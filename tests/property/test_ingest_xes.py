"""Plain traces are read without a parser of XML, and alike: whatever is written, both ways tell the same."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slmdsl.ingest import LIMITS, IngestError
from slmdsl.ingest.xes_plain import END, plain_events
from slmdsl.ingest.xes_records import XesWalk
from tests.ingest_plans import HERE

OWN = {"concept:name": 0, "time:timestamp": 1, "a": 2, "longer than eight": 3}
OF_TRACE = {"concept:name": 4, "a": 5}

texts = st.text(
    st.one_of(st.sampled_from("ab /=é漢&<'"), st.characters(blacklist_categories=("Cs", "Cc"))), max_size=12
).filter(lambda text: "\ufffe" not in text and "\uffff" not in text)
keys = st.sampled_from([*OWN, "other", "concept", "concept:namf", "b"])
types = st.sampled_from(["string", "date", "int", "float", "boolean", "id"])
blanks = st.sampled_from(["", "\n", "\n\t\t", " ", "\r\n"])


def escaped(text):
    for plain, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(plain, written)
    return text


@st.composite
def attributes(draw):
    told = draw(st.dictionaries(keys, st.tuples(types, texts), max_size=5))
    end = draw(st.sampled_from(["/>", " />"]))
    return [f'<{kind} key="{key}" value="{escaped(text)}"{end}' for key, (kind, text) in told.items()]


@st.composite
def traces(draw):
    blank = draw(blanks)
    parts = []
    for _ in range(draw(st.integers(1, 4))):
        parts += ["<trace>", *draw(attributes())]
        for _ in range(draw(st.integers(0, 4))):
            parts += ["<event>", *draw(attributes()), "</event>"]
        parts.append("</trace>")
    return (blank + blank.join(parts)).encode()


def parsed(text):
    """The events by the parser of XML, and which are broken; None where it refuses the text."""
    walk = XesWalk(OWN, OF_TRACE, 6, "log.xes", HERE, LIMITS)
    try:
        walk.feed(b"<log>" + text + b"</log>")
        walk.finish()
    except IngestError:
        return None
    _, cells, broken = walk.take()
    return [list(column) for column in zip(*cells, strict=True)] or [[]] * 6, broken


def shown(columns):
    return None if columns is None else [column.to_list() for column in columns]


@given(traces())
def test_plain_traces_are_read_alike(text):
    assert (shown(plain_events(text, OWN, OF_TRACE)), {}) == parsed(text)


bytes_that_matter = st.one_of(
    st.sampled_from([bytes([each]) for each in b"<>\"'&;/= \t\n\0\xff!?-[ketv"]),
    st.sampled_from(
        [
            *(
                b"<!--",
                b"-->",
                b"<![CDATA[",
                b"]]>",
                b"<?x ?>",
                b"<event>",
                b"</event>",
                b"<trace>",
                b"</trace>",
            ),
            *(
                b"&amp;",
                b"&#65;",
                b"&apos;",
                b"&no;",
                b'<string key="a" value="x"/>',
                b'<list key="a"/>',
                b"<x/>",
            ),
            *(
                b'<string key="a" value="x">',
                b"</string>",
                b' key="',
                b' value="',
                b"<DATE ",
                b"\xe2\x80\xa8",
            ),
        ]
    ),
)


@given(
    traces(), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 9), bytes_that_matter), max_size=3)
)
@example(b"<trace></trace>", [(0, 0, b"")])
@example(b'<trace><event><string key="z" value=""/></event></trace>', [(39, 0, b"\xff")])
@example(b'<trace><event><string key="z" value=""/></event></trace>', [(39, 0, b"\xef\xbf\xbf")])
def test_what_is_not_plain_is_left_to_the_parser(text, changes):
    for place, gone, new in changes:
        at = place % (len(text) + 1)
        text = text[:at] + new + text[at + gone :]
    text = text[: text.rfind(END) + len(END)]
    quick = shown(plain_events(text, OWN, OF_TRACE))
    if quick is not None:
        assert (quick, {}) == parsed(text)


@pytest.mark.parametrize(
    "text",
    [
        b'<trace><string key="a" value="x"/><string key="a" value="y"/><event></event></trace>',
        b'<trace><event></event><string key="a" value="x"/></trace>',
        b'<trace><event><list key="a"><string key="a" value="x"/></list></event></trace>',
        b"<trace><event/></trace>",
        b"<trace><!-- --></trace>",
        b"<trace><event>text</event></trace>",
        b'<trace><event><string key="a" value="1\n2"/></event></trace>',
        b'<trace><event><string key="a" value="&#65;"/></event></trace>',
        b'<trace><event><string value="x" key="a"/></event></trace>',
        b"<trace><event></trace></event></trace>",
        b'<trace><event><string key="a" value="\xff"/></event></trace>',
        b"",
        b"   ",
    ],
)
def test_what_is_left_to_the_parser(text):
    assert plain_events(text, OWN, OF_TRACE) is None


def test_no_wanted_attribute():
    assert plain_events(b"<trace><event></event></trace>", {"a": 0}, {}) is not None
    columns = plain_events(b"<trace><event></event></trace>", {"a": 0}, {"b": 1})
    assert columns is not None
    assert shown(columns) == [[None], [None]]
