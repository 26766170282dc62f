"""What workers do in these tests: functions of a module, as workers import it."""

import os
import signal
import time
from pathlib import Path


def square(number):
    return number * number


def slow(seconds, number):
    time.sleep(seconds)
    return number


def who(number):
    time.sleep(0.05)
    return os.getpid()


def fails(number):
    if number == 3:
        raise ZeroDivisionError(f"number {number}")
    return number


class Unsendable(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


def fails_unsendably(number):
    raise Unsendable(number, "more")


def unsendable(number):
    return lambda: number


def dies(number):
    """Number 2 takes its worker with it, each time."""
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def dies_once(folder, number):
    """Every third number takes its worker with it, the first time."""
    mark = Path(folder) / str(number)
    if number % 3 == 0 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def nap(naps, number):
    """Wait as long as it says for this number."""
    time.sleep(naps.get(number, 0.01))
    return number


def note(path):
    with open(path, "a") as file:
        file.write("prepared\n")
