# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes docs/controller-rules.md from the rules for objects of a controller."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.utmstack.siem.plugins.plugin_utils.controller.checks import RULES, SUBJECTS

TARGET = Path(__file__).parents[1] / "docs" / "controller-rules.md"
INTRODUCTION = f"""# Rules for objects of a controller

The role `controller_objects` checks its objects against these {len(RULES)} rules before it writes the first of them.
A rule stands for something that a controller refuses, drops without a word, or takes in another sense than was meant.
The message names the object, what is wrong, and what to do. This page is generated from the code.

The filter `utmstack.siem.controller_problems` checks objects of your own:

```yaml
- name: Check the objects
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{{{ problems | map(attribute='message') | join(' ') }}}}"
  vars:
    problems: "{{{{ objects | utmstack.siem.controller_problems({{'playbooks': ['triage.yml']}}) }}}}"
    objects:
      - {{kind: job_template, arguments: {{name: Triage, project: SOC, inventory: SIEMs, playbook: triage.yml}}}}
```

`kind` is the name of a module of `awx.awx`, and `arguments` are its arguments. Without `playbooks`, the names of
playbooks are not compared with a project.
"""


def page() -> str:
    """The text of the page."""
    parts = [INTRODUCTION]
    for subject, rules in SUBJECTS.items():
        rows = [f"| `{rule.name}` | {rule.sentence} |" for rule in rules]
        parts.append(
            "\n".join([f"## {subject[0].upper()}{subject[1:]}", "", "| Rule | Demands |", "|---|---|", *rows, ""])
        )
    return "\n".join(parts)


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
