"""Pages of the ledger and of the posts: what is shown to whom, what a form says, and that nothing typed is lost."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.governance.actions.delegations import From, Precedent, enter_delegation, publish_delegation
from portal.governance.actions.posts import create_post, put_in_post, rename_post
from tests.support.client import StrictClient
from tests.support.region import Region, acting
from tests.support.statements import Statements

pytestmark = pytest.mark.usefixtures("consortium")

Clients = Callable[..., StrictClient]
EDITOR, HEAD, READER = "democratic@knowsley.example", "head@knowsley.example", "cabinet@knowsley.example"
BASE = "/governance/delegations"
POST, MANAGER, MEMBER, TEAM = "Head of Commissioning", "Service Manager, Care", "Cabinet Member, Care", "Care team"


@dataclass
class Council:
    """Posts and delegations of Knowsley."""

    posts: dict[str, UUID]
    own: UUID
    public: UUID


@pytest.fixture(scope="module")
def council(app: Flask, region: Region) -> Council:
    with acting(app, EDITOR) as (session, actor):
        kinds = {POST: "officer", MANAGER: "officer", MEMBER: "member", TEAM: "team"}
        posts = {
            title: create_post(session, actor, title=title, kind=kind, starts_on=date(2019, 1, 1)).id
            for title, kind in kinds.items()
        }
        put_in_post(
            session,
            actor,
            post_id=posts[POST],
            label="Head of service, by name",
            capacity="acting",
            starts_on=date(2020, 1, 1),
        )
        put_in_post(
            session,
            actor,
            post_id=posts[MEMBER],
            label="A member, who left",
            capacity="substantive",
            starts_on=date(2019, 5, 1),
            ends_on=date(2026, 5, 1),
        )
        rename_post(session, actor, post_id=posts[MANAGER], title="Lead Manager, Care", starts_on=date(2024, 4, 1))
        common = {"granted_on": date(2020, 9, 3), "kind_names": ["award_call_off"], "holder_ids": [posts[POST]]}
        own = enter_delegation(
            session,
            actor,
            reference="item 1",
            minuted="The minute’s own words <em>as they stand</em>",
            matter="the award of contracts",
            nominees="nominated Service Managers",
            consulted_ids=[posts[MEMBER]],
            conditions=[Precedent("when practicable", each=True)],
            sources=[From("Another framework", awaits="when in place")],
            reading="Doubtful.",
            legal_maker_id=posts[POST],
            **common,
        )
        public = enter_delegation(
            session, actor, reference="item 2", minuted="Public words", matter="public matters", **common
        )
        publish_delegation(session, actor, delegation_id=public.id, published_on=date(2020, 9, 10))
        return Council(posts, own.id, public.id)


def text(answer: object) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.get_data(as_text=True)).split())  # type: ignore[attr-defined]


def test_everybody_of_the_council_reads_the_ledger(council: Council, client_for: Clients) -> None:
    client = client_for(READER)
    page = client.get(BASE)
    assert "The award of contracts" in text(page)
    assert "In force, or granted and still to begin" in text(page)
    assert "Enter a delegation" not in text(page)
    one = client.get(f"{BASE}/{council.own}")
    assert "The minute’s own words &lt;em&gt;as they stand&lt;/em&gt;" in one.get_data(as_text=True)
    assert "Nominate a post" not in text(one)
    assert "Nobody has certified it." in text(one)
    posts = text(client.get("/governance/posts"))
    assert "Until 31 March 2024: Service Manager, Care" in posts
    assert posts.count("Vacant") == 1, "of a post that nobody was ever entered in nothing is known"
    assert "A member, who left, holds the post, 1 May 2019 to 1 May 2026" in posts
    assert "Head of service, by name" in posts


@pytest.mark.parametrize("email", ["democratic@sefton.example", "legal@halton.example"])
def test_another_council_reads_what_is_published_and_no_more(
    council: Council, region: Region, client_for: Clients, email: str
) -> None:
    client = client_for(email)
    listed = text(client.get(f"{BASE}/of/{region.organisations['knowsley']}"))
    assert "Public matters" in listed
    assert "The award of contracts" not in listed
    assert "Public words" in text(client.get(f"{BASE}/{council.public}"))
    assert client.get(f"{BASE}/{council.own}").status_code == 404
    for path in (f"{BASE}/{council.public}/end", f"{BASE}/{council.public}/publish", f"{BASE}/{council.own}/end"):
        assert client.get(path).status_code == 404, path
        assert client.send(path, {"because": "Theirs"}).status_code == 404, path
    assert client.get(f"/governance/posts/{council.posts[POST]}/rename").status_code == 404
    assert "Head of service, by name" not in text(client.get("/governance/posts"))


def test_providers_find_nothing(council: Council, region: Region, client_for: Clients) -> None:
    client = client_for("admin@alder.example")
    for path in (
        BASE,
        f"{BASE}/{council.public}",
        f"{BASE}/of/{region.organisations['knowsley']}",
        "/governance/posts",
    ):
        assert client.get(path).status_code == 403, path


def test_roles(council: Council, client_for: Clients) -> None:
    edits = (f"{BASE}/new", f"{BASE}/{council.own}/end", "/governance/posts/new")
    nominates = (f"{BASE}/{council.own}/nominate", f"{BASE}/{council.own}/certify")
    for email, allowed in (
        (EDITOR, {*edits, *nominates}),
        ("legal@knowsley.example", set(edits)),
        (HEAD, set(nominates)),
        (READER, set()),
    ):
        client = client_for(email)
        for path in (*edits, *nominates):
            assert client.get(path).status_code == (200 if path in allowed else 403), (email, path)


ENTERED = {
    "granted_on": ["3", "9", "2020"],
    "reference": "item 9",
    "minuted": "Words as minuted",
    "matter": "the extension of a framework",
    "kind_names": ["extend"],
    "power": "decide",
    "conditions-0-words": "should it be required",
    "sources-0-name": "Leaving care framework",
    "limit_pounds": "£500,000",
}


def test_enter_a_delegation(council: Council, client_for: Clients) -> None:
    client = client_for(EDITOR)
    holders = [str(council.posts[POST]), str(council.posts[MEMBER])]
    more = client.send(f"{BASE}/new", {**ENTERED, "add": "sources"})
    assert more.status_code == 200
    assert 'name="sources-1-name"' in more.get_data(as_text=True)
    assert "Words as minuted" in text(more), "a row more, and nothing lost"
    answer = client.send(f"{BASE}/new", {**ENTERED, "holder_ids": holders, "joint": "y"})
    assert answer.status_code == 303, text(answer)
    page = text(client.get(BASE))
    assert "The Head of Commissioning and the Cabinet Member, Care, jointly" in page
    assert "Only once it is certified: “should it be required”." in page
    assert "Only for Leaving care framework." in page
    assert "Up to £500,000.00." in page


def test_a_resolution_brings_its_words_and_posts(council: Council, client_for: Clients) -> None:
    asked = {
        "words": "be granted delegated authority",
        "number": "4",
        "holder": POST,
        "consulted": [MEMBER, "Nobody known"],
    }
    page = client_for(EDITOR).get(f"{BASE}/new", query_string=asked).get_data(as_text=True)
    assert "be granted delegated authority" in page
    assert 'value="(4)"' in page
    for post, field in ((POST, "holder_ids"), (MEMBER, "consulted_ids")):
        ticked = re.findall(rf'<input[^>]*name="{field}"[^>]*>', page)
        assert [str(council.posts[post]) in box for box in ticked if " checked" in box] == [True], field


def test_what_is_wrong_stands_beside_the_fields_and_nothing_is_lost(council: Council, client_for: Clients) -> None:
    client = client_for(EDITOR)
    answer = client.send(
        f"{BASE}/new",
        {**ENTERED, "granted_on": ["31", "2", "2020"], "limit_pounds": "a lot", "holder_ids": str(council.posts[POST])},
    )
    assert answer.status_code == 422
    assert "That day does not exist." in text(answer)
    assert "Enter an amount in pounds" in text(answer)
    assert 'value="a lot"' in answer.get_data(as_text=True)
    assert "Words as minuted" in text(answer)
    assert 'value="should it be required"' in answer.get_data(as_text=True)

    team = client.send(f"{BASE}/new", {**ENTERED, "holder_ids": str(council.posts[TEAM]), "joint": "y"})
    assert team.status_code == 422
    assert "“Care team” is a team. A team can work on a matter; it cannot decide it." in text(team)
    assert "A joint delegation has two holders or more." in text(team)
    empty = client.send(f"{BASE}/new", {})
    assert empty.status_code == 422
    for sentence in (
        "Enter the day of the decision that granted it.",
        "Enter the words of the minute as they stand.",
        "Choose at least one kind of matter that it covers.",
        "Choose the post, or the posts, that it is granted to.",
    ):
        assert sentence in text(empty)
    strange = client.send(f"{BASE}/new", {**ENTERED, "holder_ids": "not an id"})
    assert strange.status_code == 422
    assert "Choose one of those shown." in text(strange)
    foreign = client.send(f"{BASE}/new", {**ENTERED, "holder_ids": str(uuid4())})
    assert "Choose from the posts of your council." in text(foreign)


def test_a_decision_that_is_not_the_councils_grants_nothing(council: Council, client_for: Clients) -> None:
    client = client_for(EDITOR)
    assert f'value="{council.own}"' in client.get(f"{BASE}/new?decision={council.own}").get_data(as_text=True)
    said = {**ENTERED, "holder_ids": str(council.posts[POST]), "granted_by_id": str(council.own)}
    answer = client.send(f"{BASE}/new", said)
    assert answer.status_code == 409
    assert "granted by a decision of your own council that is on the record" in text(answer)


def test_nominate_certify_and_revoke(council: Council, client_for: Clients) -> None:
    client = client_for(HEAD)
    path = f"{BASE}/{council.own}"
    assert client.send(f"{path}/nominate", {}).status_code == 422
    manager = re.search(r'value="([^"]+)">Lead Manager, Care', client.get(f"{path}/nominate").get_data(as_text=True))
    assert manager is not None
    said = {"post_id": manager[1], "starts_on": ["1", "5", "2024"], "evidence": "Memorandum"}
    assert client.send(f"{path}/nominate", said).status_code == 303
    again = client.send(f"{path}/nominate", said)
    assert again.status_code == 422
    assert "This post is nominated already." in text(again)
    page = client.get(path).get_data(as_text=True)
    revoke = re.search(rf"{BASE}/nominations/[0-9a-f-]+/revoke", page)
    assert revoke is not None
    early = client.send(revoke[0], {"revoked_on": ["30", "4", "2024"], "because": "Left"})
    assert early.status_code == 422
    assert "The nomination began on 1 May 2024. It is not revoked before that." in text(early)
    assert client.send(revoke[0], {"revoked_on": ["1", "6", "2024"], "because": "Left"}).status_code == 303
    assert "Revoked from 1 June 2024" in text(client.get(path))
    assert client.send(revoke[0], {"revoked_on": ["2", "6", "2024"], "because": "Again"}).status_code == 409
    assert client_for("head@sefton.example").get(revoke[0]).status_code == 404

    finding = {
        "condition": "when practicable",
        "holds": "yes",
        "found_on": ["1", "5", "2024"],
        "certified_by": POST,
        "evidence": "Options appraisal",
    }
    without_case = client.send(f"{path}/certify", finding)
    assert without_case.status_code == 422
    assert "This is found anew for every case. Enter which case." in text(without_case)
    assert client.send(f"{path}/certify", {**finding, "case": "Placement 14"}).status_code == 303
    assert "1 May 2024: met, for Placement 14, found by Head of Commissioning." in text(client.get(path))
    assert client.get(f"{BASE}/{council.public}/certify").status_code == 404, "it has no conditions"
    refused = client.send(f"{BASE}/{council.public}/nominate", {"evidence": "x"})
    assert refused.status_code == 409, "it has no nominated posts"


def test_publish_and_revoke_a_delegation(council: Council, client_for: Clients) -> None:
    client = client_for(EDITOR)
    said = {
        **ENTERED,
        "reference": "item 77",
        "matter": "something short-lived",
        "holder_ids": str(council.posts[POST]),
    }
    assert client.send(f"{BASE}/new", said).status_code == 303
    found = re.search(rf'{BASE}/([0-9a-f-]+)">Something short-lived', client.get(BASE).get_data(as_text=True))
    assert found is not None
    path = f"{BASE}/{found[1]}"
    early = client.send(f"{path}/publish", {"published_on": ["1", "9", "2020"]})
    assert early.status_code == 422
    assert client.send(f"{path}/publish", {"published_on": ["4", "9", "2020"]}).status_code == 303
    assert client.send(f"{path}/publish", {"published_on": ["5", "9", "2020"]}).status_code == 409
    assert client.send(f"{path}/end", {}).status_code == 422
    assert client.send(f"{path}/end", {"revoked_on": ["1", "1", "2021"], "because": "Minute 12"}).status_code == 303
    page = text(client.get(path))
    assert "Revoked from 1 January 2021" in page
    assert "Revoke this delegation" not in page
    assert client.send(f"{path}/end", {"revoked_on": ["1", "1", "2022"], "because": "x"}).status_code == 409
    ledger = text(client.get(BASE))
    assert ledger.index("Something short-lived") > ledger.index("Ended")


def test_posts(council: Council, client_for: Clients) -> None:
    client = client_for(EDITOR)
    said = {"title": "Brand new post", "kind": "officer", "starts_on": ["1", "1", "2026"]}
    assert client.send("/governance/posts/new", {**said, "kind": ""}).status_code == 422
    assert client.send("/governance/posts/new", said).status_code == 303
    double = client.send("/governance/posts/new", {**said, "title": "brand  new post"})
    assert double.status_code == 422
    assert "Your council has a post of that title already." in text(double)
    page = client.get("/governance/posts").get_data(as_text=True)
    found = re.search(r'id="post-([0-9a-f-]+)"><div>Brand new post', page)
    assert found is not None
    path = f"/governance/posts/{found[1]}"
    before = client.send(f"{path}/hold", {"label": "A", "capacity": "deputy", "starts_on": ["31", "12", "2025"]})
    assert before.status_code == 422
    held = {"label": "Deputy of theirs", "capacity": "deputy", "starts_on": ["2", "1", "2026"]}
    assert client.send(f"{path}/hold", {**held, "person": "nobody"}).status_code == 422
    assert client.send(f"{path}/hold", {**held, "person": str(uuid4())}).status_code == 404
    assert client.send(f"{path}/hold", held).status_code == 303
    page = client.get("/governance/posts").get_data(as_text=True)
    last = re.search(r'(/governance/posts/holders/[0-9a-f-]+/end)">Last day<[^>]*> of Deputy of theirs', page)
    assert last is not None
    assert client.send(last[1], {"ends_on": ["1", "1", "2026"]}).status_code == 422
    assert client.send(last[1], {"ends_on": ["1", "2", "2026"]}).status_code == 303
    assert client.send(last[1], {"ends_on": ["1", "3", "2026"]}).status_code == 409
    assert client.get(f"/governance/posts/holders/{uuid4()}/end").status_code == 404
    assert client.send(f"{path}/rename", {"title": "Renamed post", "starts_on": ["1", "3", "2026"]}).status_code == 303
    assert client.send(f"{path}/rename", {"title": "Other", "starts_on": ["1", "4", "2026"]}).status_code == 409
    page = client.get("/governance/posts").get_data(as_text=True)
    found = re.search(r'id="post-([0-9a-f-]+)"><div>Renamed post', page)
    assert found is not None
    assert client.send(f"/governance/posts/{found[1]}/end", {}).status_code == 422
    assert client.send(f"/governance/posts/{found[1]}/end", {"ends_on": ["1", "4", "2026"]}).status_code == 303
    assert "Renamed post, until 1 April 2026" in text(client.get("/governance/posts"))


def test_may_i(council: Council, client_for: Clients) -> None:
    client = client_for(READER)
    path = f"{BASE}/may-i"
    assert "Ask the ledger before you act." in text(client.get(path))
    asked = {"kind": "award_call_off", "post": POST, "on": ["1", "6", "2026"], "does": "decide"}
    yes = text(client.get(path, query_string=asked))
    assert "Yes, on these facts" in yes
    assert "Your council's delegation of 3 September 2020, item 2, is to the Head of Commissioning." in yes.replace(
        "&#39;", "'"
    )
    assert "In the post on that day: Head of service, by name (acting up)." in yes
    vacant = text(client.get(path, query_string={**asked, "post": "Lead Manager, Care"}))
    assert "Not yet, or not this post" in vacant
    assert "The Lead Manager, Care, does not hold it." in vacant or "No nomination of the Lead Manager, Care," in vacant
    assert "Nobody is entered as holding this post on that day." in vacant
    none = text(client.get(path, query_string={**asked, "kind": "buy_spot", "value": "10"}))
    assert "No delegation of your council covers “Buy outside a purchasing system, for a short time”." in none
    wrong = client.get(path, query_string={**asked, "kind": "", "value": "lots", "on": ["1", "1", ""]})
    assert wrong.status_code == 422
    assert "Enter a day, a month and a year" in text(wrong)
    assert 'value="lots"' in wrong.get_data(as_text=True)
    missing = client.get(path, query_string={"post": ""})
    assert missing.status_code == 422
    assert "Select the post that acts." in text(missing)


@pytest.mark.parametrize("path", [BASE, "/governance/posts", f"{BASE}/may-i"])
def test_as_many_statements_for_one_as_for_thirty(
    app: Flask, council: Council, client_for: Clients, count_statements: Callable[..., Statements], path: str
) -> None:
    client = client_for(READER)

    def sent() -> int:
        with count_statements() as statements:
            client.get(path)
        return len(statements)

    before = sent()
    with acting(app, EDITOR) as (session, actor):
        for number in range(30):
            post = create_post(
                session, actor, title=f"Post {number} {path}", kind="officer", starts_on=date(2019, 1, 1)
            )
            enter_delegation(
                session,
                actor,
                granted_on=date(2020, 1, 1),
                reference=f"item {number}",
                minuted="Words",
                matter="many matters",
                kind_names=["extend"],
                holder_ids=[post.id],
            )
    assert sent() == before
    assert before <= 8
