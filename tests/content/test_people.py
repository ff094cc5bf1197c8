"""Organisations and accounts: posts only, every reference resolved."""

from tests.content.worked_region import accounts, content, organisations

COUNCIL_ROLES = {
    "placement_officer",
    "commissioning_officer",
    "procurement_officer",
    "legal_officer",
    "finance_officer",
    "head_of_service",
    "cabinet_member",
    "democratic_services",
    "authority_administrator",
}
ROLES = {
    "council": COUNCIL_ROLES,
    "provider": {"provider_administrator", "bid_writer"},
    "operator": {"portal_operator"},
}


def test_accounts_are_unique_and_their_organisation_exists() -> None:
    rows = content("accounts")["accounts"]
    assert len({row["email"] for row in rows}) == len(rows)
    known = organisations()
    for row in rows:
        for acting in [row, *row.get("acts_for", [])]:
            kind = known[acting["organisation"]]["kind"]
            assert acting["roles"]
            assert set(acting["roles"]) <= ROLES[kind]


def test_accounts_use_reserved_addresses_and_the_shared_password() -> None:
    shared = content("accounts")["password"]
    assert len(shared) >= 15
    for row in content("accounts")["accounts"]:
        assert row["email"].endswith(".example")
        assert row["password"] == shared
        assert row["email"].split("@")[1] == organisations()[row["organisation"]]["email_domain"]


def test_every_council_has_every_post_and_every_provider_both() -> None:
    for slug, organisation in organisations().items():
        roles = {role for row in accounts().values() if row["organisation"] == slug for role in row["roles"]}
        assert roles == ROLES[organisation["kind"]], slug


def test_somebody_acts_for_two_councils_and_somebody_for_two_providers() -> None:
    kinds = [
        {organisations()[acting["organisation"]]["kind"] for acting in [row, *row["acts_for"]]}
        for row in accounts().values()
        if "acts_for" in row
    ]
    assert {"council"} in kinds
    assert {"provider"} in kinds
    assert all(len(kind) == 1 for kind in kinds)


def test_eighteen_providers_are_marked_fictional() -> None:
    providers = organisations("provider")
    assert len(providers) == 18
    for provider in providers.values():
        assert provider["fictional"] is True
        assert provider["name"].endswith(" (fictional)")
        assert set(provider["areas"]) == set(provider["lots"])
        for areas in provider["areas"].values():
            assert set(areas) <= set(organisations("council"))


def test_exactly_one_council_leads_in_each_region() -> None:
    leads = [(c.get("region"), c["slug"]) for c in organisations("council").values() if c["lead"]]
    assert leads == [(None, "halton"), ("west-sussex", "west-sussex")]
