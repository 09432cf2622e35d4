"""Which tests share a process when several processes run them.

xdist's own groups are not used: version 3.8 writes them to a field that pytest 9.2 no longer reads,
and every process then makes what is dear to make (a running product, a prepared folder) again.
"""

import re
import zlib

from xdist.scheduler import LoadScopeScheduling

# Files that are worth dividing, since their tests share nothing that is dear to make.
PARTS = {"test_routes.py": 4}
# The pages of one area share a world.
AREA = re.compile(r"test_every_page\.py::\w+\[(\w+)")


class ByFile(LoadScopeScheduling):
    """Tests of one file run in one process, those that share a running product, too."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def group(nodeid: str) -> str:
    """The name of what must run in one process with the test of this id."""
    path = nodeid.partition("::")[0]
    folder, _, name = path.rpartition("/")
    if folder.endswith("/thin_path"):
        return folder
    if area := AREA.search(nodeid):
        return f"{path}@{area[1]}"
    part = zlib.crc32(nodeid.encode()) % PARTS.get(name, 1)
    return f"{path}@{part}"
