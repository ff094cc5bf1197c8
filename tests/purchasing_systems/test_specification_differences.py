"""What changed between two texts."""

from portal.purchasing_systems.rules.differences import Gap, Pair, differences, only_changes
from portal.purchasing_systems.rules.sections import section_problem, sections_in


def test_words_are_marked_within_a_paragraph() -> None:
    (one,) = differences("We expect visits.", "We expect weekly visits.")
    assert one == Pair((("", "We expect "), ("", "visits.")), (("", "We expect "), ("ins", "weekly "), ("", "visits.")))
    assert one.changed


def test_another_paragraph_is_taken_away_and_put_in() -> None:
    gone, come = differences("Alpha beta gamma.", "Wholly different words here")
    assert (gone.old, gone.new) == ((("del", "Alpha beta gamma."),), ())
    assert (come.old, come.new) == ((), (("ins", "Wholly different words here"),))


def test_nothing_is_lost_and_nothing_invented() -> None:
    old, new = "## A\n\none two\n\n- x\n- y", "## A\n\none three two\n\n- y\n\nend"
    pairs = differences(old, new)
    before = ["".join(text for _, text in p.old) for p in pairs if p.old]
    after = ["".join(text for _, text in p.new) for p in pairs if p.new]
    assert before == ["## A", "one two", "- x", "- y"]
    assert after == ["## A", "one three two", "- y", "end"]


def test_what_is_the_same_is_left_out() -> None:
    same = "\n".join(f"Paragraph {n}" for n in range(9))
    shown = only_changes(differences(same, f"{same}\nLast"))
    assert shown[0] == Gap(8)
    assert isinstance(shown[-1], Pair)
    assert len(shown) == 3


def test_a_text_as_its_sections() -> None:
    assert sections_in("Before.\n\n## One\n\nText\n## Two\n- a") == [("", "Before."), ("One", "Text"), ("Two", "- a")]
    assert sections_in("") == []
    assert section_problem("a\n## b")
    assert section_problem("a ## b") is None
