"""Shared by all tests: what a test measured (`record_property`) is printed at the end.

Whole numbers are counts: those of one name are added up over the tests of a file.
"""

from collections import Counter


def pytest_terminal_summary(terminalreporter):
    measured = [
        (report.nodeid.split("::")[0], name, value)
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        if report.when == "call"
        for name, value in report.user_properties
    ]
    counts = Counter()
    for file, name, value in measured:
        if isinstance(value, int):
            counts[file, name] += value
    shown = [(file, name, value) for file, name, value in measured if not isinstance(value, int)]
    shown += [(file, name, f"{count:,}") for (file, name), count in counts.items()]
    if shown:
        terminalreporter.section("measured")
        for file, name, value in shown:
            terminalreporter.write_line(f"{file}: {name}: {value}")
