# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: python -m tools.site pages|build. `pages` writes docs/reference, `build` makes build/site."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.site import building
from tools.site.reference import PagesError

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Do what the argument says; the exit code is 1 if there are mistakes."""
    try:
        if sys.argv[1:] == ["pages"]:
            return building.write_pages(ROOT)
        if sys.argv[1:] == ["build"]:
            return building.build(ROOT, ROOT / "build" / "site")
    except PagesError as error:
        print(error, file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
