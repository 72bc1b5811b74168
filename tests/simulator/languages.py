# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts of validations in the language of the token's user (GitLab API sheet, section 18).

Only these are translated: refusals of tokens, roles and parameters are English for everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

ENGLISH = "en"

ANCESTOR = "Project cannot be shared with the group it is in or one of its ancestors."
ROLE_LEVEL = "Member role the custom role's base access level does not match the current access level"
ROLE_HIERARCHY = "Project must be in same hierarchy as custom role's namespace"
EMAIL_DOMAINS = (
    "Group Invited group allowed email domains must contain a subset of the allowed email domains of the root "
    "ancestor group. Go to the group's 'Settings &gt; General' page and check 'Restrict membership by email domain'."
)
ENFORCED_SSO = "This group cannot be invited to a project inside a group with enforced SSO"
GROUP_ALREADY_SHARED = "Shared group The group has already been shared with this group"

# The first sentence of section 1.5, attribute and message together.
ALREADY_SHARED = {
    "da_DK": "Projekt allerede delt med gruppen",
    "de": "Projekt bereits mit dieser Gruppe geteilt",
    "es": "Proyecto ya se compartió con este grupo",
    "fr": "Projet déjà partagé avec ce groupe",
    "ga_IE": "Tionscadal roinnte cheana leis an ngrúpa seo",
    "it": "Progetto è già condiviso con questo gruppo",
    "ja": "プロジェクトすでにこのグループと共有しています",
    "ko": "이미 이 그룹과 공유되었습니다.",
    "nb_NO": "Prosjekt allerede delt med denne gruppen",
    "pt_BR": "Projeto já compartilhado com este grupo",
    "ro_RO": "Proiect deja partajat cu acest grup",
    "ru": "Проект уже совместно используется с этой группой",
    "si_LK": "ව්‍යාපෘතිය දැනටමත් මෙම සමූහය සමඟ බෙදාගෙන ඇත",
    "tr_TR": "Project bu grupla zaten paylaştı",
    "uk": "Проєкт вже доступний в цій групі",
    "zh_CN": "项目已与该群组分享",
    "zh_HK": "Projectalready shared with this group",
    "zh_TW": "專案已與該群組分享",
}

# The others, in some of the languages that have them.
SENTENCES = {
    "de": {
        ANCESTOR: "Das Projekt kann nicht mit der Gruppe, in der es sich befindet, oder einem ihrer Vorgänger "
        "geteilt werden.",
        EMAIL_DOMAINS: "Gruppe Die zulässigen E-Mail-Domänen der eingeladenen Gruppe müssen eine Teilmenge der "
        "zulässigen E-Mail-Domänen der Stammgruppe enthalten. Gehe zur Seite \u201eEinstellungen &gt; Allgemein\u201c "
        "der Gruppe und aktiviere \u201eMitgliedschaft nach E-Mail-Domäne einschränken\u201c.",
        ENFORCED_SSO: "Diese Gruppe kann nicht zu einem Projekt innerhalb einer Gruppe mit erzwungenem SSO "
        "eingeladen werden",
    },
    "fr": {
        ANCESTOR: "Le projet ne peut pas être partagé avec le groupe dans lequel il se trouve ni avec un de ses "
        "ancêtres.",
        ENFORCED_SSO: "Ce groupe ne peut pas être invité sur un projet qui se trouve dans un groupe avec SSO "
        "obligatoire",
    },
    "ja": {
        ANCESTOR: "プロジェクトは、所属するグループまたはその祖先の 1 つと共有することはできません。",
        ENFORCED_SSO: "このグループは、SSO が適用されているグループ内のプロジェクトに招待することはできません",
    },
}


class Joints(NamedTuple):
    """What stands between two sentences, between more of them, and before the last of more."""

    two: str
    more: str
    last: str


# Of rails-i18n; Irish and Sinhala are not in it.
JOINTS = {
    "da_DK": Joints(" og ", ", ", " og "),
    "de": Joints(" und ", ", ", " und "),
    "es": Joints(" y ", ", ", " y "),
    "fr": Joints(" et ", ", ", " et "),
    "it": Joints(" e ", ", ", " e "),
    "ja": Joints("、", "、", "、"),
    "ko": Joints(", ", ", ", ", "),
    "nb_NO": Joints(" og ", ", ", " og "),
    "pt_BR": Joints(" e ", ", ", " e "),
    "ro_RO": Joints(" și ", ", ", " și "),
    "ru": Joints(" и ", ", ", " и "),
    "tr_TR": Joints(" ve ", ", ", " ve "),
    "uk": Joints(" і ", ", ", " та "),
    "zh_CN": Joints("和", "、", "、"),
    "zh_HK": Joints("和", "、", "、"),
    "zh_TW": Joints("和", "、", "、"),
}
ENGLISH_JOINTS = Joints(" and ", ", ", ", and ")


def translated(text: str, language: str) -> str:
    """A text of a validation in that language; English where GitLab has no other, or none is known here."""
    if text.endswith("already shared with this group"):
        return ALREADY_SHARED.get(language, text)
    return SENTENCES.get(language, {}).get(text, text)


def joined(texts: Sequence[str], language: str) -> str:
    """The texts as one sentence, as Rails' to_sentence makes it."""
    joints = JOINTS.get(language, ENGLISH_JOINTS)
    if len(texts) <= 2:
        return joints.two.join(texts)
    return joints.last.join([joints.more.join(texts[:-1]), texts[-1]])
