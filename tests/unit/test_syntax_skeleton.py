"""The shape of a text: statements, blocks, comments, and what is wrong with the layout."""

from slmdsl.syntax.skeleton import skeleton
from slmdsl.syntax.source_text import SourceText


def shape(text):
    return skeleton(SourceText(text, "x.slm"))


def words(statement):
    return " ".join(token.text for token in statement.tokens)


def test_statements_and_blocks():
    found = shape('import "a.slm"\nload l {\n  incidents {\n    step s { works 1 h }\n  }\n}\n')
    assert [words(each) for each in found.statements] == ['import "a.slm"', "load l"]
    (stream,) = found.statements[1].block.statements
    (step,) = stream.block.statements
    (works,) = step.block.statements
    assert [words(each) for each in (stream, step, works)] == ["incidents", "step s", "works 1 h"]


def test_a_statement_knows_its_place():
    text = 'team a {\n  known as "x"\n}\nteam b\n'
    first, second = shape(text).statements
    assert text[first.start : first.end] == 'team a {\n  known as "x"\n}'
    assert text[second.start : second.end] == "team b"


def test_the_end_of_a_block_that_does_not_end():
    text = 'team a {\n  known as "x"\n'
    (found,) = shape(text).statements
    assert text[found.start : found.end] == 'team a {\n  known as "x"'
    (empty,) = shape("team a {\n").statements
    assert empty.end == len("team a {")


def test_comments_keep_their_place():
    found = shape("# first\nteam a # second\n  # third\n")
    assert [(each.text, each.alone, each.start) for each in found.comments] == [
        ("# first", True, 0),
        ("# second", False, 15),
        ("# third", True, 26),
    ]


def test_a_comment_sign_in_a_text_is_no_comment():
    assert shape('team a "#1"\n').comments == ()


def test_a_value_map_is_part_of_its_statement():
    text = 'source s {\n  state "x" as {\n    "a" new # comment\n    * active\n  }\n  kind incident\n}\n'
    first, second = shape(text).statements[0].block.statements
    assert words(first) == 'state "x" as { "a" new * active }'
    assert words(second) == "kind incident"


def test_a_value_map_on_the_line_of_its_block():
    (found,) = shape('source s { state "x" as { * new } }\n').statements[0].block.statements
    assert words(found) == 'state "x" as { * new }'


def test_prose_is_a_statement_of_its_own():
    prose, after = (
        shape('sla x {\n  """\n  Text { } # "\n  """\n  counts per_stay\n}\n').statements[0].block.statements
    )
    assert prose.is_prose
    assert words(after) == "counts per_stay"


def test_a_declaration_at_the_margin_closes_what_is_open():
    found = shape("load l {\n  incidents {\nteam t {\n}\n")
    assert [words(each) for each in found.statements] == ["load l", "team t"]
    assert [each.code for each in found.diagnostics] == ["SLM008", "SLM008"]


def test_a_brace_on_a_line_of_its_own_belongs_to_the_line_before():
    found = shape("team a\n{\n}\n")
    assert [words(each) for each in found.statements] == ["team a"]
    assert found.statements[0].block is not None
    assert [each.code for each in found.diagnostics] == ["SLM115"]


def test_source_text_finds_places():
    source = SourceText("ab\ncd\n", "x.slm")
    span = source.span(4, 5)
    assert (span.line, span.column, span.place) == (2, 2, "x.slm:2:2")
    assert (source.line_at(4), source.column_at(4), source.line_start(2), source.lines) == (2, 2, 3, 2)
    assert source.longest_line == 2


def test_an_empty_text():
    found = shape("")
    assert (found.statements, found.comments, found.diagnostics) == ((), (), ())
