# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options of lookups, inventories and event sources, which no AnsibleModule validates.

An event source runs where Ansible cannot be imported.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import Any

from ..conversion import converted, is_blank
from ..errors import InvalidInput
from ..transport.connection_options import CONNECTION, CONNECTION_RULES, URL
from ..transport.redaction import Redactor
from ..transport.settings import Settings, settings_from
from .connection import secrets_among, with_identity
from .given import with_environment


def connection_settings(given: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """The connection of a plugin; what it does not name comes from the ``UTMSTACK_*`` variables.

    :param given: options as the plugin got them, text or typed; blank ones are not given, and others than those of the
        connection are left alone. The parts of the identity must be those that the plugin names itself: beside them,
        none is taken from the environment.
    :raises InvalidInput: an option has a wrong value, or there is no address or no identity.
    """
    typed = {
        option.name: converted(given[option.name], option.spec(), option.name)
        for option in CONNECTION
        if not is_blank(given.get(option.name))
    }
    # An address that is set nowhere is blank.
    params = with_identity({URL.name: "", **with_environment(typed, environment)}, environment)
    for names in CONNECTION_RULES["mutually_exclusive"]:
        both = [name for name in names if params.get(name) is not None]
        if len(both) > 1:
            raise InvalidInput(f"`{'` and `'.join(both)}` are both set. Set only one of them.")
    paths = [option.name for option in CONNECTION if option.type == "path" and params.get(option.name)]
    return settings_from({**params, **{name: _expanded(params[name]) for name in paths}})


def plugin_redactor(
    given: Mapping[str, Any], environment: Mapping[str, str], options: Collection[str] | None = None
) -> Redactor:
    """What takes the secrets of a connection out of texts, however wrong its options are.

    :param options: the plugin's other options. The value of one that is unknown may be a secret under a mistyped name.
        None if there may be any.
    """
    spec = {option.name: option.spec() for option in CONNECTION}
    others: dict[str, Any] = {name: {} for name in (given if options is None else options)}
    return Redactor(secrets_among(given, {**others, **spec}, environment))


def _expanded(path: str) -> str:
    """A path as AnsibleModule expands it."""
    return os.path.expanduser(os.path.expandvars(path))
