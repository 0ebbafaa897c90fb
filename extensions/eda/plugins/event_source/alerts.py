# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event source `utmstack.siem.alerts`: alerts of UTMStack as events of Event-Driven Ansible."""

from __future__ import annotations

import os
import sys
from typing import Any

DOCUMENTATION = r"""
name: alerts
short_description: Report alerts of UTMStack as events
description:
  - Polls a UTMStack server and reports alerts as events when its rule engine has released them (C(opened)), when they are open again (C(reopened))
    and, on request, when they change (C(changed)).
  - An event holds the ID of the alert, numbers, times and words from closed lists. Names, hosts and users are an attacker's texts, and Ansible
    takes texts in an event for templates. Pass the ID to a playbook that reads the alert through a module.
  - Many like alerts become one C(burst) event with all their IDs if O(burst) is set.
  - C(health) events report the lag, the last successful poll, failures and alerts that wait.
  - Each event has a C(meta.uuid) that depends only on the alert, its version and the attempt. With the persistence of C(ansible-rulebook), an
    event that is reported again after a restart is therefore dropped.
version_added: 1.0.0
options:
  query:
    description:
      - Alerts to report, by the query keys of the modules. Without it, all open alerts.
      - An alert is reported as C(opened) when it begins to match, and as C(reopened) when it matches again.
      - Alerts in automatic review and echoes (v11) are left out (see O(include_review)).
    type: dict
    suboptions:
      status:
        description:
          - Status of the alert. Without it, V(open).
        type: list
        elements: str
        choices:
          - open
          - in_review
          - completed
      severity:
        description:
          - Severity of the alert.
        type: list
        elements: str
        choices:
          - low
          - medium
          - high
      name:
        description:
          - Name of the alert.
        type: list
        elements: str
      category:
        description:
          - Category of the alert.
        type: list
        elements: str
      data_source:
        description:
          - Host or device that sent the log.
        type: list
        elements: str
      data_type:
        description:
          - Log type, such as V(wineventlog).
        type: list
        elements: str
      technique:
        description:
          - ATT&CK technique (v11) or tactic (v10) of the alert.
        type: list
        elements: str
      source_ip:
        description:
          - IP address of the adversary (v11) or source (v10). Takes addresses, networks such as V(10.20.0.0/16), ranges such as V(10.0.0.1-10.0.0.20),
            and names from O(networks).
        type: list
        elements: str
      source_host:
        description:
          - Host name of the adversary (v11) or source (v10).
        type: list
        elements: str
      source_user:
        description:
          - User of the adversary (v11) or source (v10).
        type: list
        elements: str
      target_ip:
        description:
          - IP address of the target (v11) or destination (v10). Takes addresses, networks such as V(10.20.0.0/16), ranges such as V(10.0.0.1-10.0.0.20),
            and names from O(networks).
        type: list
        elements: str
      target_host:
        description:
          - Host name of the target (v11) or destination (v10).
        type: list
        elements: str
      target_user:
        description:
          - User of the target (v11) or destination (v10).
        type: list
        elements: str
      tags:
        description:
          - Tags of the alert. It must carry all of them.
        type: list
        elements: str
      without_tags:
        description:
          - Tags to exclude. The alert must carry none of them.
        type: list
        elements: str
      incident:
        description:
          - Whether the alert belongs to an incident.
        type: bool
      where:
        description:
          - Conditions on any other field of the stored documents. Only fields and operators that every daily index supports are accepted. If
            a search fails on one index, the server silently leaves out that day and still returns 200.
        type: list
        elements: dict
        suboptions:
          field:
            description:
              - Field of the stored document, such as V(adversary.geolocation.country) on v11 or V(source.country) on v10.
            type: str
            required: true
          operator:
            description:
              - Comparison operator. The names are the server's, in lower case. Text is compared in full, and pattern characters are taken literally.
            type: str
            required: true
            choices:
              - is
              - is_not
              - is_one_of
              - is_not_one_of
              - contain
              - does_not_contain
              - start_with
              - not_start_with
              - ends_with
              - not_ends_with
              - exist
              - does_not_exist
              - is_between
              - is_not_between
              - is_greater_than
              - is_less_than_or_equals
          value:
            description:
              - Value to compare with.
              - Takes a list for V(is_one_of), V(is_not_one_of), V(is_between) and V(is_not_between), and no value for V(exist) and V(does_not_exist).
            type: raw
      user:
        description:
          - User on either side of the alert.
        type: list
        elements: str
      all:
        description:
          - With V(true), every alert that the other keys do not rule out. Modules that write refuse a query without any key, so this is how to
            mean all alerts.
        type: bool
  networks:
    description:
      - 'Lists of addresses by name, for O(query), such as V({scanners: [10.0.0.0/24]}).'
    type: dict
  lists:
    description:
      - 'Lists of texts by name, for O(query), such as V({backup_hosts: [bak-01, bak-02]}).'
    type: dict
  interval:
    description:
      - Seconds from one poll to the next. An idle poll of an ordinary O(query) takes at most two requests.
    type: float
    default: 10
  cursor:
    description:
      - File that keeps the position between restarts. Its folder must exist, and each source needs a file of its own. An empty file, whose name
        ends with C(.lock), stays beside it.
      - It takes about 11 bytes for each open alert, and 180 for each one whose event is not confirmed yet, or, without O(feedback), is among
        the last 40.
      - Without it, a restarted source begins again as O(since) says.
    type: path
  since:
    description:
      - 'Where the first start begins: an age (V(90m), V(24h), V(7d)), V(today), a day or an ISO 8601 time. Times without an offset are in UTC.'
      - Put a day or time into quotes. C(ansible-rulebook) fails on a YAML date.
      - Without it, only alerts that are released after the start are reported. Once O(cursor) holds a position, it has no effect.
    type: str
  include_review:
    description:
      - Whether to report alerts that are still in automatic review, up to 40 seconds earlier. UTMStack's rule engine may still change or close
        them.
    type: bool
    default: false
  reconcile:
    description:
      - Seconds between two sweeps over the IDs of all alerts that match, whatever their time. A sweep finds what a poll cannot, such as documents
        with an old time, and old alerts that are opened again. It takes one request for 10,000 alerts.
      - While at most 1,000 alerts match, every poll is a sweep.
    type: float
    default: 60
  fields:
    description:
      - Further fields of the alert for the event, under the names that M(utmstack.siem.utmstack_alert_info) returns. Without it, an event holds
        IDs, numbers, times and words from closed lists. Events for several alerts hold no further fields.
      - These texts are an attacker's. Control characters and template delimiters in them are broken, and long ones are cut. Prefer to pass the
        ID and to read the alert in the playbook.
    type: list
    elements: str
    choices:
      - id
      - parent_id
      - timestamp
      - name
      - status
      - severity
      - category
      - technique
      - description
      - solution
      - reference
      - data_type
      - data_source
      - adversary
      - target
      - tags
      - notes
      - observation
      - is_incident
      - incident
    default: []
  changed:
    description:
      - What to watch on the alerts that match, until they are completed. An alert on which it changes is reported as C(changed).
      - At most 10,000 alerts are watched. Of more, a new one replaces the one watched longest. Their documents are read and compared every O(reconcile)
        seconds, with one request for 1,000 alerts.
    type: list
    elements: str
    choices:
      - status
      - tags
      - severity
    default: []
  redeliver_after:
    description:
      - Seconds after which an alert is reported again that the server still shows untouched. V(0) means never.
      - 'This repeats an action that did not happen, also without persistence, so the action must change the alert: its status, tags, note or
        incident.'
    type: float
    default: 0
  attempts:
    description:
      - How often at most an alert is reported with O(redeliver_after), the first time included.
    type: int
    default: 3
  burst:
    description:
      - If one poll finds more than this many like alerts (of one rule, from one source, about one asset), report them as one C(burst) event with
        all their IDs. V(0) means never.
    type: int
    default: 0
  batch:
    description:
      - How many alerts of one poll share an event. Alerts that are in no burst are then reported together, as C(batch) events with all their
        IDs, so that one run of a playbook serves them all. V(0) means one event each.
      - An alert that comes alone and alerts that have changed are still reported by themselves.
    type: int
    default: 0
  max_backoff:
    description:
      - Longest wait in seconds after a failed poll, unless the server requests a longer one.
    type: float
    default: 60
  give_up_after:
    description:
      - Seconds of failing polls after which the source ends with an error, so that the restart policy of an activation acts. V(0) means never.
      - Refused credentials and locks end it at once.
    type: float
    default: 600
  health_interval:
    description:
      - Seconds between two C(health) events, which also report failing polls. V(0) means none.
    type: float
    default: 60
  feedback:
    description:
      - 'Whether C(ansible-rulebook) confirms each event that it has stored, and the position moves only then. Needs its persistence: C(--persistence-id),
        C(--id), and C(drools_db_file_path) (or C(drools_db_host), C(drools_db_port) and C(drools_db_name)) among its variables.'
      - 'C(burst) and C(batch) events then hold at most 40 alerts, since C(ansible-rulebook) loses actions that it goes on with after a restart
        if their events take more than 64 KiB together. Set O(redeliver_after) as well, above all with O(fields) or C(execution_strategy: parallel).'
    type: bool
    default: false
  url:
    description:
      - Address of the UTMStack server, such as V(https://siem.example.com).
      - It consists of scheme, host, port and an optional path prefix.
      - Redirects to another host or out of the path prefix are refused so that credentials are not sent there.
    type: str
    required: true
    env:
      - name: UTMSTACK_URL
  username:
    description:
      - Login exactly as UTMStack stores it. It is case-sensitive, and v11 does not accept an email address.
      - Used together with O(password) when neither O(api_key) nor O(token) is set.
    type: str
    env:
      - name: UTMSTACK_USERNAME
  password:
    description:
      - Password of O(username).
      - A refused login is never repeated. Ten of them lock the client's address for ten minutes, for every user behind it. Newer servers count
        all clients with private addresses as one.
    type: str
    env:
      - name: UTMSTACK_PASSWORD
  token:
    description:
      - Bearer token of an earlier login, for hosts that cannot share the session of the run.
      - UTMStack invalidates all tokens when it restarts. A token is not renewed.
    type: str
    env:
      - name: UTMSTACK_TOKEN
  api_key:
    description:
      - 'API key of a UTMStack v11 server. Recommended for automation: it needs no second factor and survives restarts.'
      - UTMStack v10 has no API keys.
    type: str
    env:
      - name: UTMSTACK_API_KEY
  totp_secret:
    description:
      - Base32 secret of the authenticator app enrolled for O(username). Completes a login that requires a second factor.
    type: str
    env:
      - name: UTMSTACK_TOTP_SECRET
  bypass_two_factor:
    description:
      - Ask a v11 server to accept a password login without the second factor, using UTMStack's own header for it.
      - This weakens the protection of the account. Each such login is reported as a warning.
    type: bool
    default: false
    env:
      - name: UTMSTACK_BYPASS_TWO_FACTOR
  validate_certs:
    description:
      - Whether to verify the TLS certificate of the server. Prefer O(ca_path) over disabling this.
    type: bool
    default: true
    env:
      - name: UTMSTACK_VALIDATE_CERTS
  ca_path:
    description:
      - File or directory with the CA certificates to trust instead of the system's.
    type: path
    env:
      - name: UTMSTACK_CA_PATH
  proxy:
    description:
      - URL of the HTTP proxy. Without it, the usual proxy environment variables apply.
    type: str
    env:
      - name: UTMSTACK_PROXY
  proxy_username:
    description:
      - Login at the O(proxy), if it is not part of its URL.
    type: str
    env:
      - name: UTMSTACK_PROXY_USERNAME
  proxy_password:
    description:
      - Password of O(proxy_username). Unlike in a URL, its special characters need no encoding.
    type: str
    env:
      - name: UTMSTACK_PROXY_PASSWORD
  timeout:
    description:
      - Seconds to wait for a complete response. UTMStack itself gives up on some writes only after 60 seconds.
    type: int
    default: 120
    env:
      - name: UTMSTACK_TIMEOUT
  connect_timeout:
    description:
      - Seconds to wait for a connection.
    type: int
    default: 10
    env:
      - name: UTMSTACK_CONNECT_TIMEOUT
  retry_budget:
    description:
      - Seconds in total that a task may spend waiting between retries.
      - Refused or dropped connections and the responses 429, 502, 503 and 504 are retried.
      - A write is retried only after reading back that it was not stored.
    type: int
    default: 60
    env:
      - name: UTMSTACK_RETRY_BUDGET
  dialect:
    description:
      - Major version of the server. Detected automatically, except with an O(api_key) or O(token) for a server that does not report its version.
    type: str
    choices:
      - v10
      - v11
    env:
      - name: UTMSTACK_DIALECT
notes:
  - Each argument may be a text, as variables of a rulebook are. A blank one is not given.
  - Connection arguments that are not given come from the environment variables E(UTMSTACK_URL), E(UTMSTACK_PASSWORD) and so on. Keep secrets
    there. With C(-vv), C(ansible-rulebook) prints the arguments of a rulebook.
  - The query keys are those of the modules, except C(since) and C(until).
requirements:
  - requests >= 2.31
author:
  - UTMStack SIEM collection contributors
"""

EXAMPLES = r"""
- name: Triage alerts as they are released
  hosts: localhost
  sources:
    - name: alerts
      utmstack.siem.alerts:
        # Credentials come from UTMSTACK_URL, UTMSTACK_USERNAME and UTMSTACK_PASSWORD (or UTMSTACK_API_KEY).
        cursor: /var/lib/eda/triage.cursor
        feedback: true
  rules:
    - name: Triage one alert
      condition: event.kind in ["opened", "reopened"]
      action:
        run_playbook:
          name: utmstack.siem.triage
          extra_vars:
            alert_triage_alert_ids: "{{ event.alert.id }}"

- name: Act on high alerts, one event for each storm
  hosts: localhost
  sources:
    - name: high_alerts
      utmstack.siem.alerts:
        url: https://siem.example.com
        ca_path: /etc/pki/siem-ca.pem
        query:
          severity: [high]
          without_tags: [False positive]
        interval: 5
        since: 24h
        burst: 20
        redeliver_after: 600
        attempts: 3
  rules:
    - name: Escalate a storm
      condition: event.kind == "burst"
      action:
        run_playbook:
          name: utmstack.siem.escalate
          extra_vars:
            alert_escalation_alert_ids: "{{ event.alert_ids }}"

- name: Follow the work of analysts, with the health of the source
  hosts: localhost
  sources:
    - name: changes
      utmstack.siem.alerts:
        changed: [status, tags]
        fields: [category, technique]
        health_interval: 30
        max_backoff: 120
        give_up_after: 1800
  rules:
    - name: Show what changed
      condition: event.kind == "changed" and event.before.status is defined
      action:
        debug:
          msg: "{{ event.alert.id }} was {{ event.before.status }} and is {{ event.alert.status }}"
    - name: Warn about failing polls
      condition: event.kind == "health" and event.failures > 0
      action:
        debug:
          msg: "{{ event.failures }} polls failed, the last success was at {{ event.last_success }}"
"""

# Started by its path, from wherever the collection is installed.
_FOLDERS = os.path.abspath(__file__).split(os.sep)
if "ansible_collections" in _FOLDERS:
    _ROOT = os.sep.join(_FOLDERS[: len(_FOLDERS) - _FOLDERS[::-1].index("ansible_collections")])
    if os.path.dirname(_ROOT) not in sys.path:
        sys.path.insert(0, os.path.dirname(_ROOT))
    import ansible_collections

    # Collections that came with Ansible's own package would hide this one.
    if _ROOT not in list(ansible_collections.__path__):
        ansible_collections.__path__.append(_ROOT)

try:
    from ansible_collections.utmstack.siem.plugins.module_utils.entrypoints.event_source import run_event_source
except ModuleNotFoundError as error:
    if not str(error.name).startswith("ansible_collections"):
        raise
    raise ImportError(
        "utmstack.siem.alerts must be started from a folder called ansible_collections. Install the collection, or add "
        "its folder to ANSIBLE_COLLECTIONS_PATH, and use the name utmstack.siem.alerts."
    ) from None


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Put events into the queue of ansible-rulebook for as long as it runs."""
    await run_event_source(queue, args, os.environ)
