"""A user's own template: it says all that a document has, and can do nothing else."""

from __future__ import annotations

import errno
import json
import subprocess
import sys

import pytest

from slmdsl.report.document.confined import page_of_template
from slmdsl.report.document.formats import FormatError, rendered
from slmdsl.report.document.own_template import MOST_OUTPUT, chunks, marked_up, told
from slmdsl.report.document.records import record_of
from tests.documents import every_block, of_texts

EVIL = "<script>alert(1)</script>"
SECRET = "s3cret-of-a-file"  # noqa: S105 - what no template may reach
TEMPLATE = """<title>{{ document.title }}</title>
{% for section in document.sections %}{% for block in section.blocks recursive %}
{% if block.kind == "bullets" %}{% for item in block.items %}<li>{{ item }}</li>{% endfor %}
{% elif block.kind == "table" %}{% for row in block.rows %}{% for column in block.columns %}
<td>{{ row[column.key].text }}</td>{% endfor %}{% endfor %}
{% elif block.kind == "picture" %}{{ block.svg }}
{% elif block.kind == "paragraph" %}<p>{{ block.text }}</p>{% endif %}{% endfor %}{% endfor %}"""

# What reaches for what it may not have: Python's insides, files, modules, other texts, unescaped words.
ESCAPES = {
    "class": "{{ ''.__class__ }}",
    "class by key": "{{ ''['__class__'] }}",
    "class by key of a dict": "{{ document['__class__'] }}",
    "class by filter": "{{ '' | attr('__class__') }}",
    "class put together": "{{ ''['__cla' ~ 'ss__'] }}",
    "class in another spelling": "{{ ''['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "subclasses": "{{ ().__class__.__bases__[0].__subclasses__() }}",
    "mro": "{{ [].__class__.__mro__[1] }}",
    "globals of a function": "{{ range.__globals__ }}",
    "globals of a class": "{{ cycler.__init__.__globals__['os'].popen('id').read() }}",
    "globals of another class": "{{ joiner.__init__.__globals__ }}",
    "globals of a namespace": "{{ namespace.__init__.__globals__ }}",
    "this template": "{{ self.__init__.__globals__ }}",
    "this template's blocks": "{{ self._TemplateReference__context }}",
    "the context": "{{ self._TemplateReference__context.environment }}",
    "the loop": "{% for x in [1] %}{{ loop.__class__ }}{% endfor %}",
    "the loop's insides": "{% for x in [1] %}{{ loop._iterator.gi_frame }}{% endfor %}",
    "a macro's function": "{% macro m() %}{% endmacro %}{{ m._func.__globals__ }}",
    "a macro's caller": "{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{% call m() %}{% endcall %}",
    "a generator's frame": "{{ ([1] | map('upper')).gi_frame }}",
    "attributes by map": "{{ [''] | map(attribute='__class__') | join }}",
    "attributes by sum": "{{ [''] | sum(attribute='__class__') }}",
    "attributes by groupby": "{{ [''] | groupby('__class__') | first | first }}",
    "attributes by format": "{{ '{0.__class__}'.format('') }}",
    "attributes by format_map": "{{ '{a.__class__}'.format_map({'a': ''}) }}",
    "attributes by a safe text": "{{ document.sections[0].blocks[0].svg.format.__globals__ }}",
    "a filter by name": "{{ [''] | map('attr', '__class__') | list }}",
    "builtins": "{{ __builtins__ }}",
    "import by function": "{{ __import__('os') }}",
    "import by statement": "{% import 'os' as os %}{{ os.getcwd() }}",
    "from by statement": "{% from 'os' import system %}{{ system('id') }}",
    "include": "{% include '%FILE%' %}",
    "include quietly": "{% include '%FILE%' ignore missing %}{{ nothing }}",
    "extends": "{% extends '%FILE%' %}",
    "open": "{{ open('%FILE%').read() }}",
    "unescaped by filter": "{{ document.title | safe }}",
    "unescaped by block": "{% autoescape false %}{{ document.title }}{% endautoescape %}",
    "unescaped by variable": "{% set off = false %}{% autoescape off %}{{ document.title }}{% endautoescape %}",
    "another page each time": "{{ [1, 2] | random }}",
    "words of a library": "{{ lipsum() }}",
    "what is not there": "{{ document.secret }}",
    "a name that is not there": "{{ config }}",
    "a change of what it is handed": "{{ document.sections.append(1) }}",
    "a change of a dict": "{{ document.update({'title': 'x'}) }}",
    "texts by shape": "{{ '%s' % document }}",
    "a tag of an extension": "{% do document.clear() %}",
    "a debugger": "{% debug %}",
}
# What would never end, or fill the memory.
FLOODS = {
    "products of texts": "{{ 'a' * 10000000000 }}",
    "products of lists": "{{ [0] * 10000000000 }}",
    "powers": "{{ 9 ** 9 ** 9 }}",
    "a range": "{{ range(1000000000) | list }}",
}
CONFINED_FLOODS = {
    "a wide text": "{{ 'a'.ljust(99999999999) }}",
    "a centred text": "{{ 'a' | center(99999999999) }}",
    "a shaped text": "{{ '{:>99999999999}'.format('a') }}",
    "a doubled text": "{% set n = namespace(a='xxx') %}{% for i in range(60) %}{% set n.a = n.a ~ n.a %}{% endfor %}",
    "a replaced text": "{{ ('a' * 100000) | replace('a', 'b' * 100000) }}",
    "a batch": "{{ [1] | batch(9999999999, 0) | list }}",
    "loops in loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "macros in macros": "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(60) }}",
}


@pytest.fixture(scope="module")
def records():
    return [marked_up(record_of(of_texts(EVIL, picture=False)))]


def made(template, records):
    return "".join(chunks(template, records))


def test_the_cases_are_forty():
    assert len(ESCAPES) + len(FLOODS) + len(CONFINED_FLOODS) >= 40


@pytest.mark.parametrize("case", ESCAPES)
def test_no_template_escapes(case, records, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    before = json.dumps(records)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever the sandbox says, `told` makes words of it
        made(ESCAPES[case].replace("%FILE%", str(secret)), records)
    words = told(caught.value)
    assert SECRET not in words
    assert "0x" not in words  # nor what is where in memory
    assert json.dumps(records) == before


@pytest.mark.parametrize("case", FLOODS)
def test_no_template_floods(case, records):
    with pytest.raises(Exception, match=r"too large|too big|range") as caught:
        made(FLOODS[case], records)
    assert told(caught.value).startswith("line 1: ")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other limits")
def test_its_process_opens_no_file(tmp_path):
    (tmp_path / "secret").write_text(SECRET)
    code = """if True:
        import sys
        from slmdsl.report.document.own_template import _confine
        _confine(5, 1 << 30)
        for mode in ("r", "w", "a"):
            try:
                open(sys.argv[1], mode)
            except OSError as error:
                print(error.errno)
    """
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "secret"], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [str(errno.EMFILE)] * 3
    assert (tmp_path / "secret").read_text() == SECRET


@pytest.mark.parametrize("case", CONFINED_FLOODS)
def test_no_template_takes_all_memory_or_time(case):
    with pytest.raises(FormatError, match=r"memory|time|seconds"):
        page_of_template([of_texts("x", picture=False)], CONFINED_FLOODS[case], seconds=1, memory=256 << 20)


def test_a_page_without_end_is_cut(records):
    template = "{% for a in range(60000) %}{{ 'x' * 1000 }}{% endfor %}"
    with pytest.raises(Exception, match=f"more than {MOST_OUTPUT >> 20} MiB"):
        made(template, records)


def test_texts_are_escaped_however_they_are_put(records):
    template = """{{ document.title }}{{ document.title ~ '' }}{{ [document.title] | join }}{{ document.title | upper }}
    {% set x %}{{ document.title }}{% endset %}{{ x }}{% macro m(t) %}{{ t }}{% endmacro %}{{ m(document.title) }}
    {{ document.title | replace('a', 'b') }}{{ document.title | indent }}{{ document | tojson }}"""
    page = made(template, records)
    assert "<script" not in page.lower()
    assert page.count("&lt;script&gt;") >= 5


def test_a_template_says_what_a_document_has():
    page = rendered([every_block("en", missed=2)], ".html", template=TEMPLATE).decode()
    assert "<title>Service report for March 2027</title>" in page
    assert "<li>Two more people on call from April on</li>" in page
    assert "<td>p1_first_response</td>" in page
    assert page == rendered([every_block("en", missed=2)], ".html", template=TEMPLATE).decode()


def test_a_picture_stands_in_a_page_and_its_texts_are_texts():
    template = "{% for b in document.sections[0].blocks if b.kind == 'picture' %}{{ b.svg }}{% endfor %}"
    page = rendered([of_texts(EVIL)], ".html", template=template).decode()
    assert page.startswith("<svg")
    assert "<script" not in page


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("\n\n{{ nope }}", "line 3: 'nope' is undefined"),
        ("{% for %}", "line 1: "),
        ("{{ document.title + 1 }}", "line 1: TypeError"),
        ("{% include 'x' %}", "line 1: a template stands alone: `include` reads no file"),
    ],
)
def test_its_author_is_told_what_is_wrong_and_where(template, words):
    with pytest.raises(FormatError) as caught:
        page_of_template([of_texts("x", picture=False)], template)
    assert caught.value.message.startswith(words)
    assert "DESIGN.md" in caught.value.help


def test_a_template_makes_pages_alone():
    with pytest.raises(FormatError, match=r"makes a page, and no `\.pdf`"):
        rendered([every_block()], ".pdf", template="x")
