"""Agreements as documents: all that ship, in both languages; what their clauses, examples and amounts say."""

import json
import re
from fractions import Fraction

import pytest

import slmdsl
from slmdsl.base.shipped import shipped
from slmdsl.base.units import Money
from slmdsl.report.agreement.document import agreement_document
from slmdsl.report.agreement.drafts import Chapter, Clause, numbered, refer
from slmdsl.report.document.formats import rendered
from slmdsl.report.document.tree import Bullets, Paragraph, Signatures, Table
from tests.agreement_texts import WHOLE

MODELS = shipped("models")
PROJECTS = [
    *(MODELS / name for name in ("acme", "outsourcing", "starter", "templates", "cloud")),
    *sorted((MODELS / "demo").glob("*.slm")),
]
LANGUAGES = ("en", "zh")
HAN = re.compile(r"[\u4e00-\u9fff]")
NUMBER = re.compile(r"^(\d+(?:\.\d+)+) ")


@pytest.fixture(scope="module")
def acme():
    return slmdsl.load(MODELS / "acme")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    (folder / "whole.slm").write_text(WHOLE, encoding="utf-8")
    return slmdsl.load(folder)


def paragraphs(document):
    return [block.text for block in document.blocks() if isinstance(block, Paragraph)]


def table(document, key):
    return next(each for each in document.tables() if each.key == key)


def words(document, key):
    return [tuple(cell.text for cell in row) for row in table(document, key).rows]


def sections(document):
    def of(section):
        yield section
        for each in section.sections:
            yield from of(each)

    return [found for each in document.sections for found in of(each)]


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.stem)
def test_every_shipped_agreement_is_a_document(path):
    spec = slmdsl.load(path)
    assert spec.contract.agreements
    for name, agreement in spec.contract.agreements.items():
        for language in LANGUAGES:
            document = agreement_document(spec.contract, name, language, backing=True)
            for suffix in (".md", ".json"):
                assert rendered([document], suffix)
            keys = [each.key for each in sections(document)]
            assert len(set(keys)) == len(keys)
            tables = [each.key for each in document.tables()]
            assert len(set(tables)) == len(tables)
            traces = [row[0].trace for row in table(document, "levels").rows]
            assert [each.target for each in traces] == [each.qualified for each in agreement.targets]
            assert [each.clause for each in traces] == [each.span.where for each in agreement.targets]
            texts = [document.title, *document.heading, *paragraphs(document)]
            assert not any("\ue000" in text or "{" in text for text in texts)


@pytest.mark.parametrize("name", ["tickets", "uptime", "money", "scores", "inner", "outer"])
def test_every_clause_is_said_in_chinese(whole, name):
    document = agreement_document(whole.contract, name, "zh")
    own = {"Mailboxes for all.", "What is promised of tickets."}
    for text in paragraphs(document):
        assert HAN.search(text) or any(text.endswith(each) for each in own), text


def test_clauses_are_numbered_without_holes_and_referred_to_by_their_numbers(acme):
    document = agreement_document(acme.contract, "acme_gold")
    numbers = [NUMBER.match(text)[1] for text in paragraphs(document)]
    titles = [each.title.partition(" ")[0] for each in sections(document)]
    known = [*titles, *numbers]
    assert len(set(known)) == len(known)
    for number in known:
        before, _, last = number.rpartition(".")
        assert int(last) == 1 or f"{before}.{int(last) - 1}".strip(".") in known
    said = " ".join(paragraphs(document))
    referred = re.findall(r"(?:clause|chapter) (\d+(?:\.\d+)*)", said)
    assert referred
    assert set(referred) <= set(known)


def test_a_chapter_without_anything_in_it_has_no_number():
    chapters = [
        Chapter(key="first", title="First", items=(Clause(text=f"see {refer('third')}"),)),
        Chapter(key="second", title="Second"),
        Chapter(
            key="third",
            title="Third",
            items=(Bullets(items=(refer("told"), refer("nobody"))), Clause(text="x", key="told")),
        ),
    ]
    found, numbers = numbered(chapters)
    assert [each.title for each in found] == ["1 First", "2 Third"]
    assert found[0].blocks == (Paragraph(text="1.1 see 2"),)
    assert found[1].blocks[0].items[0] == "2.1" == numbers["told"]
    assert "nobody" in found[1].blocks[0].items[1]


def test_the_amounts_are_those_of_the_credit_code(acme):
    document = agreement_document(acme.contract, "acme_gold")
    assert words(document, "worked-mail_up") == [
        ("99.9 %", "–", "nothing", "nothing"),
        ("99.89 %", "2 % × EUR 42,000", "EUR 840", "EUR 840"),
        ("99.5 %", "2 % × EUR 42,000", "EUR 840", "EUR 840"),
        ("99.49 %", "5 % × EUR 42,000", "EUR 2,100", "EUR 2,100"),
        ("99.2 %", "5 % × EUR 42,000", "EUR 2,100", "EUR 2,100"),
        ("99 %", "5 % × EUR 42,000", "EUR 2,100", "EUR 2,100"),
        ("98.9 %", "10 % × EUR 42,000", "EUR 4,200", "EUR 4,200"),
    ]
    cell = table(document, "worked-mail_up").rows[1][2]
    assert (cell.value, cell.unit) == (Money(currency="EUR", minor=84_000), "EUR")
    misses = words(document, "worked-p1_fix")
    assert misses[0] == ("1 miss", "1 × EUR 750", "EUR 750", "EUR 750")
    assert misses[-1] == ("10 misses", "10 × EUR 750", "EUR 7,500", "EUR 6,300"), (
        "15 % of the fee is the most"
    )
    assert words(document, "worked-p2_fix") == [
        ("missed in 3 months in a row", "5 % × EUR 42,000", "EUR 2,100", "EUR 2,100")
    ]


def test_a_share_of_a_quarter_is_of_three_fees_and_a_flat_credit_is_for_a_missed_period(whole):
    document = agreement_document(whole.contract, "money")
    assert words(document, "worked-mean") == [
        ("5 h", "–", "nothing", "nothing"),
        ("5 h 1 min", "3 % × 3 × EUR 42,000", "EUR 3,780", "EUR 3,780"),
        ("7 h", "3 % × 3 × EUR 42,000", "EUR 3,780", "EUR 3,780"),
        ("7 h 1 min", "EUR 4,000", "EUR 4,000", "EUR 4,000"),
    ]
    later = words(document, "worked-later")
    assert later[0] == ("missed", "1.5 % × EUR 42,000", "EUR 630", "EUR 630")


def test_points_have_no_currency(whole):
    document = agreement_document(whole.contract, "scores", "zh")
    assert words(document, "worked-reopened") == [
        ("2%", "–", "无", "无"),
        ("2.1%", "1.5 分", "1.5 分", "1.5 分"),
        ("3%", "1.5 分", "1.5 分", "1.5 分"),
        ("3.1%", "2 分", "2 分", "2 分"),
    ]
    assert table(document, "worked-reopened").rows[1][2].value == Fraction(3, 2)


def test_all_at_once_is_capped():
    spec = slmdsl.load(MODELS / "outsourcing")
    said = " ".join(paragraphs(agreement_document(spec.contract, "outsourcing")))
    assert "their credits add up to 19 points, of which 12 points is credited after limits." in said


def test_an_example_is_told_with_the_steps_of_its_clock(acme):
    document = agreement_document(acme.contract, "acme_gold")
    assert words(document, "example-p2_fix-1") == [
        ("Friday 2027-03-05 17:00 CET", "the clock starts", "runs", "0 s"),
        ("Friday 2027-03-05 17:30 CET", "the ticket waits for the customer", "stands still", "30 min"),
        ("Monday 2027-03-08 09:00 CET", "the ticket is active", "runs", "30 min"),
        ("Monday 2027-03-08 17:00 CET", "the ticket is resolved", "has stopped", "8 h"),
    ]
    note = table(document, "example-p2_fix-1").note
    assert note == "The limit is 8 h. It is reached on Monday 2027-03-08 17:00 CET."
    said = " ".join(paragraphs(document))
    assert "is opened on 2027-03-05 17:00, waits for the customer from 2027-03-05 17:30 on" in said
    assert "The credit is EUR 2,100 (5 % × EUR 42,000), before limits." in said
    assert words(document, "example-p2_fix-3")[-1] == (
        "Tuesday 2027-03-09 10:30 CET",
        "looked at",
        "runs",
        "17 h",
    )


def test_holidays_are_listed_by_date(acme):
    document = agreement_document(acme.contract, "acme_gold")
    assert words(document, "hours-1-NL") == [
        ("2027", "01-01, 03-26, 03-28, 03-29, 04-27, 05-06, 05-16, 05-17, 12-25 and 12-26")
    ]


def test_other_customers_are_not_named(acme):
    for language in LANGUAGES:
        text = rendered([agreement_document(acme.contract, "acme_gold", language)], ".md").decode()
        assert "Acme Logistics" not in text
        assert "Acme franchise" not in text


def test_what_backs_it_is_listed_when_asked(acme):
    assert not [
        each for each in sections(agreement_document(acme.contract, "acme_gold")) if each.key == "backing"
    ]
    listed = words(agreement_document(acme.contract, "acme_gold", backing=True), "backing")
    assert [row[0] for row in listed][-1] == "HostCo master agreement (hostco_base)"
    assert len(listed) == 4


def test_earlier_versions_of_the_project_are_listed(tmp_path):
    text = """
provider a {
}
customer b {
}
"""
    for version, old in (("1", None), ("2", "1"), ("3", "2")):
        supersedes = f' supersedes "{old}"' if old else ""
        text += f"""
sla v{version} {{
  between a and b
  valid 202{version}-01-01 .. 202{version}-12-31
  version "{version}"{supersedes}
  target fix: resolution of incidents within 4 h for 90% each month
}}
"""
    (tmp_path / "a.slm").write_text(text, encoding="utf-8")
    contract = slmdsl.load(tmp_path).contract
    assert [row[:2] for row in words(agreement_document(contract, "v3"), "versions")] == [
        ("3", "2"),
        ("2", "1"),
        ("1", "–"),
    ]


def test_both_sign(acme):
    document = agreement_document(acme.contract, "acme_gold", "zh")
    (signed,) = [each for each in document.blocks() if isinstance(each, Signatures)]
    assert signed.parties == (("Globex IT Services", "承诺方"), ("Acme Retail BV", "接受方"))


def test_the_public_function_says_what_it_was_made_from(acme):
    document = slmdsl.document(acme, "acme_gold", language="zh")
    assert any(words.startswith("sha256:") for _, words in document.provenance)
    assert rendered([document], ".json") == rendered(
        [slmdsl.document(acme, "acme_gold", language="zh")], ".json"
    )
    facts = json.loads(rendered([document], ".json"))["documents"][0]["facts"]
    assert facts["levels"]["p1_fix"]["where"].startswith("agreement.slm:")
    with pytest.raises(KeyError, match="no agreement is called"):
        slmdsl.document(acme, "acme_platinum")


def test_a_table_is_a_table(acme):
    document = agreement_document(acme.contract, "acme_gold")
    assert all(len(row) == len(each.columns) for each in document.tables() for row in each.rows)
    assert isinstance(table(document, "levels"), Table)


@pytest.mark.parametrize(
    ("language", "once", "messages"),
    [
        ("en", "This concerns the displayed due time only", "a message goes to the owner of the service"),
        ("zh", "此条只涉及所显示的到期时间", "响应时限用去 50% 时：通知服务负责人"),
    ],
)
def test_what_is_shown_as_due_is_said_once_and_steps_read_as_sentences(acme, language, once, messages):
    document = agreement_document(acme.contract, "acme_gold", language)
    texts = paragraphs(document)
    assert sum(once in text for text in texts) == 1
    assert any(messages in text for text in texts)


def test_the_chinese_text_names_roles_in_its_own_brackets_and_replies_that_end_by_solving(acme):
    document = agreement_document(acme.contract, "acme_gold", "zh")
    assert "Globex IT Services（承诺方）" in rendered([document], ".md").decode()
    assert any("得到答复，或其工单得到解决" in text for text in paragraphs(document))
