# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection of an Ansible plugin with the options of the fragment ``utmstack.siem.connection.plugin``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.module_utils.basic import missing_required_lib
from ansible.utils.display import Display
from ansible_collections.utmstack.siem.plugins.module_utils.client.client import Client
from ansible_collections.utmstack.siem.plugins.module_utils.client.connect import connect
from ansible_collections.utmstack.siem.plugins.module_utils.conversion import is_blank
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.execution import internal_error
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.plugin_options import (
    connection_settings,
    plugin_redactor,
)
from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.shown import shown_message
from ansible_collections.utmstack.siem.plugins.module_utils.errors import UtmstackError
from ansible_collections.utmstack.siem.plugins.module_utils.transport.connection_options import CONNECTION, IDENTITY
from ansible_collections.utmstack.siem.plugins.module_utils.transport.settings import connection_warnings
from ansible_collections.utmstack.siem.plugins.module_utils.transport.transport import REQUESTS_IMPORT_ERROR


class Configured(Protocol):
    """A plugin whose options Ansible has read."""

    def get_option(self, option: str) -> Any:
        """The value of an option."""


def check_requests(failure: type[AnsibleError]) -> None:
    """:raises AnsibleError: the library for requests is missing on the controller."""
    if REQUESTS_IMPORT_ERROR is not None:
        raise failure(missing_required_lib("requests"))


@contextmanager
def connected(plugin: Configured, failure: type[AnsibleError] = AnsibleError) -> Iterator[Client]:
    """A client for the connection of a plugin, which shares the login of the run.

    What fails within the block also becomes a failure of the plugin, without secrets. Errors of Ansible stay.

    :param failure: the kind of error that the plugin raises.
    """
    check_requests(failure)
    given = given_connection(plugin, os.environ)
    redactor = plugin_redactor(given, os.environ)
    try:
        settings = connection_settings(given, os.environ)
        with connect(settings, C.DEFAULT_LOCAL_TMP, redactor) as client:
            for warning in connection_warnings(settings):
                Display().warning(shown_message(redactor.message(warning)))
            yield client
    except UtmstackError as error:
        raise failure(shown_message(redactor.message(error.message))) from None
    except AnsibleError:
        raise
    except Exception as error:  # noqa: BLE001 - the last resort: Ansible would print the text of any error
        raise failure(f"{internal_error(error)} Please report it.") from None


def given_connection(plugin: Configured, environment: Mapping[str, str]) -> dict[str, Any]:
    """The connection options that a plugin names itself, as far as Ansible can tell.

    Ansible takes each option from the environment by itself. Of an identity, that would mix two.
    """
    found = {option.name: plugin.get_option(option.name) for option in CONNECTION}
    return {
        name: value
        for name, value in found.items()
        if not is_blank(value) and not (name in _IDENTITY and value == environment.get(_IDENTITY[name]))
    }


_IDENTITY = {option.name: option.variable for option in IDENTITY}
