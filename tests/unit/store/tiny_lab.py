"""A lab with a queue, and the tables of its runs."""

LAB = {
    "name": "tiny",
    "horizon": "9 d",
    "pools": {"people": {"kind": "human", "capacity": 1}},
    "skills": {"think": {"pool": "people"}},
    "flows": {"task": {
        "source": {"kind": "open", "interval": "exponential(mean=1 d)"},
        "stages": {"think": {"kind": "labour", "skill": "think", "work": "1 d"}},
    }},
}
TABLES = ("visits", "generations", "changes", "outcomes")
