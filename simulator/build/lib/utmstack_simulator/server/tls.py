# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate from a throwaway CA."""

from __future__ import annotations

import ssl
from pathlib import Path

from .private_file import write_private


def server_context(host: str, ca_file: Path) -> ssl.SSLContext:
    """Issue a certificate for `host` and ``localhost``, and write the CA's own to `ca_file`."""
    # Only here, because loading it makes up a quarter of a server's start.
    import trustme

    authority = trustme.CA()
    certificate = authority.issue_cert(*dict.fromkeys((host, "localhost")))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    write_private(ca_file, authority.cert_pem.bytes().decode("ascii"))
    return context
