# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parts of the full project that are the same in every project: settings nobody here ever changes."""

from __future__ import annotations

from functools import cache

from .answers import encode
from .levels import DEVELOPER, MAINTAINER
from .rules import Rules


def fragment(values: dict[str, object]) -> str:
    """Keys and values as JSON without the braces, to be joined with others."""
    return encode(values)[1:-1]


def _enabled(*features: str) -> dict[str, object]:
    return {f"{feature}_access_level": "enabled" for feature in features}


FEATURES = fragment(
    {
        "resolve_outdated_diff_discussions": False,
        "container_expiration_policy": {
            "cadence": "1d",
            "enabled": False,
            "keep_n": 10,
            "older_than": "90d",
            "name_regex": ".*",
            "name_regex_keep": None,
            "next_run_at": "2024-01-16T09:00:00.000Z",
        },
        "repository_object_format": "sha1",
        "issues_enabled": True,
        "merge_requests_enabled": True,
        "wiki_enabled": True,
        "jobs_enabled": True,
        "snippets_enabled": True,
        "container_registry_enabled": True,
        "service_desk_enabled": False,
    }
)

ACCESS_LEVELS = fragment(
    {
        **_enabled("issues", "repository", "merge_requests", "forking", "wiki", "builds", "snippets"),
        "pages_access_level": "private",
        **_enabled("analytics", "container_registry"),
        "security_and_compliance_access_level": "private",
        **_enabled("releases", "environments", "feature_flags", "infrastructure", "monitor"),
        **_enabled("model_experiments", "model_registry", "package_registry"),
        "emails_disabled": False,
        "emails_enabled": True,
        "show_diff_preview_in_email": True,
        "shared_runners_enabled": True,
        "lfs_enabled": True,
    }
)

_CONTINUOUS_INTEGRATION: dict[str, object] = {
    "ci_default_git_depth": 20,
    "ci_delete_pipelines_in_seconds": None,
    "ci_forward_deployment_enabled": True,
    "ci_forward_deployment_rollback_allowed": True,
    "ci_job_token_scope_enabled": False,
    "ci_separated_caches": True,
    "ci_allow_fork_pipelines_to_run_in_parent_project": True,
    "ci_id_token_sub_claim_components": ["project_path", "ref_type", "ref"],
    "build_git_strategy": "fetch",
    "keep_latest_artifact": True,
    "restrict_user_defined_variables": True,
    "ci_pipeline_variables_minimum_override_role": "developer",
    "runner_token_expiration_interval": None,
    "group_runners_enabled": True,
    "resource_group_default_process_mode": "unordered",
    "auto_cancel_pending_pipelines": "enabled",
    "build_timeout": 3600,
    "auto_devops_enabled": False,
    "auto_devops_deploy_strategy": "continuous",
    "ci_push_repository_for_job_token_allowed": False,
    "protect_merge_request_pipelines": True,
    "ci_display_pipeline_variables": False,
    "ci_skip_branch_pipelines_for_mrs": False,
}

_MERGING: dict[str, object] = {
    "only_allow_merge_if_pipeline_succeeds": False,
    "allow_merge_on_skipped_pipeline": None,
    "request_access_enabled": True,
    "only_allow_merge_if_all_discussions_are_resolved": False,
    "remove_source_branch_after_merge": True,
    "printing_merge_request_link_enabled": True,
    "merge_method": "merge",
    "merge_request_title_regex": None,
    "merge_request_title_regex_description": None,
    "squash_option": "default_off",
    "automatic_rebase_enabled": False,
    "enforce_auth_checks_on_uploads": True,
    "suggestion_commit_message": None,
    "merge_commit_template": None,
    "squash_commit_template": None,
    "mr_default_title_template": None,
    "issue_branch_template": None,
    "warn_about_potentially_unwanted_characters": True,
    "autoclose_referenced_issues": True,
    "max_artifacts_size": None,
}

_ENTERPRISE: dict[str, object] = {
    "approvals_before_merge": 0,
    "mirror": False,
    "mirror_user_id": 1,
    "mirror_trigger_builds": False,
    "only_mirror_protected_branches": False,
    "mirror_overwrites_diverged_branches": False,
    "external_authorization_classification_label": "",
    "requirements_enabled": False,
    "requirements_access_level": "enabled",
    "security_and_compliance_enabled": True,
    "secret_push_protection_enabled": False,
    "pre_receive_secret_detection_enabled": False,
    "compliance_frameworks": [],
    "issues_template": None,
    "merge_requests_template": None,
    "ci_restrict_pipeline_cancellation_role": "developer",
    "merge_pipelines_enabled": False,
    "merge_trains_enabled": False,
    "merge_trains_skip_train_allowed": False,
    "only_allow_merge_if_all_status_checks_passed": False,
    "allow_pipeline_trigger_approve_deployment": False,
    "prevent_merge_without_jira_issue": False,
    "duo_remote_flows_enabled": True,
    "duo_foundational_flows_enabled": True,
    "duo_sast_fp_detection_enabled": False,
    "duo_sast_vr_workflow_enabled": False,
    "spp_repository_pipeline_access": True,
}

_NEWEST = {
    "automatic_rebase_enabled",
    "ci_display_pipeline_variables",
    "ci_skip_branch_pipelines_for_mrs",
    "mr_default_title_template",
    "protect_merge_request_pipelines",
}
_TITLES = {"merge_request_title_regex", "merge_request_title_regex_description"}

_MIRROR = {
    "mirror_user_id",
    "mirror_trigger_builds",
    "only_mirror_protected_branches",
    "mirror_overwrites_diverged_branches",
}
_FLOWS = {"duo_remote_flows_enabled", "duo_foundational_flows_enabled"}
_PREMIUM = {
    *_MIRROR,
    *_FLOWS,
    "mirror",
    "approvals_before_merge",
    "external_authorization_classification_label",
    "issues_template",
    "merge_requests_template",
    "ci_restrict_pipeline_cancellation_role",
    "merge_pipelines_enabled",
    "merge_trains_enabled",
    "merge_trains_skip_train_allowed",
    "allow_pipeline_trigger_approve_deployment",
}
_SECRET_PUSH_PROTECTION = {"secret_push_protection_enabled", "pre_receive_secret_detection_enabled"}
_SCANS = {"duo_sast_fp_detection_enabled", "duo_sast_vr_workflow_enabled", "spp_repository_pipeline_access"}
_ULTIMATE = {
    *_SECRET_PUSH_PROTECTION,
    *_SCANS,
    "only_allow_merge_if_all_status_checks_passed",
    "prevent_merge_without_jira_issue",
}


@cache
def continuous_integration(rules: Rules) -> str:
    """For who administers a project."""
    return _without(_CONTINUOUS_INTEGRATION, _unknown(rules))


@cache
def merging(rules: Rules) -> str:
    return _without(_MERGING, _unknown(rules))


@cache
def enterprise(rules: Rules, tier: str | None, role: int, reads_code: bool, mirror: bool) -> str:
    """What Enterprise Edition adds: most of it takes a licence, some a role too (ee/lib/ee/api/entities/project.rb)."""
    left_out = _unknown(rules)
    if tier is None:
        left_out |= _PREMIUM
    if tier != "ultimate":
        left_out |= _ULTIMATE
    if role < DEVELOPER:
        left_out |= _SECRET_PUSH_PROTECTION
    if role < MAINTAINER:
        left_out.add("ci_restrict_pipeline_cancellation_role")
    if not reads_code:
        left_out.add("merge_requests_template")
    if not mirror:
        left_out |= _MIRROR
    return _without({**_ENTERPRISE, "mirror": mirror}, left_out)


def _unknown(rules: Rules) -> set[str]:
    """The keys that the version has not yet, or no longer."""
    known = (
        (_NEWEST, rules.newest_project_keys),
        (_TITLES, rules.checks_titles),
        (_FLOWS | _SCANS, rules.shows_duo),
    )
    return {name for names, there in known if not there for name in names}


def _without(values: dict[str, object], left_out: set[str]) -> str:
    return fragment({name: value for name, value in values.items() if name not in left_out})


STATISTICS: dict[str, object] = {
    "commit_count": 1,
    "storage_size": 0,
    "repository_size": 0,
    "wiki_size": 0,
    "lfs_objects_size": 0,
    "job_artifacts_size": 0,
    "pipeline_artifacts_size": 0,
    "packages_size": 0,
    "snippets_size": 0,
    "uploads_size": 0,
    "container_registry_size": 0,
}
