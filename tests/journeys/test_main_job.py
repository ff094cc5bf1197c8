"""The main job in a real browser: three providers, six councils, one round, six different registers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.journeys.job import afterwards, applying, deciding, evaluating, setting_up
from tests.journeys.world import JourneyWorld

pytestmark = pytest.mark.browser


class TestTheMainJob:
    """Each step begins where the last one ended: run the class as a whole."""

    broken: str | None = None

    @pytest.fixture(autouse=True)
    def in_order(self, request: pytest.FixtureRequest) -> Iterator[None]:
        """After a step that failed the story is over."""
        if type(self).broken:
            pytest.fail(f"The story ended at {type(self).broken}.")
        type(self).broken = request.node.name
        yield
        if not getattr(request.node, "failed", False):
            type(self).broken = None

    def test_01_halton_sets_up_the_system(self, world: JourneyWorld) -> None:
        world.set_clock(timedelta(days=60))
        setting_up.set_up_the_system(world)

    def test_02_halton_publishes_round_2(self, world: JourneyWorld) -> None:
        setting_up.publish_round_2(world)

    def test_03_anybody_reads_everything(self, world: JourneyWorld) -> None:
        setting_up.read_without_signing_in(world)

    def test_04_alder_drafts_with_two_colleagues(self, world: JourneyWorld) -> None:
        world.set_clock(timedelta(days=55))
        applying.alder_drafts_together(world)
        applying.alder_finishes(world)

    def test_05_birch_and_cedar_withdraw_correct_and_submit_again(self, world: JourneyWorld) -> None:
        applying.birch_and_cedar_apply(world)

    def test_06_nobody_sees_a_sealed_application(self, world: JourneyWorld) -> None:
        applying.nobody_else_sees_anything(world)

    def test_07_after_closing_a_draft_is_only_read(self, world: JourneyWorld) -> None:
        world.set_clock(timedelta(days=45))
        applying.after_closing(world)

    def test_08_two_councils_open_the_round(self, world: JourneyWorld) -> None:
        evaluating.open_together(world)

    def test_09_a_panel_of_three_councils_declares(self, world: JourneyWorld) -> None:
        evaluating.form_the_panel(world)

    def test_10_evaluators_score_blind(self, world: JourneyWorld) -> None:
        evaluating.score_blind(world)

    def test_11_a_meeting_agrees(self, world: JourneyWorld) -> None:
        evaluating.moderate(world)

    def test_12_results_by_rule_are_signed_off(self, world: JourneyWorld) -> None:
        evaluating.conclude(world)

    def test_13_the_lead_approves_the_outcome(self, world: JourneyWorld) -> None:
        world.set_clock(timedelta(days=40))
        deciding.approve_the_outcome(world)

    def test_14_each_council_decides_for_itself(self, world: JourneyWorld) -> None:
        deciding.each_council_for_itself(world)

    def test_15_letters_go_out_all_at_once(self, world: JourneyWorld) -> None:
        deciding.letters_all_at_once(world)

    def test_16_agreements_are_accepted_by_both_sides(self, world: JourneyWorld) -> None:
        world.set_clock(timedelta(0))
        deciding.agreements(world)

    def test_17_six_registers_differ(self, world: JourneyWorld) -> None:
        afterwards.six_registers(world)

    def test_18_three_providers_see_where_they_stand(self, world: JourneyWorld) -> None:
        afterwards.three_providers(world)

    def test_19_the_public_sees_the_published_register(self, world: JourneyWorld) -> None:
        afterwards.what_the_public_sees(world)

    def test_20_the_trail_tells_it_and_holds(self, world: JourneyWorld) -> None:
        afterwards.the_trail(world)
