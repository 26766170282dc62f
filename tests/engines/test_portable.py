"""The bits of a log depend on the model, the seed and the replication, not on the processor."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from sim.engines import prepare
from sim.engines.compiled import build
from sim.laws import compiled, insight, random, training
from sim.laws.compiled import jits

from .digest import SEED, digests, models

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("digest.py")
KEPT = SCRIPT.with_name("digests.txt").read_text().splitlines()
"""Digests of logs as they were made before; see `digest.py`."""

NO_FMA = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA"}
"""Lets the C library do without the instructions of newer processors."""

machine_code = pytest.mark.skipif(not jits(), reason="numba is switched off")


def printed(*command, **environment):
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)} | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_logs_are_as_they_were(engine):
    assert digests(engine) == KEPT, "if the model has changed: see tests/engines/digest.py"


def test_all_models_are_kept():
    assert [line.split("  ")[1] for line in KEPT] == list(models())
    assert SEED > 2**63


# --- other processors ---------------------------------------------------------------------------

LIBM = """
import math, random
draw = random.Random(0)
print([f(draw.uniform(0.1, 20.0)).hex() for f in (math.exp, math.log, math.sin) * 3000])
"""


def has_fma():
    """Whether this is glibc on a processor with fused multiply-add."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return platform.libc_ver()[0] == "glibc" and bool(re.search(r"\bfma\b", flags))


@pytest.mark.skipif(not has_fma(), reason="no processor to disguise, or no glibc")
def test_without_fused_multiply_add_the_c_library_differs():
    """Else the next test could not fail."""
    assert printed("-c", LIBM) != printed("-c", LIBM, **NO_FMA)


@pytest.mark.parametrize(
    "environment", [NO_FMA | {"PYTHONHASHSEED": "0"}, {"PYTHONHASHSEED": "random"}],
    ids=["no FMA", "another hash seed"],
)
def test_elsewhere_logs_are_the_same(environment):
    assert printed(SCRIPT, "reference", "compiled", **environment) == KEPT + KEPT


@pytest.mark.verify
@machine_code
def test_machine_code_for_the_plainest_processor_gives_the_same_logs():
    plain = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    assert printed(SCRIPT, "compiled", **NO_FMA, **plain) == KEPT


# --- machine code -------------------------------------------------------------------------------

FUSED = re.compile(r"\bv?fn?m(?:add|sub|la|ls)\w*")
"""Fused multiply-adds of x86-64 and ARM64."""

EXACT = {"sqrt", "fabs", "floor", "ceil", "trunc", "frexp", "ldexp"}
"""Functions of which IEEE 754 leaves no choice."""

OTHERS = re.compile(
    r"Py|_Py|NRT_|numba_(do_raise|gil|runtime|unpickle|attempt)|\.?const|mem(set|cpy|move)"
    r"|lifetime|is\.fpclass|x86\.atomic|assume|trap|[su](max|min|add|sub|mul)|fshl|fshr|ct[lt]z"
    r"|ctpop|abs\.i|stacksave|stackrestore|experimental\.noalias"
)
"""Declarations that compute no float."""


def arithmetic(dispatcher):
    """What machine code does beside + - * /: fused operations, calls, flags of fast-math."""
    (result,) = dispatcher.overloads.values()
    assembly, ir = result.library.get_asm_str(), result.library.get_llvm_str()
    calls = {name.removeprefix("llvm.") for name in re.findall(r"^declare [^@]*@\"?([\w.]+)", ir,
                                                               re.MULTILINE)}
    floats = {re.sub(r"\.f64$", "", name) for name in calls if not OTHERS.match(name)}
    flags = set(re.findall(r"\bf(?:add|sub|mul|div) (fast|contract|reassoc|afn|arcp)", ir))
    fused = set(FUSED.findall(assembly))
    return {name.removeprefix("numba_") for name in floats} - EXACT | flags | fused


@pytest.fixture
def afresh(monkeypatch):
    """Laws and the kernel are compiled anew: numba does not show code that was kept."""
    monkeypatch.setattr(compiled, "_twins", {})
    monkeypatch.setattr(compiled, "keep", lambda *_: None)
    monkeypatch.setattr(build, "keep", lambda dispatcher, folder, missing: missing())


@machine_code
@pytest.mark.parametrize(
    "law", [random.poisson, insight.insight_output, training.run_time], ids=lambda law: law.__name__
)
def test_laws_round_each_operation_by_itself(law, afresh):
    assert arithmetic(compiled.compiled(law)) == set()


@machine_code
@pytest.mark.verify
def test_the_engine_rounds_each_operation_by_itself(afresh):
    build.kernel.cache_clear()
    try:
        prepare("compiled")
        assert arithmetic(build.kernel()) == set()
    finally:
        build.kernel.cache_clear()


@machine_code
@pytest.mark.parametrize(
    ("options", "body", "found"),
    [({"fastmath": {"contract"}}, "a * b + c", "contract"), ({"fastmath": True}, "a * b", "fast"),
     ({}, "math.exp(a)", "exp"), ({}, "a ** b", "pow"),
     pytest.param({"fastmath": True}, "a * b + c", "vfmadd",
                  marks=pytest.mark.skipif(not has_fma(), reason="no processor with FMA"))],
    ids=["contracted", "fast", "exp", "pow", "fused"],
)
def test_what_would_not_be_portable_is_noticed(options, body, found):
    scope = {}
    exec(f"import math\ndef law(a, b, c): return {body}", scope)
    dispatcher = numba.njit("float64(float64, float64, float64)", **options)(scope["law"])
    assert any(name.startswith(found) for name in arithmetic(dispatcher))


@machine_code
def test_no_vector_library_and_no_fast_math():
    assert compiled.OPTIONS["fastmath"] is False
    code = "import sim; sim.simulate(sim.load('horizon=1 d'), seed=0)\n"
    code += "import numba; print(numba.config.USING_SVML)"
    assert printed("-c", code) == ["False"]
