"""Minutes as councils publish them, read into drafts: five seeds by equality, any text without loss."""

import re
import textwrap
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.decisions.minutes import (
    KINDS,
    LONGEST,
    ROUTES,
    KeyFacts,
    Part,
    ReadMinute,
    ReadResolution,
    TermFact,
    phrases_in,
    read_minute,
)
from portal.decisions.minutes.sections import PARTS

SEEDS = Path(__file__).parent / "seeds"
NAMES = ("strategy", "frameworks", "supported_living", "extension_notice", "extra_care")


def seed(name: str) -> str:
    return (SEEDS / f"{name}.txt").read_bytes().decode()


def told(resolution: ReadResolution) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...], str]]:
    """Kind, words, holders, consulted, note of each phrase."""
    return [(p.kind, resolution.text[p.start : p.end], p.holders, p.consulted, p.note) for p in resolution.phrases]


def plain(kind: str, words: str, note: str = "") -> tuple[str, str, tuple[str, ...], tuple[str, ...], str]:
    return (kind, words, (), (), note)


HEAD = "Head of Children’s Social Care"
MEMBER = "Cabinet Member for Children, Schools and Safeguarding"
INTERIM = "Interim Director for Adult Social Care"
ADULT_MEMBER = "Cabinet Member - Adult Social Care"


class TestStrategy:
    """Sefton's Cabinet, 3 September 2020, minute 32."""

    minute = read_minute(seed("strategy"))

    def test_the_head_names_meeting_day_item_and_report(self) -> None:
        minute = self.minute
        assert minute.title == "Implementing the Children and Young People's Commissioning Strategy"
        assert (minute.item, minute.body, minute.route) == ("32", "Cabinet", "cabinet")
        assert minute.taken_on == date(2020, 9, 3)
        assert minute.report_of == "Executive Director of Children’s Social Care and Education"
        assert len(minute.summary) == 2
        assert minute.summary[0].startswith("The Cabinet considered the report of the Head of Children’s Social Care")
        assert minute.key is None
        assert minute.unread == ()

    def test_five_resolutions_stand_word_for_word(self) -> None:
        assert [(r.number, r.heading) for r in self.minute.resolutions] == [(n, "") for n in "12345"]
        assert [r.text for r in self.minute.resolutions] == [
            (
                "the involvement of Sefton in the procurement exercise and subsequent use of the Partner Provider Agreement (PPA), to be "
                "led by Liverpool City Region as part of regional joint working arrangements, encompassing a Flexible Purchasing System "
                "(FPS) being implemented for the provision of Residential and Foster Services for children and young people, be approved;"
            ),
            (
                "the Head of Children’s Social Care in consultation with the Cabinet Member for Children, Schools and Safeguarding be "
                "granted delegated authority regarding matters in relation to the development of the Provider Partner Agreement (PPA), "
                "acknowledging that such decisions will be collective decisions by all participating authorities;"
            ),
            (
                "following its establishment, the use of the Provider Partner Agreement (PPA) for the future procurement of Residential "
                "and Foster Services for children and young people, where an options appraisal, as described in the report, has "
                "determined it to be the most appropriate approach, be authorised;"
            ),
            (
                "delegated authority be granted to the Head of Children’s Social Care and nominated Service Managers in the awarding of "
                "any contracts called off the Provider Partner Agreement (PPA); and"
            ),
            (
                "the block contracting arrangement as described in paragraphs 5.5 of the report, via a direct award using the previously "
                "approved North West Flexible Purchasing System, be approved and the Head of Children’s Social Care in consultation with "
                "the Cabinet Member for Cabinet Member for Children, Schools and Safeguarding be granted delegated authority to the "
                "awarding of any further block contracting arrangements from this purchasing system or the PPA when in place."
            ),
        ]

    def test_their_phrases_name_who_with_whom_and_on_which_condition(self) -> None:
        one, two, three, four, five = map(told, self.minute.resolutions)
        assert one == [plain("approve", "be approved")]
        assert two == [
            (
                "in_consultation",
                f"{HEAD} in consultation with the {MEMBER} be granted delegated authority",
                (HEAD,),
                (MEMBER,),
                "",
            ),
            plain("collective", "collective decisions by all participating authorities"),
        ]
        assert three == [
            plain("condition", "following its establishment"),
            plain(
                "condition",
                "where an options appraisal, as described in the report, has determined it to be the most appropriate approach",
            ),
            plain("authorise", "be authorised"),
        ]
        assert four == [
            (
                "post_and_nominated",
                f"delegated authority be granted to the {HEAD} and nominated Service Managers",
                (HEAD, "nominated Service Managers"),
                (),
                "",
            ),
            plain("award", "awarding of any contracts"),
        ]
        assert five == [
            plain("report_paragraph", "as described in paragraphs 5.5 of the report", "5.5"),
            plain("approve", "be approved"),
            (
                "in_consultation",
                f"{HEAD} in consultation with the Cabinet Member for {MEMBER} be granted delegated authority",
                (HEAD,),
                (MEMBER,),
                "Words of a post stand twice in the minute; here they stand once.",
            ),
            plain("award", "awarding of any further block contracting arrangements"),
            plain("alternative_source", "from this purchasing system or the PPA when in place"),
            plain("condition", "when in place"),
        ]

    def test_reasons_keep_their_list_and_the_cut_end_is_said(self) -> None:
        assert [reason.text.split()[:2] for reason in self.minute.reasons] == [
            ["The", "Commissioning"],
            ["a)", "identify"],
            ["b)", "make"],
            ["c)", "encourage"],
            ["d)", "commission"],
            ["If", "approved"],
        ]
        assert self.minute.remarks == (
            "The text is cut off: the page it was copied from says that the full minute is elsewhere.",
            (
                "The heading says the report is the Executive Director of Children’s Social Care and Education’s, the text says it is "
                "the Head of Children’s Social Care’s."
            ),
        )


class TestFrameworks:
    """Sefton's Cabinet, 2015: two frameworks under two headings."""

    minute = read_minute(seed("frameworks"))
    care = "The Care and Support Framework"
    leaving = "The Leaving Care Framework"

    def test_six_resolutions_stand_under_two_headings_word_for_word(self) -> None:
        care, leaving = self.care, self.leaving
        assert self.minute.headings == (care, leaving)
        assert [(r.number, r.heading, r.text) for r in self.minute.resolutions] == [
            (
                "1",
                care,
                (
                    "the Council adopts the renewal of the consortia led “regional purchasing frame work” as its current chosen option in "
                    "relation to the continued identification of providers of care packages for the care and support of Children and Young "
                    "People with extra needs;"
                ),
            ),
            (
                "2",
                care,
                (
                    "the Sefton Commissioning and Procurement Teams be authorised to work on the development of this model, including its "
                    "underpinning service specification in conjunction with their regional colleagues;"
                ),
            ),
            (
                "3",
                care,
                (
                    "the Head of Children’s Social Care be authorised to agree to the Council’s membership of the final version of this "
                    "model and its underpinning service specification, and the subsequent purchase of services from providers included "
                    "on the framework on behalf of Sefton Council when practicable;"
                ),
            ),
            (
                "4",
                care,
                (
                    "the use of “Spot Purchase” in relation to care packages be approved using a legally sound means of procurement as a "
                    "short term contingency measure, should it be required;"
                ),
            ),
            (
                "5",
                leaving,
                (
                    "the Council renew its membership of the Northwest Leaving Care (16+) Purchasing Framework and that it continues to "
                    "procure leaving care services through this framework when practicable; and"
                ),
            ),
            (
                "6",
                leaving,
                (
                    "the Head of Children’s Social Care and Cabinet Member - Children, Schools and Safeguarding be given delegated "
                    "authority to decide on Sefton’s decision in relation to the extension of the leaving care framework at the end of "
                    "year 2 and 3."
                ),
            ),
        ]

    def test_their_phrases(self) -> None:
        one, two, three, four, five, six = map(told, self.minute.resolutions)
        teams = "Sefton Commissioning and Procurement Teams"
        joint = (HEAD, "Cabinet Member - Children, Schools and Safeguarding")
        assert one == [plain("approve", "adopts")]
        assert two == [("work_on", f"{teams} be authorised to work on", (teams,), (), "")]
        assert three == [
            ("sole", f"{HEAD} be authorised to", (HEAD,), (), ""),
            plain("condition", "when practicable"),
        ]
        assert four == [
            plain("approve", "be approved"),
            plain("contingency", "short term contingency measure"),
            plain("condition", "should it be required"),
        ]
        assert five == [plain("approve", "renew its membership"), plain("condition", "when practicable")]
        assert six == [
            ("joint_holders", f"{' and '.join(joint)} be given delegated authority", joint, (), ""),
            plain("extension_point", "at the end of year 2 and 3", "2, 3"),
        ]

    def test_reasons_and_options_stand_under_the_same_headings(self) -> None:
        assert [(reason.heading, reason.text[:17]) for reason in self.minute.reasons] == [
            (self.care, "The option chosen"),
            (self.leaving, "The current frame"),
        ]
        assert [(option.heading, option.option) for option in self.minute.alternatives] == [
            (
                self.care,
                (
                    "The first option related to the Council’s spot purchasing of packages of care from the market as and when they are "
                    "required."
                ),
            ),
            (
                self.care,
                (
                    "The second option related to linking the needs of children and young people with extra care needs to the developing "
                    "Adult Supported Living and Outreach Service for adults with extra needs."
                ),
            ),
            (
                self.leaving,
                (
                    "An alternative approach to finding leaving care services for young people would be to approach each individual case "
                    "as a separate commissioned service."
                ),
            ),
        ]
        assert [option.because[:15] for option in self.minute.alternatives] == [
            "Guidance was so",
            "Whilst this opt",
            "However, this a",
        ]

    def test_a_date_of_something_else_is_not_the_day_of_the_decision(self) -> None:
        assert self.minute.taken_on is None
        assert self.minute.term == (
            TermFact("ends", "30 September, 2015", "comes to an end on the 30 September, 2015"),
        )
        assert (self.minute.title, self.minute.item) == (
            "Northwest Leaving Care Commissioning Framework and Care and Support for Children and Young Peoples Framework",
            "",
        )
        assert self.minute.unread == ()


class TestSupportedLiving:
    """Sefton's Cabinet, minute 63: a copy with table bars and without empty lines."""

    minute = read_minute(seed("supported_living"))

    def test_the_head(self) -> None:
        minute = self.minute
        assert (minute.title, minute.item) == ("Supported Living and Community Support Services", "63")
        assert (minute.body, minute.route, minute.taken_on) == ("Cabinet", "cabinet", None)
        assert minute.report_of == INTERIM
        assert minute.term == (
            TermFact("open_for", "5", "open for a period of 5 years"),
            TermFact("from", "September 2020", "from September 2020"),
        )

    def test_three_resolutions_stand_word_for_word(self) -> None:
        assert [(r.number, r.text) for r in self.minute.resolutions] == [
            (
                "1",
                (
                    "the Interim Director for Adult Social Care be authorised to commence a two-stage procurement exercise for supported "
                    "living and community support services (including floating support), which will create two separate PDPS mechanisms. "
                    "Commencing with an exercise for supported living which will enable new contracts from September 2020 and then "
                    "following this with an exercise to procure services for community support (floating support), which will establish "
                    "an individual PDPS for each;"
                ),
            ),
            (
                "2",
                (
                    "the Interim Director for Social Care in consultation with the Cabinet Member - Adult Social Care be granted delegated "
                    "authority to the making of any decisions regarding the tender evaluation and the development of a new outcome-based "
                    "service specification, such decisions will be made in advance of the procurement exercise commencing; and"
                ),
            ),
            (
                "3",
                (
                    "the Interim Director for Adult Social Care in consultation with Cabinet Member - Adult Social Care be granted "
                    "delegated authority to award the contracts from each of the individual PDPS’s, as detailed in paragraph 3 to the "
                    "report."
                ),
            ),
        ]

    def test_their_phrases(self) -> None:
        one, two, three = map(told, self.minute.resolutions)
        assert one == [
            ("sole", f"{INTERIM} be authorised to", (INTERIM,), (), ""),
            plain("commence", "commence a two-stage procurement exercise"),
            plain(
                "ordered",
                "Commencing with an exercise for supported living which will enable new contracts from September 2020 and then "
                "following this with an exercise to procure services for community support (floating support)",
            ),
        ]
        interim = "Interim Director for Social Care"
        assert two == [
            (
                "in_consultation",
                f"{interim} in consultation with the {ADULT_MEMBER} be granted delegated authority",
                (interim,),
                (ADULT_MEMBER,),
                "",
            ),
            plain("before_commencement", "in advance of the procurement exercise commencing"),
        ]
        assert three == [
            (
                "in_consultation",
                f"{INTERIM} in consultation with {ADULT_MEMBER} be granted delegated authority",
                (INTERIM,),
                (ADULT_MEMBER,),
                "",
            ),
            plain("award", "award the contracts"),
            plain("report_paragraph", "as detailed in paragraph 3 to the report", "3"),
        ]

    def test_two_names_of_one_post_are_pointed_out(self) -> None:
        assert self.minute.remarks == (
            f"The minute names both “Interim Director for Social Care” and “{INTERIM}”. Check whether they are one post.",
        )

    def test_options_are_parted_from_why_they_were_rejected(self) -> None:
        assert [(option.number, option.option, option.because[:21]) for option in self.minute.alternatives] == [
            ("1", "Maintaining the status quo", "this was not consider"),
            (
                "2",
                "Conducting a procurement exercise solely utilising the Liverpool City Region framework",
                "Members will recall C",
            ),
        ]
        assert len(self.minute.reasons) == 1


class TestExtraCare:
    """Sefton's Cabinet, minute 130 of 2018: two members oversee."""

    minute = read_minute(seed("extra_care"))

    def test_two_resolutions_stand_word_for_word_with_their_phrases(self) -> None:
        assert [(r.number, r.text) for r in self.minute.resolutions] == [
            (
                "1",
                (
                    "the commencement of a procurement exercise, to be led by Liverpool City Council as part of LCR joint working "
                    "arrangements, which will encompass a Pseudo Dynamic Purchasing System (PDPS) being implemented from September 2018, "
                    "for the provision of Care and Support services in Extra Care housing be approved; and"
                ),
            ),
            (
                "2",
                (
                    "delegated authority be granted to the Cabinet Member for Adult Social Care and the Cabinet Member for Communities "
                    "and Housing to oversee the work required on the Council’s approach to Extra Care Housing."
                ),
            ),
        ]
        members = ("Cabinet Member for Adult Social Care", "Cabinet Member for Communities and Housing")
        one, two = map(told, self.minute.resolutions)
        assert one == [
            plain("commence", "commencement of a procurement exercise"),
            plain("approve", "be approved"),
        ]
        assert two == [
            (
                "oversee",
                f"delegated authority be granted to the {members[0]} and the {members[1]} to oversee",
                members,
                (),
                "",
            )
        ]

    def test_the_rest(self) -> None:
        minute = self.minute
        assert minute.title == "Liverpool City Region (LCR) Care and Support"
        assert (minute.body, minute.route, minute.report_of) == (
            "Cabinet",
            "cabinet",
            "Director of Social Care and Health",
        )
        assert (len(minute.summary), len(minute.reasons)) == (2, 2)
        assert [(option.number, option.option) for option in minute.alternatives] == [
            ("1", "Maintaining the Status Quo")
        ]
        assert minute.remarks == ()
        assert minute.unread == ()


class TestExtensionNotice:
    """West Sussex, 2020: the notice of an officer's key decision."""

    minute = read_minute(seed("extension_notice"))
    officer = "Executive Director Children, Young People and Learning"

    def test_an_officer_decides_and_there_are_no_resolutions(self) -> None:
        minute = self.minute
        assert minute.title == "Extension of Dynamic Purchasing System for 16+ services"
        assert (minute.body, minute.route) == (self.officer, "officer")
        assert (minute.resolutions, minute.taken_on, minute.report_of) == ((), None, "")
        assert len(minute.summary) == 3

    def test_the_facts_of_the_key_decision(self) -> None:
        assert self.minute.key == KeyFacts(
            type="Key",
            reason="Expenditure > £500,000",
            status="Recommendations Approved",
            divisions="(All Divisions)",
            first_published=date(2020, 9, 28),
            due="November 2020",
            due_by=self.officer,
            representations_until="the beginning of the month in which the decision is due to be taken",
        )
        assert self.minute.consultees == ("Procurement", "Legal", "Finance")
        assert [text[:15] for text in self.minute.representations] == ["Representations"]

    def test_the_term_and_its_extension(self) -> None:
        assert self.minute.term == (
            TermFact("initial", "3", "initial contract term of 3 years"),
            TermFact("ended", "March 2020", "ended in March 2020"),
            TermFact("extension", "two", "extension period of two years"),
        )

    def test_contacts_are_set_apart_and_what_is_not_understood_is_kept(self) -> None:
        assert self.minute.contacts == (
            "Director of Children, Young People and Learning",
            "Director of Children, Young People and Learning",
            "Children's Contracts and Commissioning Manager",
            "Democratic Services Officer",
        )
        assert self.minute.unread == ("Background3: Best Start in Life",)
        assert self.minute.remarks == (
            "The text is the notice of a key decision. It holds no resolutions.",
            "4 lines name a contact. The record of a decision names posts, not persons.",
        )


# Copies that lost something on their way


def draft(minute: ReadMinute) -> list[tuple[str, str, str]]:
    return [(r.number, r.heading, r.text) for r in minute.resolutions]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_resolutions_are_read_without_any_line_break(name: str) -> None:
    text = seed(name)
    assert draft(read_minute(" ".join(text.split()))) == draft(read_minute(text))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n", "\r\n"),
        ("\n", "\r"),
        ("\n", "\n> "),
        (" ", "\u00a0"),
        ("’", "'"),
        ("\n\n", "\n"),
        ("\n", "\n\n\n\n\n"),
        ("the ", "the \u200b"),
        ("\n", "\u2028"),
    ],
)
def test_the_same_draft_is_read_from_another_copy(name: str, old: str, new: str) -> None:
    text = seed(name)
    expected = [(number, heading, words.replace("’", "'")) for number, heading, words in draft(read_minute(text))]
    found = [
        (number, heading, words.replace("’", "'"))
        for number, heading, words in draft(read_minute(text.replace(old, new)))
    ]
    assert found == expected


@pytest.mark.parametrize("name", ["strategy", "frameworks", "supported_living", "extra_care"])
def test_the_same_resolutions_are_read_from_lines_broken_by_the_page(name: str) -> None:
    text = seed(name)
    broken = "\n".join("\n".join(textwrap.wrap(line, 90)) for line in text.split("\n"))
    assert draft(read_minute(broken)) == draft(read_minute(text))


# Small texts


def numbers(text: str) -> list[tuple[str, str]]:
    return [(r.number, r.text) for r in read_minute(text).resolutions]


def test_only_the_next_number_begins_a_resolution() -> None:
    text = "Decision Made: That:\n(1) a period of five (5) years under section (2) be approved;\n(2) it be noted."
    assert numbers(text) == [
        ("1", "a period of five (5) years under section (2) be approved;"),
        ("2", "it be noted."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "RESOLVED: That\n1. the report be noted; and\n2. the plan be approved.",
        "Resolved - that:\na) the report be noted; and\nb) the plan be approved.",
        "Decision:\n(i) the report be noted; and\n(ii) the plan be approved.",
        "It was RESOLVED that: (1) the report be noted; and (2) the plan be approved.",
        "(1) the report be noted; and\n(2) the plan be approved.",
        "Decisions:\n1 | the report be noted; and |\n2 | the plan be approved. |",
        "Resolved (unanimously) – That\n\n(1) the report be noted; and\n\n(2) the plan be approved.",
        "Resolved – that –\n(a) the report be noted; and\n(b) the plan be approved.",
    ],
)
def test_resolutions_are_counted_in_many_ways(text: str) -> None:
    assert [words for _, words in numbers(text)] == ["the report be noted; and", "the plan be approved."]


def test_a_single_resolution_needs_no_number() -> None:
    assert numbers("Decision: That the report be noted.") == [("", "That the report be noted.")]


def test_a_list_within_a_resolution_stays_in_it() -> None:
    text = "Decision:\n(1) the Director of Finance be authorised to:\n(a) buy; and\n(b) sell;\n(2) the plan be noted."
    assert numbers(text) == [
        ("1", "the Director of Finance be authorised to: (a) buy; and (b) sell;"),
        ("2", "the plan be noted."),
    ]


def test_a_number_that_is_missing_is_said() -> None:
    minute = read_minute("Decision:\n(1) it be noted;\n(3) it be approved;\n(4) it be agreed.")
    assert [r.number for r in minute.resolutions] == ["1", "3", "4"]
    assert minute.remarks == ("Resolution (2) could not be found in the text.",)


def test_what_begins_anew_after_the_last_resolution_is_left_unread() -> None:
    minute = read_minute("Decision:\n(1) it be noted;\n(2) it be approved.\n\nThe Chair thanked everybody.")
    assert [r.text for r in minute.resolutions] == ["it be noted;", "it be approved."]
    assert minute.unread == ("The Chair thanked everybody.",)


def test_of_several_items_the_one_before_the_resolutions_is_read() -> None:
    minute = read_minute(
        "CABINET\nThursday, 4th December, 2025\n86. Apologies for Absence\nNo apologies were received.\n\n87. Fostering Services\n"
        "The Cabinet considered the report of the Director of Care.\n\nRESOLVED: That\n\n(1) it be noted; and\n\n"
        "(2) it be approved.\n\n88. Next item\nThe Cabinet noted it."
    )
    assert (minute.title, minute.item, minute.body) == ("Fostering Services", "87", "CABINET")
    assert minute.taken_on == date(2025, 12, 4)
    assert draft(minute) == [("1", "", "it be noted; and"), ("2", "", "it be approved.")]
    assert minute.unread == ("88. Next item", "The Cabinet noted it.")
    assert minute.remarks == (
        "The text holds more than one item. The draft is of the last one before the resolutions.",
    )


@pytest.mark.parametrize(
    ("line", "body", "route", "day"),
    [
        ("Meeting: 03/09/2020 - Cabinet (Item 32)", "Cabinet", "cabinet", date(2020, 9, 3)),
        ("Executive Board - Thursday, 17th September, 2020 2.00 pm", "Executive Board", "cabinet", date(2020, 9, 17)),
        (
            "Meeting: 8 March 2021 - Adult Social Care and Public Health Committee (Item 4)",
            "Adult Social Care and Public Health Committee",
            "committee",
            date(2021, 3, 8),
        ),
        (
            "Decision Maker: Director of Adult Services\nDate of decision: 01/02/2024",
            "Director of Adult Services",
            "officer",
            date(2024, 2, 1),
        ),
        (
            "Decision made by: Cabinet Member for Housing\nDecision date: 1 February 2024",
            "Cabinet Member for Housing",
            "cabinet_member",
            date(2024, 2, 1),
        ),
        (
            "Decision maker: Head of Care and Cabinet Member for Care\nDate: 01/02/2024",
            "Head of Care and Cabinet Member for Care",
            "joint_holders",
            date(2024, 2, 1),
        ),
    ],
)
def test_who_decided_and_when_is_read_from_labels(line: str, body: str, route: str, day: date) -> None:
    minute = read_minute(f"Care at home\n{line}\nDecision:\n(1) the plan be approved.")
    assert (minute.title, minute.body, minute.route, minute.taken_on) == ("Care at home", body, route, day)
    assert minute.route in ROUTES


def test_a_page_of_an_officers_decision_is_read_by_its_labels() -> None:
    minute = read_minute(
        "Decision details\nFoster Care Framework\nDecision Maker: Director of Care\nDecision status: Implemented\n"
        "Is Key decision?: Yes\nIs subject to call in?: Yes\nPurpose:\nTo seek approval to extend.\nDecision:\n"
        "That the Director of Care approves the extension subject to satisfactory performance.\n"
        "Reasons for the decision:\nContinuity.\nAlternative options considered:\nNone.\nPublication date: 05/02/2024\n"
        "Date of decision: 31/01/2024\nAccompanying Documents:\nReport"
    )
    assert (minute.title, minute.body, minute.route) == ("Foster Care Framework", "Director of Care", "officer")
    assert minute.key == KeyFacts(type="Key", status="Implemented")
    assert (minute.summary, minute.taken_on) == (("To seek approval to extend.",), date(2024, 1, 31))
    assert draft(minute) == [
        ("", "", "That the Director of Care approves the extension subject to satisfactory performance.")
    ]
    assert [told(resolution) for resolution in minute.resolutions] == [
        [plain("approve", "approves"), plain("condition", "subject to satisfactory performance")]
    ]
    assert [reason.text for reason in minute.reasons] == ["Continuity."]
    assert [option.option for option in minute.alternatives] == ["None."]
    assert minute.unread == ("Report",)


def test_a_minute_that_gives_its_reasons_first_is_read() -> None:
    minute = read_minute(
        "EXECUTIVE BOARD\n\nAt a meeting of the Executive Board on Thursday, 17 September 2020\n\nEXB38 FOSTERING SERVICES\n\n"
        "The Board considered a report which sought approval.\n\nReason(s) for Decision\n\nThe contract ends.\n\n"
        "Alternative Options Considered and Rejected\n\nDoing nothing.\n\nImplementation Date\n\n1 April 2021.\n\n"
        "RESOLVED: That\n\n1) approval be given to commence procurement; and\n\n2) the Strategic Director, People, in "
        "consultation with the Portfolio Holder for Children, Education and Social Care be authorised to award the contract."
    )
    assert (minute.title, minute.body, minute.route) == ("EXB38 FOSTERING SERVICES", "EXECUTIVE BOARD", "cabinet")
    assert minute.taken_on == date(2020, 9, 17)
    assert [reason.text for reason in minute.reasons] == ["The contract ends."]
    assert minute.unread == ("1 April 2021.",)
    one, two = map(told, minute.resolutions)
    assert one == [plain("approve", "approval be given"), plain("commence", "commence procurement")]
    assert [(kind, holders, consulted) for kind, _, holders, consulted, _ in two] == [
        (
            "in_consultation",
            ("Strategic Director, People",),
            ("Portfolio Holder for Children, Education and Social Care",),
        ),
        ("award", (), ()),
    ]


@pytest.mark.parametrize(
    ("dates", "remark"),
    [
        ("Date of decision: 31/02/2020", "A date in the text is in no calendar. Check the day the decision was taken."),
        (
            "Date of decision: 01/02/2020\nDate of meeting: 02/02/2020",
            "The text gives more than one day for the meeting or the decision. Choose the right one.",
        ),
    ],
)
def test_a_doubtful_day_is_not_guessed(dates: str, remark: str) -> None:
    minute = read_minute(f"Care\n{dates}\nDecision:\n(1) it be noted.")
    assert minute.taken_on is None
    assert remark in minute.remarks


def test_a_year_of_two_digits_is_not_read() -> None:
    assert read_minute("Care\nMeeting: 03/09/20 - Cabinet\nDecision:\n(1) it be noted.").taken_on is None


@pytest.mark.parametrize(
    ("text", "kind", "holders", "consulted"),
    [
        ("That the Director of Finance be authorised to buy.", "sole", ("Director of Finance",), ()),
        (
            "the Director of Finance be authorised, in consultation with the Leader, to buy.",
            "in_consultation",
            ("Director of Finance",),
            ("Leader",),
        ),
        (
            (
                "authority be delegated to the Director of Finance to award contracts, following consultation with the Cabinet Member "
                "for Care and the Monitoring Officer;"
            ),
            "in_consultation",
            ("Director of Finance",),
            ("Cabinet Member for Care", "Monitoring Officer"),
        ),
        (
            "Cabinet delegates authority to the Head of Legal and Democratic Services.",
            "sole",
            ("Head of Legal and Democratic Services",),
            (),
        ),
        (
            "delegated authority be given to the Head of Care or nominated officers to place.",
            "post_and_nominated",
            ("Head of Care", "nominated officers"),
            (),
        ),
        (
            "the Assistant Director of Care and the Chief Finance Officer be granted delegated authority to buy",
            "joint_holders",
            ("Assistant Director of Care", "Chief Finance Officer"),
            (),
        ),
    ],
)
def test_a_grant_is_read_in_either_order(
    text: str, kind: str, holders: tuple[str, ...], consulted: tuple[str, ...]
) -> None:
    grants = [(p.kind, p.holders, p.consulted) for p in phrases_in(text) if p.holders]
    assert grants == [(kind, holders, consulted)]


def test_a_grant_to_nobody_that_can_be_read_says_so() -> None:
    (phrase,) = phrases_in("those concerned be authorised to act")
    assert (phrase.kind, phrase.holders, phrase.note) == ("authorise", (), "Nobody could be read as the holder.")


def test_consultation_belongs_to_the_grant_it_stands_with() -> None:
    text = (
        "the Head of Care be authorised to buy and the Head of Law in consultation with the Leader be authorised to sign, "
        "subject to approval of the budget."
    )
    phrases = phrases_in(text)
    assert [(p.kind, p.holders, p.consulted) for p in phrases if p.holders] == [
        ("sole", ("Head of Care",), ()),
        ("in_consultation", ("Head of Law",), ("Leader",)),
    ]
    assert [text[p.start : p.end] for p in phrases if p.kind == "condition"] == ["subject to approval of the budget"]


@pytest.mark.parametrize("text", ["", "\n \u00a0\n", "\ufeff"])
def test_an_empty_text_says_so(text: str) -> None:
    minute = read_minute(text)
    assert (minute.parts, minute.remarks) == ((), ("There is no text. Paste the minute.",))


def test_a_text_that_is_no_minute_gives_nothing_and_says_so() -> None:
    text = "Dear all,\nthe bus leaves at nine.\n1. Bring a coat\nSee you there"
    minute = read_minute(text)
    assert (minute.title, minute.summary, minute.resolutions) == ("", (), ())
    assert " ".join(minute.unread).split() == text.split()
    assert minute.remarks == (
        "No resolutions could be read in this text. Check that it is a minute, or enter the decision by hand.",
    )


def test_a_text_over_the_limit_is_refused_with_a_sentence() -> None:
    assert read_minute("a " * (LONGEST // 2)).resolutions == ()
    with pytest.raises(ValueError, match=r"^The text has 200,001 characters\. Paste 200,000 or fewer"):
        read_minute("a" * (LONGEST + 1))


# Any text

PIECES = st.sampled_from(
    [
        *re.split(r"(?<=[ \n])", seed("strategy"))[:300],
        "Decision Made: That:",
        "Reasons for the Decision:",
        "Alternative Options Considered and Rejected:",
        "Consultees",
        "Decision type: Key",
        "Date: 31/02/2020",
        "Meeting: 03/09/2020 - Cabinet (Item 32)",
        "Report of the Head of Care",
        "delegated authority be granted to the ",
        " be authorised to ",
        " in consultation with the ",
        " and nominated ",
        "where an options appraisal ",
        "at the end of year 2 and 3",
        "... view the full minutes text for item 32",
        *(f"({n}) " for n in range(1, 8)),
        *(f"\n{n}. " for n in range(1, 4)),
        "\n",
        "\n\n",
        "\r\n",
        "|",
        "; and ",
        ". ",
        "\u00a0",
        "> ",
    ]
)
TEXTS = st.one_of(st.text(max_size=400), st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=120).map("".join))
DROPPED = re.compile("[\\s|>\u00ad\u200b\u2060\ufeff\x1c-\x1f]")


def bare(text: str) -> str:
    """Without whitespace, table bars, quoting marks and what cannot be seen."""
    return DROPPED.sub("", text)


def shown(minute: ReadMinute) -> dict[str, str]:
    """The words of the fields that hold text word for word, by kind of part."""
    return {
        "summary": "".join(minute.summary),
        "resolution": "".join(r.text for r in minute.resolutions),
        "reason": "".join(r.text for r in minute.reasons),
        "interest": "".join(minute.interests),
        "representation": "".join(minute.representations),
        "contact": "".join(minute.contacts),
        "unread": "".join(minute.unread),
    }


def check_nothing_is_lost_or_invented(text: str) -> None:
    minute = read_minute(text)
    assert bare("".join(part.text for part in minute.parts)) == bare(text)
    assert {part.kind for part in minute.parts} <= set(PARTS)
    for kind, words in shown(minute).items():
        assert bare(words) == bare("".join(part.text for part in minute.parts if part.kind == kind)), kind
    assert minute.title in {"", *(part.text for part in minute.parts if part.kind == "title")}
    for option in minute.alternatives:
        assert bare(option.option) in bare(text)
        assert bare(option.because) in bare(text)


def check_resolutions_are_the_texts_own(text: str) -> None:
    for resolution in read_minute(text).resolutions:
        assert resolution.text
        assert bare(resolution.text) in bare(text)
        for phrase in resolution.phrases:
            assert phrase.kind in KINDS
            assert 0 <= phrase.start < phrase.end <= len(resolution.text)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_minute_is_lost_or_invented(name: str) -> None:
    check_nothing_is_lost_or_invented(seed(name))
    check_resolutions_are_the_texts_own(seed(name))


@given(TEXTS)
def test_nothing_of_any_text_is_lost_or_invented(text: str) -> None:
    check_nothing_is_lost_or_invented(text)


@given(TEXTS)
def test_resolutions_are_the_texts_own_and_phrases_lie_inside(text: str) -> None:
    check_resolutions_are_the_texts_own(text)


def test_every_word_of_a_seed_stands_in_one_part() -> None:
    parts = read_minute("Decision Made: That:\n(1) it be noted.\nReasons for the Decision:\nNone").parts
    assert parts == (
        Part("label", "Decision Made:"),
        Part("lead", "That:"),
        Part("number", "(1)"),
        Part("resolution", "it be noted."),
        Part("label", "Reasons for the Decision:"),
        Part("reason", "None"),
    )


HOSTILE = [
    "(1) " * 50_000,
    "Head of " * 25_000,
    "Decision:\n" + "the Head of Care be authorised to " * 5_000,
    "Decision:\n" + "Director and the " * 11_000 + "be authorised to act",
    "Decision:\n" + "where an options appraisal " * 7_000,
    "Decision:\n" + "award the any all a-b " * 9_000,
    "Decision:\n" + "as described in paragraph 1,1 and 1 to 1" + ",1" * 90_000,
    "Decision:\n" + "before the a a a procurement " * 6_000,
    "Decision:\n" + "from this a or b " * 11_000,
    "Decision:\n" + "\n".join(f"({n})" for n in range(1, 999)) * 33,
    "A" * LONGEST,
    "The " * 50_000,
    "\n" * LONGEST,
    "Report of the A " * 12_000,
    "The Cabinet considered " * 8_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_read_to_its_end(text: str) -> None:
    """It ends: an expression that tries every division of such a text would not come back."""
    check_nothing_is_lost_or_invented(text)
