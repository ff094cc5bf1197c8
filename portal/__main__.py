"""``python -m portal``: the same commands as the ``portal`` script, from a plain checkout."""

from portal.cli import portal

if __name__ == "__main__":
    portal(prog_name="portal")
