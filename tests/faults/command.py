"""The command line, which hears Ctrl-C even where whoever started it does not."""

import signal

from sim.cli import main

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
