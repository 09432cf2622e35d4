"""``./run bench``: every benchmark, each in a process of its own, as one table."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCHES = (
    "pages",
    "registry",
    "ledger",
    "reports",
    "engine",
    "evaluations",
    "governance",
    "keyboard",
)


def main() -> int:
    """Run the benchmarks named on the command line, or all of them."""
    wanted = sys.argv[1:] or BENCHES
    unknown = sorted(set(wanted) - set(BENCHES))
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(BENCHES)}.")
        return 2
    failed = 0
    for name in wanted:
        print(f"-- {name}", flush=True)
        failed += subprocess.run(
            [sys.executable, "-m", f"bench.{name}"], cwd=HERE.parent, check=False
        ).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
