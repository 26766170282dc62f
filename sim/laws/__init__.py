"""Laws: the scalar functions every engine shares.

All arithmetic that reaches the log lives here, as plain scalar Python that runs
unchanged and that `sim.laws.compiled.compiled` turns into machine code with the same
results to the bit. `distributions` and `feedback` are registries: a new kind is one file
and one export line.
"""
