# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the REST API of AWX 24.6, for the modules of awx.awx 24.6.1 and its lookup.

It keeps what a controller was seen to do with objects and launches of this collection: what it refuses when an object
is saved, in its own words where they are known, and what it makes of answers at launch. It runs no jobs.

Assumed, because no controller was asked:

- the wording when a name exists already, and what is deleted along with an object (see `kinds.py`)
- every user may read everything; an organization's own administrator may edit it, but not make one
- a project's update ends at once and finds the playbooks that the test names; an inventory is gone at once
- a credential may be saved without a field that its type requires
- variables outside of a survey are ignored when a workflow is launched, as they are for a job template
- configurations of notifications are checked for webhook, Slack, email and Mattermost alone
"""
