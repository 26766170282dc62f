"""`python -m sim` is `recursim`."""

from sim.cli import main

if __name__ == "__main__":
    main()
