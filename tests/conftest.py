"""Shared by all tests: what a test measured (`record_property`) is printed at the end."""


def pytest_terminal_summary(terminalreporter):
    measured = [
        (report.nodeid.split("::")[0], name, value)
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        if report.when == "call"
        for name, value in report.user_properties
    ]
    if measured:
        terminalreporter.section("measured")
        for file, name, value in measured:
            terminalreporter.write_line(f"{file}: {name}: {value}")
