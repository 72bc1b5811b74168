# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens, scopes and who the caller is: GitLab API sheet, section 6."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

KEYS = json.loads(Path(__file__).with_name("keys.json").read_text(encoding="utf-8"))

TOKEN = "glpat-extra-9Kd3mWq7Zt5Hy2Rb"
UNAUTHORIZED = {"message": "401 Unauthorized"}
EXPIRED = "Token is expired. You can either do re-authorization or token refresh."
REVOKED = "Token was revoked. You have to re-authorize from the user."
TOO_SMALL = "The request requires higher privileges than provided by the access token."
SHARE = {"group_id": 11, "group_access": 10}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def extra(user: str = "olivia", **token: Any) -> dict[str, Any]:
    return {"tokens": [{"token": TOKEN, "user": user, **token}]}


@pytest.mark.parametrize("path", ["/projects", "/groups", "/projects/8", "/groups/open"])
def test_anonymous_reads_see_what_is_public(company: Any, path: str) -> None:
    """A lost token looks like success."""
    assert company.anonymous().get(path).status == 200


@pytest.mark.parametrize("path", ["/user", "/version", "/metadata", "/personal_access_tokens/self"])
def test_what_needs_a_token(company: Any, path: str) -> None:
    reply = company.anonymous().get(path)
    assert (reply.status, reply.json) == (401, UNAUTHORIZED)


@pytest.mark.parametrize("path", ["/projects", "/user", "/projects/8"])
def test_unknown_token(company: Any, path: str) -> None:
    """Recorded: 401, also where no token would do."""
    reply = company.client("glpat-nobody-1Qa2Ws3Ed4Rf5Tg6").get(path)
    assert (reply.status, reply.json) == (401, UNAUTHORIZED)


@pytest.mark.parametrize(
    "headers",
    [
        {"PRIVATE-TOKEN": TOKEN},
        {"private-token": TOKEN},
        {"Authorization": f"Bearer {TOKEN}"},
        {"Authorization": f"bearer {TOKEN}"},
        {"PRIVATE-TOKEN": f"  {TOKEN}\t "},
        {"Authorization": f"Bearer   {TOKEN} "},
    ],
)
def test_ways_to_send_a_token(serve: Any, headers: dict[str, str]) -> None:
    """Blanks around a header's value are none of it (RFC 9110, section 5.5)."""
    assert serve(extra()).anonymous().get("/user", **headers).json["username"] == "olivia"


def test_token_in_the_query(serve: Any) -> None:
    client = serve(extra()).anonymous()
    assert client.get(f"/user?private_token={TOKEN}").json["username"] == "olivia"
    assert client.post(f"/projects/4/share?private_token={TOKEN}", SHARE).status == 201


@pytest.mark.parametrize("name", ["access_token", "bearer_token"])
@pytest.mark.parametrize("kind", ["personal", "oauth"])
def test_bearer_token_as_a_parameter(serve: Any, name: str, kind: str) -> None:
    """GitLab's config/initializers/doorkeeper.rb: access_token_methods; never in the log."""
    company = serve(extra(kind=kind))
    assert company.anonymous().get(f"/user?{name}={TOKEN}").json["username"] == "olivia"
    body = f"{name}={TOKEN}&group_id=11&group_access=10"
    assert company.anonymous().request("POST", "/projects/4/share", body, FORM).status == 201
    assert TOKEN not in repr(company.gitlab.log)


def test_which_of_several_tokens_counts(serve: Any) -> None:
    """GitLab's lib/api/api_guard.rb, access_token: an OAuth token, else PRIVATE-TOKEN, else any other Bearer."""
    own, oauth = "glpat-max-7Qx2kLm9Zr4Tn8Wv", {"Authorization": f"Bearer {TOKEN}"}
    stan = "glpat-stan-7Qx2kLm9Zr4Tn8Wv"
    client = serve(extra(kind="oauth")).anonymous()
    assert client.get("/user", **oauth, **{"PRIVATE-TOKEN": own}).json["username"] == "olivia"
    assert client.get("/user", Authorization=f"Bearer {stan}", **{"PRIVATE-TOKEN": own}).json["username"] == "max"
    assert client.get(f"/user?access_token={own}&bearer_token={stan}", **oauth).json["username"] == "max"
    assert client.get(f"/user?bearer_token={stan}", **oauth).json["username"] == "olivia"


def test_token_in_a_form(serve: Any) -> None:
    """private_token is a parameter like others to Rack, which reads forms but no JSON; never in the log."""
    company = serve(extra())
    body = f"private_token={TOKEN}&group_id=11&group_access=10"
    assert company.anonymous().request("POST", "/projects/4/share", body, FORM).status == 201
    assert company.anonymous().post("/projects/5/share", {**SHARE, "private_token": TOKEN}).status == 401
    assert company.gitlab.log[0].user == "olivia"
    assert TOKEN not in repr(company.gitlab.log)


@pytest.mark.parametrize("headers", [{"JOB-TOKEN": TOKEN}, {"PRIVATE-TOKEN": ""}, {"Authorization": "Basic eDp5"}])
def test_ignored_credentials(serve: Any, headers: dict[str, str]) -> None:
    """A JOB-TOKEN is ignored: reads are anonymous, writes refused."""
    client = serve(extra()).anonymous()
    assert [project["id"] for project in client.get("/projects", **headers).json] == [8]
    assert client.request("POST", "/projects/4/share", SHARE, headers).status == 401


def test_oauth_token(serve: Any) -> None:
    """As bearer only; it is no personal access token."""
    client = serve(extra(kind="oauth")).anonymous()
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/user", **bearer).status == 200
    assert client.get("/user", **{"PRIVATE-TOKEN": TOKEN}).status == 401
    reply = client.get("/personal_access_tokens/self", **bearer)
    text = "400 Bad request - This endpoint requires token type to be a personal access token"
    assert (reply.status, reply.json) == (400, {"message": text})


def test_deploy_tokens_are_no_api_tokens(serve: Any) -> None:
    assert serve(extra(kind="deploy")).client(TOKEN).get("/user").status == 401


def test_bad_bearer(company: Any) -> None:
    """Section 6: an unknown OAuth token is refused like any other."""
    reply = company.anonymous().get("/projects", Authorization="Bearer f00d-of-nobody-7Yh6Tg5Rf4Ed")
    assert (reply.status, reply.json, reply.headers["WWW-Authenticate"]) == (401, UNAUTHORIZED, None)


@pytest.mark.parametrize(
    ("token", "text"),
    [
        ({"expires_at": "2026-01-31"}, EXPIRED),
        ({"revoked": True}, REVOKED),
        ({"expires_at": "2026-01-31", "revoked": True}, EXPIRED),
        ({"expires_at": "2026-01-31", "scopes": []}, EXPIRED),
    ],
)
@pytest.mark.parametrize("path", ["/user", "/projects"])
def test_unusable_token(serve: Any, token: dict[str, Any], text: str, path: str) -> None:
    reply = serve(extra(**token), today="2026-01-31").client(TOKEN).get(path)
    assert (reply.status, reply.json) == (401, {"error": "invalid_token", "error_description": text})
    challenge = f'Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description="{text}"'
    assert reply.headers["WWW-Authenticate"] == challenge


def test_token_lives_until_the_day_it_expires(serve: Any) -> None:
    assert serve(extra(expires_at="2026-01-31"), today="2026-01-30").client(TOKEN).get("/user").status == 200


@pytest.mark.parametrize(
    ("scopes", "method", "path", "before", "listed"),
    [
        (["read_api"], "POST", "/projects/4/share", "", "ai_workflows "),
        (["read_api"], "DELETE", "/projects/4/share/11", "", "ai_workflows "),
        (["ai_workflows"], "POST", "/projects/4/share", "", "ai_workflows "),
        (["read_user"], "GET", "/projects", "", "ai_workflows "),
        (["read_repository"], "GET", "/user", "read_user ", "read_user ai_workflows "),
        (["read_repository"], "GET", "/version", "read_user ", "read_user ai_features "),
        (["read_user"], "GET", "/groups/acme/members", "", ""),
        ([], "GET", "/groups/acme", "", "ai_workflows "),
    ],
)
def test_scope_too_small(serve: Any, scopes: list[str], method: str, path: str, before: str, listed: str) -> None:
    """Section 6: 403 without WWW-Authenticate, before validation; it lists what is registered, not what would do."""
    for version, registered in (("18.8.0-ee", before), ("18.9.0-ee", listed)):
        reply = serve(extra(scopes=scopes), version=version).client(TOKEN).request(method, path)
        scope = f"{registered}api read_api"
        body = {"error": "insufficient_scope", "error_description": TOO_SMALL, "scope": scope}
        assert (reply.status, reply.json) == (403, body)
        assert "WWW-Authenticate" not in reply.headers


@pytest.mark.parametrize(("scopes", "status"), [(["read_registry"], 403), (["read_user"], 200)])
def test_the_token_about_itself_needs_a_scope_that_is_known(serve: Any, scopes: list[str], status: int) -> None:
    """Section 6.2: an instance without a registry does not know the registry's."""
    reply = serve(extra(scopes=scopes), version="18.9.0-ee").client(TOKEN).get("/personal_access_tokens/self")
    assert reply.status == status
    assert status == 200 or reply.json["scope"].startswith("api read_api read_user create_runner")


def test_the_account_is_looked_at_before_the_scope(serve: Any) -> None:
    """Section 1.2, step 2."""
    blocked = {"users": [{"username": "olivia", "state": "blocked"}], **extra(scopes=["read_registry"])}
    reply = serve(blocked).client(TOKEN).get("/projects")
    assert reply.json == {"message": "403 Forbidden - Your account has been blocked."}


@pytest.mark.parametrize(
    ("scopes", "path"),
    [
        (["read_api"], "/projects"),
        (["read_user"], "/user"),
        (["read_user"], "/version"),
        ([], "/personal_access_tokens/self"),
        (["read_user"], "/personal_access_tokens/self"),
    ],
)
def test_scope_that_does(serve: Any, scopes: list[str], path: str) -> None:
    assert serve(extra(scopes=scopes)).client(TOKEN).get(path).status == 200


@pytest.mark.parametrize(("state", "status"), [("terms", 200), ("blocked", 403)])
def test_bots_accept_no_terms(serve: Any, state: str, status: int) -> None:
    """Section 6; GitLab's app/models/user.rb, terms_accepted?."""
    bot = {"users": [{"username": "group_3_bot_5f1c", "bot": True, "state": state}]}
    company = serve({**bot, **extra(user="group_3_bot_5f1c", kind="group")})
    assert company.client(TOKEN).get("/user").status == status


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("blocked", "Your account has been blocked."),
        ("ldap_blocked", "Your account has been blocked."),
        ("banned", "Your account has been blocked."),
        ("blocked_pending_approval", "Your account is pending approval from your administrator and hence blocked."),
        ("deactivated", "Your account has been deactivated by your administrator."),
        ("terms", "You (@olivia) must accept the Terms of Service in order to perform this action."),
        ("password_expired", "Your password expired."),
    ],
)
def test_account_that_may_not(serve: Any, state: str, text: str) -> None:
    """Section 6."""
    reply = serve({"users": [{"username": "olivia", "state": state}]}).as_user("olivia").get("/projects")
    assert reply.status == 403
    assert reply.json["message"].startswith(f"403 Forbidden - {text}")


def test_missing_second_factor_does_not_block_tokens(serve: Any) -> None:
    """Section 6."""
    company = serve({"users": [{"username": "olivia", "state": "two_factor"}]})
    assert company.as_user("olivia").get("/projects").status == 200


def test_blocked_account(serve: Any) -> None:
    company = serve({"users": [{"username": "olivia", "state": "blocked"}]})
    reply = company.as_user("olivia").post("/projects/4/share", SHARE)
    assert reply.json == {"message": "403 Forbidden - Your account has been blocked."}


def test_the_token_about_itself(serve: Any) -> None:
    company = serve(extra(scopes=["read_api"], expires_at="2026-12-31", name="ansible"), today="2026-01-31")
    token = company.client(TOKEN).get("/personal_access_tokens/self").json
    keys = "id name revoked created_at description scopes user_id last_used_at active expires_at last_used_ips"
    assert list(token) == keys.split()
    assert token["last_used_ips"] == ["127.0.0.1"]
    shown = {key: token[key] for key in ("name", "revoked", "scopes", "user_id", "active", "expires_at")}
    assert shown == {
        "name": "ansible",
        "revoked": False,
        "scopes": ["read_api"],
        "user_id": 2,
        "active": True,
        "expires_at": "2026-12-31",
    }


def test_no_addresses_in_old_versions(serve: Any) -> None:
    """CHANGELOG.md: a token tells its addresses from 18.0 on."""
    older = serve(version="17.11.0-ee").as_user("olivia").get("/personal_access_tokens/self").json
    assert "last_used_ips" not in older


@pytest.mark.parametrize(("denied", "granular"), [([], False), (["share_project"], True)])
def test_newest_token_about_itself(serve: Any, denied: list[str], granular: bool) -> None:
    """Sections 6.1 and 6.2: 19.x adds expired and granular; before, a fine-grained token learns nothing."""
    fine = extra(granular_denied=denied)
    path = "/personal_access_tokens/self"
    token = serve(fine, version="19.0.0-ee").client(TOKEN).get(path).json
    assert (token["expired"], token["granular"]) == (False, granular)
    older = serve(fine, version="18.11.0-ee").client(TOKEN).get(path)
    assert older.status == (403 if granular else 200)
    assert not {"expired", "granular"} & set(older.json)
    if granular:
        text = "Unable to determine boundaries and permissions for authorization"
        assert older.json == {"error": "insufficient_granular_scope", "error_description": text}


def test_no_self_before_15_5(serve: Any) -> None:
    reply = serve(version="15.4.0-ee").as_user("olivia").get("/personal_access_tokens/self")
    assert (reply.status, reply.json) == (404, {"error": "404 Not Found"})


def test_user(serve: Any) -> None:
    """is_admin is there for administrators only, also without Admin Mode."""
    company = serve(admin_mode=True)
    olivia = company.as_user("olivia").get("/user").json
    assert (olivia["id"], olivia["username"], olivia["state"], olivia["bot"]) == (
        2,
        "olivia",
        "active",
        False,
    )
    assert "is_admin" not in olivia
    assert company.as_user("root").get("/user").json["is_admin"] is True


def test_user_on_18_9(serve: Any) -> None:
    """lib/api/entities/user.rb and those that add to it."""
    common = (
        "id username public_email name state locked avatar_url web_url created_at bio location linkedin twitter "
        "discord website_url github job_title pronouns organization bot work_information followers following "
        "is_followed local_time last_sign_in_at confirmed_at last_activity_on email theme_id color_scheme_id "
        "projects_limit current_sign_in_at identities can_create_group can_create_project two_factor_enabled "
        "external private_profile commit_email preferred_language"
    )
    enterprise = {"shared_runners_minutes_limit", "extra_shared_runners_minutes_limit", "scim_identities"}
    administrator = {"is_admin", "note", "namespace_id", "created_by"}
    company = serve(version="18.9.0-ee")
    assert set(company.as_user("olivia").get("/user").json) == {*common.split(), *enterprise}
    shown = company.as_user("root").get("/user").json
    assert set(shown) == {*common.split(), *enterprise, *administrator, "using_license_seat"}
    community = serve(version="18.9.0", enterprise=False)
    assert set(community.as_user("root").get("/user").json) == {*common.split(), *administrator}


@pytest.mark.parametrize(
    ("key", "since", "before"),
    [
        ("created_by", "15.6.0-ee", "15.5.0-ee"),
        ("discord", "15.9.0-ee", "15.8.0-ee"),
        ("scim_identities", "16.1.0-ee", "16.0.0-ee"),
        ("github", "18.1.0-ee", "18.0.0-ee"),
    ],
)
def test_newer_keys_of_the_user(serve: Any, key: str, since: str, before: str) -> None:
    """CHANGELOG.md, doc/api/users.md."""
    assert key in serve(version=since).as_user("root").get("/user").json
    assert key not in serve(version=before).as_user("root").get("/user").json


def test_recorded_user(company: Any) -> None:
    """Recorded keys that have not been dropped since."""
    recorded = KEYS["recorded_user"]
    assert set(recorded) - set(company.as_user("olivia").get("/user").json) == set()


@pytest.mark.parametrize(
    ("version", "keys"),
    [
        ("15.1.0-ee", None),
        ("15.2.0-ee", ["version", "revision", "kas"]),
        ("15.6.0-ee", ["version", "revision", "kas", "enterprise"]),
    ],
)
def test_metadata(serve: Any, version: str, keys: list[str] | None) -> None:
    client = serve(version=version).as_user("stan")
    reply = client.get("/metadata")
    expected = reply.json if version == "15.6.0-ee" else {"version": version, "revision": "0123456789a"}
    assert client.get("/version").json == expected
    assert reply.status == (200 if keys else 404)
    if keys:
        assert list(reply.json) == keys
        assert list(reply.json["kas"]) == ["enabled", "externalUrl", "externalK8sProxyUrl", "version"]


def test_enterprise_flag(serve: Any) -> None:
    client = serve(version="18.5.1", enterprise=False).as_user("stan")
    assert client.get("/metadata").json["enterprise"] is False


def test_settings_are_for_administrators(serve: Any) -> None:
    assert serve().as_user("root").get("/application/settings").status == 200
    for company, user in ((serve(), "olivia"), (serve(admin_mode=True), "root")):
        reply = company.as_user(user).get("/application/settings")
        assert (reply.status, reply.json) == (403, {"message": "403 Forbidden"})


def test_users_by_name(company: Any) -> None:
    found = company.as_user("stan").get("/users?username=olivia").json
    assert [user["id"] for user in found] == [2]
    assert company.as_user("stan").get("/users?username=nobody").json == []
    assert len(company.as_user("stan").get("/users").json) == 6
    assert company.anonymous().get("/users").status == 403


def test_pages_of_users(serve: Any) -> None:
    """GitLab's lib/api/users.rb: ids downwards, in pages; app/finders/users_finder.rb hides who is blocked."""
    company = serve({"users": [{"username": "max", "state": "blocked"}]})
    reply = company.as_user("stan").get("/users?per_page=3")
    assert [user["id"] for user in reply.json] == [6, 5, 4]
    assert (reply.headers["X-Total"], reply.headers["X-Next-Page"]) == ("5", "2")
    assert company.as_user("root").get("/users").headers["X-Total"] == "6"
    assert company.as_user("stan").get("/users?username=max").json == []
    assert company.anonymous().get("/users?username=").status == 403
    assert company.as_user("stan").get("/users?page=5000&per_page=11").status == 405


class TestSudo:
    def test_as_somebody_else(self, serve: Any) -> None:
        client = serve(extra(user="root", scopes=["api", "sudo"])).client(TOKEN)
        assert client.get("/user", Sudo="stan").json["username"] == "stan"
        assert client.get("/user?sudo=3").json["username"] == "max"
        alone = serve(extra(user="root", scopes=["sudo"])).client(TOKEN)
        assert alone.get("/user", Sudo="stan").json["username"] == "stan"
        assert [project["id"] for project in client.get("/projects", Sudo="stan").json] == [9, 8]

    @pytest.mark.parametrize(
        ("user", "scopes", "name", "status", "key", "text"),
        [
            ("olivia", ["api", "sudo"], "stan", 403, "message", "403 Forbidden - Must be admin to use sudo"),
            ("root", ["api"], "stan", 403, "error", "insufficient_scope"),
            ("root", ["sudo"], "root", 403, "error", "insufficient_scope"),
            ("root", ["api", "sudo"], "xy", 404, "message", "404 User with ID or username 'xy' Not Found"),
        ],
    )
    def test_refused(
        self, serve: Any, user: str, scopes: list[str], name: str, status: int, key: str, text: str
    ) -> None:
        reply = serve(extra(user=user, scopes=scopes)).client(TOKEN).get("/user", Sudo=name)
        assert (reply.status, reply.json[key]) == (status, text)

    @pytest.mark.parametrize(("query", "headers"), [("?sudo=root", {}), ("?sudo=", {}), ("", {"Sudo": "root"})])
    def test_needs_a_token(self, company: Any, query: str, headers: dict[str, str]) -> None:
        """GitLab's lib/api/helpers.rb, sudo!: nobody may ask to be somebody, where no token is needed either."""
        reply = company.anonymous().get(f"/projects{query}", **headers)
        assert (reply.status, reply.json) == (401, UNAUTHORIZED)

    def test_parameter_and_header(self, serve: Any) -> None:
        """GitLab's lib/api/helpers.rb, sudo_identifier: the parameter comes first, and an empty one is one."""
        client = serve(extra(user="root", scopes=["api", "sudo"])).client(TOKEN)
        assert client.get("/user?sudo=max", Sudo="stan").json["username"] == "max"
        assert client.get("/user?sudo=", Sudo="stan").json["message"] == "404 User with ID or username '' Not Found"
        assert serve(extra()).client(TOKEN).get("/user?sudo=").status == 403
