"""`portal states`: every state machine of the house, drawn from the tables it obeys."""

import click

from portal.core.hooks import hook
from portal.core.workflow import MACHINES, Machine

_PAGES = "portal.slices:SLICES"
"""Importing every slice's pages imports every slice's machines."""


@click.command()
@click.option("--mermaid", is_flag=True, help="As state diagrams in Mermaid, for a page that draws them.")
def states(*, mermaid: bool) -> None:
    """Draw all state machines."""
    hook(_PAGES)
    drawn = [draw_mermaid(machine) if mermaid else draw_text(machine) for _, machine in sorted(MACHINES.items())]
    click.echo("\n\n".join(drawn))


def draw_text(machine: Machine) -> str:
    """One move a line: from, the verb, to, who may."""
    ends = [target for target in _targets(machine) if target not in _sources(machine)]
    lines = [machine.name]
    for move in machine.moves:
        guards = f", {len(move.guards)} guard{'s' if len(move.guards) > 1 else ''}" if move.guards else ""
        lines.append(f"  {' | '.join(move.sources)} --{move.verb}--> {move.target}   ({move.permission}{guards})")
    if ends:
        lines.append(f"  ends in: {', '.join(ends)}")
    return "\n".join(lines)


def draw_mermaid(machine: Machine) -> str:
    """A state diagram; where it begins is a state no move leads to."""
    lines = [f"%% {machine.name}", "stateDiagram-v2"]
    lines += [f"    [*] --> {source}" for source in _sources(machine) if source not in _targets(machine)]
    lines += [f"    {source} --> {move.target}: {move.verb}" for move in machine.moves for source in move.sources]
    lines += [f"    {target} --> [*]" for target in _targets(machine) if target not in _sources(machine)]
    return "\n".join(lines)


def _sources(machine: Machine) -> list[str]:
    return list(dict.fromkeys(source for move in machine.moves for source in move.sources))


def _targets(machine: Machine) -> list[str]:
    return list(dict.fromkeys(move.target for move in machine.moves))
