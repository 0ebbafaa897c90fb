# Copyright: (c) 2026, UTMStack SIEM collection contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All routes in the order of the API facts; the default access is that of users."""

from __future__ import annotations

from ..routes import account as account_routes
from ..routes import alert as alert_routes
from ..routes import alert_history as alert_history_routes
from ..routes import api_key as api_key_routes
from ..routes import asset as asset_routes
from ..routes import auth as auth_routes
from ..routes import control
from ..routes import csv as csv_routes
from ..routes import incident as incident_routes
from ..routes import incident_link as incident_link_routes
from ..routes import probe as probe_routes
from ..routes import search as search_routes
from ..routes import tag as tag_routes
from ..routes import tag_rule as tag_rule_routes
from ..routes import value as value_routes
from ..state.dialect import Dialect
from . import arrivals, listening
from .routing import Access, Route

TABLE = [
    # 1.1 to 1.3 Authentication
    Route("POST", "/api/authenticate", auth_routes.log_in, Access.PUBLIC),
    Route("GET", "/api/authenticate", auth_routes.who, Access.PUBLIC),
    Route("GET", "/api/check-credentials", auth_routes.check_credentials, when=lambda r: not r.posts_credentials),
    Route("POST", "/api/check-credentials", auth_routes.check_own_password, when=lambda r: r.posts_credentials),
    Route("GET", "/api/tfa/verifyCode", auth_routes.verify_mailed_code, Access.PRELIMINARY, only="v10"),
    Route("POST", "/api/tfa/verify-code", auth_routes.verify_code, Access.PRELIMINARY, only="v11"),
    Route("GET", "/api/tfa/refresh", auth_routes.refresh_challenge, Access.PRELIMINARY, only="v11"),
    Route("POST", "/api/enrollment/tfa", auth_routes.enrol, Access.PRELIMINARY, only="v11"),
    Route("POST", "/api/tfa/init", auth_routes.begin_own_setup, only="v11"),
    Route("POST", "/api/tfa/verify", auth_routes.try_own_setup, only="v11"),
    Route("POST", "/api/tfa/complete", auth_routes.complete_own_setup, only="v11"),
    Route("GET", "/api/account", account_routes.own_account),
    Route("GET", "/api/users", account_routes.list_users, Access.ADMIN),
    Route("POST", "/api/users", account_routes.create_user, Access.ADMIN),
    Route("GET", "/api/users/authorities", account_routes.list_roles, Access.ADMIN),
    Route("GET", "/api/users/filter/{text}", account_routes.filter_users, Access.ADMIN),
    Route("GET", "/api/users/{login}", account_routes.show_user, Access.ADMIN),
    Route("PUT", "/api/users", account_routes.change_user, Access.ADMIN),
    Route("DELETE", "/api/users/{login}", account_routes.delete_user, Access.ADMIN),
    # 1.5 API keys
    Route("GET", "/api/api-keys", api_key_routes.list_keys, Access.PLAIN_USER, only="v11"),
    Route("POST", "/api/api-keys", api_key_routes.create_key, Access.PLAIN_USER, only="v11"),
    Route("GET", "/api/api-keys/{id}", api_key_routes.show_key, Access.PLAIN_USER, only="v11"),
    Route("PUT", "/api/api-keys/{id}", api_key_routes.change_key, Access.PLAIN_USER, only="v11"),
    Route("DELETE", "/api/api-keys/{id}", api_key_routes.delete_key, Access.PLAIN_USER, only="v11"),
    Route("POST", "/api/api-keys/{id}/generate", api_key_routes.generate_key, Access.PLAIN_USER, only="v11"),
    # 1.6 Small probes
    Route("GET", "/api/ping", probe_routes.ping, Access.PUBLIC),
    Route("GET", "/management/info", probe_routes.information, Access.PUBLIC),
    Route("GET", "/api/date-format", probe_routes.date_format, Access.PUBLIC),
    Route("GET", "/api/info/version", probe_routes.version, Access.PUBLIC, when=lambda r: r.reports_version),
    Route("GET", "/api/releaseInfo", probe_routes.release_information, Access.PUBLIC),
    # 3 Search
    Route("POST", "/api/elasticsearch/search", search_routes.search_alerts),
    Route("POST", "/api/elasticsearch/generic-search", search_routes.generic_search),
    # 4 Export and values
    Route("POST", "/api/elasticsearch/search/csv", csv_routes.export),
    Route("GET", "/api/elasticsearch/property/values", value_routes.values),
    Route("POST", "/api/elasticsearch/property/values-with-count", value_routes.values_with_count),
    Route("POST", "/api/elasticsearch/count", value_routes.any_match, only="v11"),
    Route("GET", "/api/elasticsearch/index/properties", value_routes.properties),
    # 6 Alerts and their history
    Route("POST", "/api/utm-alerts/status", alert_routes.change_status),
    Route("POST", "/api/utm-alerts/tags", alert_routes.change_tags),
    Route("POST", "/api/utm-alerts/notes", alert_routes.change_note),
    Route("POST", "/api/utm-alerts/convert-to-incident", alert_routes.convert_to_incident),
    Route("GET", "/api/utm-alerts/count-open-alerts", alert_routes.count_open),
    Route("GET", "/api/utm-alert-logs", alert_history_routes.show),
    Route("GET", "/api/utm-alert-logs/count", alert_history_routes.count),
    # 7 Incidents
    Route("GET", "/api/utm-incidents", incident_routes.list_incidents),
    Route("POST", "/api/utm-incidents", incident_routes.create_incident),
    Route("POST", "/api/utm-incidents/add-alerts", incident_routes.add_alerts),
    Route("PUT", "/api/utm-incidents/change-status", incident_routes.change_status),
    Route("GET", "/api/utm-incidents/users-assigned", incident_routes.users_assigned),
    Route("GET", "/api/utm-incidents/{id}", incident_routes.show_incident),
    Route("GET", "/api/utm-incident-alerts", incident_link_routes.list_links),
    Route("POST", "/api/utm-incident-alerts", incident_link_routes.create_link),
    Route("PUT", "/api/utm-incident-alerts", incident_link_routes.change_link),
    Route("DELETE", "/api/utm-incident-alerts/{id}", incident_link_routes.delete_link),
    Route("POST", "/api/utm-incident-alerts/update-status", incident_link_routes.update_link_status),
    Route("GET", "/api/utm-incident-notes", incident_link_routes.list_notes),
    Route("POST", "/api/utm-incident-notes", incident_link_routes.create_note),
    Route("GET", "/api/utm-incident-histories", incident_link_routes.list_events),
    Route("GET", "/api/utm-incident-histories/count", incident_link_routes.count_events),
    Route("GET", "/api/utm-incident-histories/{id}", incident_link_routes.show_event),
    # 8 Tags and tag rules
    Route("GET", "/api/utm-alert-tags", tag_routes.list_tags),
    Route("POST", "/api/utm-alert-tags", tag_routes.create_tag),
    Route("PUT", "/api/utm-alert-tags", tag_routes.change_tag),
    Route("GET", "/api/utm-alert-tags/{id}", tag_routes.show_tag),
    Route("DELETE", "/api/utm-alert-tags/{id}", tag_routes.delete_tag),
    Route("POST", "/api/alert-tag-rules", tag_rule_routes.create_rule),
    Route("PUT", "/api/alert-tag-rules", tag_rule_routes.change_rule),
    Route("GET", "/api/alert-tag-rules", tag_rule_routes.list_rules),
    Route("GET", "/api/alert-tag-rules/get-by-ids", tag_rule_routes.show_rules),
    Route("GET", "/api/alert-tag-rules/{id}", tag_rule_routes.show_rule),
    Route("DELETE", "/api/alert-tag-rules/{id}", tag_rule_routes.delete_rule),
    # 10 Inventory
    Route("GET", "/api/utm-network-scans/search-by-filters", asset_routes.search_assets),
    Route("GET", "/api/utm-network-scans/searchPropertyValues", asset_routes.property_values),
    Route("GET", "/api/utm-network-scans/countNewAssets", asset_routes.count_new),
    Route("GET", "/api/utm-network-scans/agent-os-platform", asset_routes.agent_platforms),
    Route("GET", "/api/utm-network-scans/{id}", asset_routes.show_asset),
    Route("GET", "/api/utm-data-input-statuses", asset_routes.list_inputs),
    Route("GET", "/api/utm-data-input-statuses/count", asset_routes.count_inputs),
    Route("GET", "/api/utm-data-input-statuses/{id}", asset_routes.show_input),
    Route("GET", "/api/agent-manager/agents", asset_routes.no_agent_manager),
    Route("GET", "/api/agent-manager/agents-with-commands", asset_routes.no_agent_manager),
    Route("GET", "/api/agent-manager/agent-by-hostname", asset_routes.no_agent_manager_for_host),
    Route("GET", "/api/agent-manager/can-run-command", asset_routes.no_agent_manager_for_host),
    Route("GET", "/api/data-types", asset_routes.list_data_types, only="v11"),
    # The control interface
    Route("POST", "/simulator/reset", control.reset, Access.PUBLIC),
    Route("POST", "/simulator/documents", control.add_documents, Access.PUBLIC),
    Route("POST", "/simulator/state", control.add_state, Access.PUBLIC),
    Route("POST", "/simulator/assets", control.add_assets, Access.PUBLIC),
    Route("POST", "/simulator/users", control.add_users, Access.PUBLIC),
    Route("POST", "/simulator/settings", control.change_settings, Access.PUBLIC),
    Route("POST", "/simulator/tick", control.tick, Access.PUBLIC),
    Route("POST", "/simulator/arrivals", arrivals.add_arrivals, Access.PUBLIC),
    Route("POST", "/simulator/repeat", control.repeat_alerts, Access.PUBLIC),
    Route("POST", "/simulator/away", listening.go_away, Access.PUBLIC),
    Route("POST", "/simulator/faults", control.set_faults, Access.PUBLIC),
    Route("GET", "/simulator/held", control.wait_for_held, Access.PUBLIC),
    Route("POST", "/simulator/settle", control.settle, Access.PUBLIC),
    Route("GET", "/simulator/requests", control.show_requests, Access.PUBLIC),
    Route("DELETE", "/simulator/requests", control.clear_requests, Access.PUBLIC),
    Route("GET", "/simulator/alerts", control.show_alerts, Access.PUBLIC),
    Route("POST", "/simulator/api-keys", control.make_api_key, Access.PUBLIC),
]


def routes_of(dialect: Dialect) -> list[Route]:
    """The routes of a release."""
    return [route for route in TABLE if route.only in (None, dialect.name) and route.when(dialect.release)]
