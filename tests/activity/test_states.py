"""`portal states` draws every machine."""

from click.testing import CliRunner

from portal.core.workflow import MACHINES
from portal.core.workflow_commands import states


def test_every_machine_and_every_move_is_drawn() -> None:
    drawn = CliRunner().invoke(states).output
    diagrams = CliRunner().invoke(states, ["--mermaid"]).output
    assert len(MACHINES) >= 4
    for name, machine in MACHINES.items():
        assert name in drawn
        for move in machine.moves:
            assert f"--{move.verb}--> {move.target}" in drawn
            assert all(f"{source} --> {move.target}: {move.verb}" in diagrams for source in move.sources)
    assert diagrams.count("stateDiagram-v2") == len(MACHINES)
