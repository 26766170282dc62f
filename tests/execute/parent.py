"""A program that has tickets done for ever, to be killed: `python -m tests.execute.parent KIND`."""

import signal
import sys
from functools import partial
from itertools import count
from pathlib import Path

from sim.execute import Execution

from . import works


def main(kind, folder):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started us may ignore it
    setting = Execution.read({"kind": kind, "workers": None if kind == "in_process" else 2})
    print("begins", flush=True)
    with setting.executor(Path(folder)) as executor:
        for receipt in executor.run(partial(works.slow, 0.05), count()):
            print(receipt, flush=True)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
