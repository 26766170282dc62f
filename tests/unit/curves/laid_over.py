"""Studies of curves laid over small labs, run here."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import sim
from sim.curves.findings import findings
from sim.curves.question import ask
from sim.execute.in_process import InProcess
from sim.study.conduct import conduct
from sim.study.results import open_study


@cache
def found(*overrides, replications=12):
    """What a study of curves over a scenario found."""
    question = ask(sim.load(*overrides), seed=0, replications=replications)
    folder = Path(mkdtemp(prefix="recursim-"))
    with InProcess() as executor:
        assert conduct(question.plan(), folder, executor).status == "finished"
    return findings(open_study(folder), question)
