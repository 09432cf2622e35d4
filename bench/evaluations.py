"""What checks cost on large tables, against a plain scan and against other tools.

Run from the project folder: ``python -m bench evaluations``. Prints ``name | measured | budget |
ratio`` lines. CPU seconds include the start of the process; wall time is noisy. Tables are kept
in ``var/bench``; other tools are installed there, in an environment of their own, and are
skipped with a line that says so when they cannot be had. ``BENCH_ROWS`` names other sizes.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.evaluations_table import CATEGORIES, NUMBERS, SIDES, write  # noqa: E402

KEPT = ROOT / "var" / "bench"
SIZES = tuple(int(n) for n in os.environ.get("BENCH_ROWS", "1000000,10000000").split(","))
SUITE = ("drift", "perf.classification", "perf.ranking", "calibration", "slice.performance",
         "fairness.parity", "data.quality")  # fmt: skip
MOST_RATIO = {1_000_000: 7.5, 10_000_000: 6.0}
MOST_MEMORY = 600.0
MOST_GROWTH = 1.25
LEAST_GAIN = 10.0
EXACT = "figures_1M_rows_500k_per_side_exact_pandas_scipy"
OTHERS = {
    "Evidently": ("evidently==0.7.23", "pandas<3", "pyarrow"),
    "NannyML": ("nannyml==0.13.1", "statsmodels", "pandas<3", "pyarrow"),
}


def spent(*command: str) -> tuple[float, float, str]:
    """CPU seconds and peak memory (MiB) of a command, and what it printed.

    Raises CalledProcessError when it fails.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NML_DISABLE_USAGE_LOGGING": "1"}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    output = child.stdout.read() if child.stdout else ""
    _pid, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command[:3])
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output


def here(task: str, *arguments: str) -> tuple[float, float, str]:
    """The cost of one task of ``bench.evaluations_tasks`` in a fresh process."""
    return spent(sys.executable, "-m", "bench.evaluations_tasks", task, *arguments)


def report(name: str, measured: float, budget: float, *, least: bool = False) -> bool:
    """One line; whether the budget is kept."""
    ratio = budget / max(measured, 1e-9) if least else measured / budget
    print(f"{name} | {measured:.2f} | {budget:.2f} | {ratio:.2f}", flush=True)
    return ratio <= 1


def tables(rows: int) -> Path:
    """The folder of a table of so many rows, half reference and half current, made once."""
    folder = KEPT / f"drift-{rows}"
    if not (folder / "current.parquet").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in SIDES:
            fresh = folder / f"{name}.new"
            write(fresh, rows // 2, name)
            fresh.rename(folder / f"{name}.parquet")
    return folder


def sizes() -> bool:
    """The whole suite against a plain scan of the same columns, by number of rows."""
    kept = True
    for rows in SIZES:
        folder = str(tables(rows))
        scan, _memory, _told = here("scan", folder)
        cost, memory, told = here("suite", folder, *SUITE)
        print(f"-- {rows:,} rows: scan {scan:.1f} CPU s; {told.strip()}", flush=True)
        name = f"{len(NUMBERS) + len(CATEGORIES)} columns x {rows:,} rows, suite / scan, CPU"
        kept &= report(name, cost / scan, MOST_RATIO.get(rows, 7.5))
        kept &= report(f"peak memory at {rows:,} rows, MiB", memory, MOST_MEMORY)
    return kept


def known() -> bool:
    """Figures on the table of a million rows against the recorded exact ones."""
    recorded = ROOT.parent / "shared" / "data" / "checks-known-answers.json"
    if not recorded.exists():
        print("-- the recorded figures are not on this machine", flush=True)
        return True
    exact = json.loads(recorded.read_text())["sets"]["synthetic_drift_1M"][EXACT]
    found = json.loads(here("figures", str(tables(1_000_000)))[2])
    far = {"ks": 0.0, "psi": 0.0}
    for name, wanted in {**exact["num"], **exact["cat"]}.items():
        for figure in far:
            if figure in wanted and figure in found.get(name, {}):
                far[figure] = max(far[figure], abs(wanted[figure] - found[name][figure]))
    kept = report("largest error of KS, 1/10,000", 1e4 * far["ks"], 5.0)
    return report("largest error of PSI, 1/1,000", 1e3 * far["psi"], 2.0) and kept


def windows() -> bool:
    """Whether the last windows of a monitor cost what the first ones did."""
    folder = str(tables(min(SIZES)))
    _cost, _memory, told = here("windows", folder)
    seconds = [float(one) for one in json.loads(told)]
    first, last = sorted(seconds[:5])[2], sorted(seconds[-5:])[2]
    name = f"window {len(seconds)} / window 1, CPU"
    return report(name, last / first, MOST_GROWTH)


def environment(name: str, packages: tuple[str, ...]) -> str:
    """The Python of an environment with another tool. Raises CalledProcessError without it."""
    folder = KEPT / f"env-{name.lower()}"
    python = folder / "bin" / "python"
    done = folder / "installed"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
        done.touch()
    return str(python)


def others() -> bool:
    """Drift alone against Evidently and NannyML, each in an environment of its own."""
    folder, kept = str(tables(min(SIZES))), True
    mine, _memory, _told = here("suite", folder, "drift")
    for name, packages in OTHERS.items():
        script = str(Path(__file__).with_name("evaluations_others.py"))
        try:
            python = environment(name, packages)
            cost, memory, _told = spent(python, script, name, folder)
        except subprocess.CalledProcessError as error:
            print(f"-- {name} was not measured: {error}", flush=True)
            continue
        print(f"-- drift: ours {mine:.1f} CPU s, {name} {cost:.1f} CPU s, {memory:.0f} MiB")
        kept &= report(f"{name} / ours, drift, CPU", cost / mine, LEAST_GAIN, least=True)
    return kept


def main() -> int:
    started = time.perf_counter()
    kept = [sizes(), known(), windows(), others()]
    print(f"-- {time.perf_counter() - started:.0f} s")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
