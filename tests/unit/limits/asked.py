"""Studies of limits of small labs, run here."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import sim
from sim.execute.in_process import InProcess
from sim.limits.findings import open_findings
from sim.limits.question import ask
from sim.study.conduct import conduct


@cache
def found(*overrides, replications=12):
    """What a study of limits of a scenario found."""
    plan = ask(sim.load(*overrides), seed=0, replications=replications).plan()
    folder = Path(mkdtemp(prefix="recursim-"))
    with InProcess() as executor:
        assert conduct(plan, folder, executor).status == "finished"
    return open_findings(folder)
