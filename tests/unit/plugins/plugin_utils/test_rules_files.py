# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files with rules: what is read from them, and what errors say of files that hold none."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.utmstack.siem.plugins.module_utils.errors import InvalidInput
from ansible_collections.utmstack.siem.plugins.plugin_utils.rules_files import rules_in

GOOD = "- name: One\n  when: {severity: [high]}\n  then: {status: completed}\n"
SECRET = "PROBE/SECRET42"


def _refused(folder: Path, content: str | bytes, loader: DataLoader | None = None) -> str:
    file = folder / "given.yml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(InvalidInput) as refused:
        rules_in(loader or DataLoader(), str(file), "given.yml")
    return refused.value.message


def test_rules_are_numbered_within_their_file_and_know_their_line(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(f"# head\nrules:\n{GOOD}{GOOD.replace('One', 'Two')}", encoding="utf-8-sig")
    rules = rules_in(DataLoader(), str(tmp_path / "rules.yml"), "rules.yml")
    assert [(rule["name"], rule["origin"]) for rule in rules] == [
        ("One", "rules.yml, line 3: Rule 1"),
        ("Two", "rules.yml, line 6: Rule 2"),
    ]


def test_json_is_read_as_json_whatever_letters_it_holds(tmp_path: Path) -> None:
    row = {"name": "\U0001f6a8 \u2028 \x85 \x1b", "when": {"severity": ["high"]}, "then": {}}
    (tmp_path / "rules.json").write_text(json.dumps([row]), encoding="ascii")
    assert rules_in(DataLoader(), str(tmp_path / "rules.json"), "rules.json") == [
        {**row, "origin": "rules.json: Rule 1"}
    ]


def test_an_encrypted_file_is_read_with_the_vault_password(tmp_path: Path) -> None:
    secrets = [("default", VaultSecret(b"password"))]
    (tmp_path / "rules.yml").write_bytes(VaultLib(secrets).encrypt(GOOD))
    loader = DataLoader()
    loader.set_vault_secrets(secrets)
    assert rules_in(loader, str(tmp_path / "rules.yml"), "rules.yml")[0]["name"] == "One"
    assert "decrypted" in _refused(tmp_path, (tmp_path / "rules.yml").read_bytes())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("- name: One\n  when: {severity: [high]}\n  then: {status: completed\n- name: Two\n", "line 4, column 7"),
        ("- name: One\n  when: [}\n", "line 2, column 10"),
        ("- name: One\n\twhen: x\n", "line 2, column 1"),
        (f"- name: One\n  when: *{SECRET.lower().replace('/', '')}\n  then: {{}}\n", "line 2, column 9"),
        (f"- name: One\n  when: !{SECRET.replace('/', '')} x\n  then: {{}}\n", "tag that is not supported: line 2"),
        (f"- name: One\n  when: {{name: {SECRET}}}\n  when: {{}}\n", "repeats a key: line 3, column 3"),
        (f"- name: {SECRET}\n  when: {{since: 2026-13-45}}\n  then: {{}}\n", "line 2, column 17"),
        ("", "must hold a list of rules"),
        (f"{SECRET}\n", "must hold a list of rules"),
        (f"password: {SECRET}\n", "must hold a list of rules"),
        (json.dumps({"password": SECRET}), "must hold a list of rules"),
        (f"rules: {{password: {SECRET}}}\n", "must hold a list of rules"),
        (f"[default]\naws_access_key_id = AKIA\naws_secret_access_key = {SECRET}\n", "line 2, column 1"),
        (f"root:x:0:0:{SECRET}:/root:/bin/bash\nbin:x:1:1:{SECRET}:/usr/sbin:/bin/sh\n", "must hold a list of rules"),
        (f"-----BEGIN OPENSSH PRIVATE KEY-----\n{SECRET}==\n-----END OPENSSH PRIVATE KEY-----\n", "given.yml"),
        (f"- {SECRET}\n", "line 1: Rule 1 is no rule"),
        (f"- name: {SECRET}\n", "line 1: Rule 1 is no rule"),
        (f"- name: {SECRET}\n  {SECRET}: {SECRET}\n  when: x\n", "line 1: Rule 1 has a key that no rule has"),
        (b"\x7fELF\x00\xff\xfe" + SECRET.encode(), "is not a text file in UTF-8"),
        (f"\x00\x01{SECRET}", "characters that YAML does not allow"),
        (f"- &a [{SECRET}, *a]\n", "contains itself"),
        ("[" * 3000 + SECRET, "nested too deeply"),
        ("[" * 102 + f'"{SECRET}"' + "]" * 102, "nested too deeply"),
        ("a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(7)
        ), "holds more than 1000000 values"),
    ],
)  # fmt: skip
def test_a_file_without_rules_is_refused_by_place_and_never_quoted(
    tmp_path: Path, content: str | bytes, said: str
) -> None:
    message = _refused(tmp_path, content)
    assert said in message
    assert message.startswith("given.yml")
    assert SECRET.lower() not in message.lower()
    assert SECRET.replace("/", "").lower() not in message.lower()
    assert "AKIA" not in message


def test_what_is_no_regular_file_is_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, said in ((tmp_path / "pipe", "regular file"), (tmp_path, "regular file"), (tmp_path / "no", "No such")):
        with pytest.raises(InvalidInput, match=said):
            rules_in(DataLoader(), str(path), "x")
