# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""GitLab's sentence that a share already exists, which means that nothing else is wrong with it.

GitLab checks this last and joins all failed validations into one text, so only the bare sentence counts. It comes in
the language of the token's user; the texts are those of GitLab 18.9, the first one is that of versions before 18.3.
"""

from __future__ import annotations

from .._http.errors import RequestFailed

CONFLICT = 409

SENTENCES = (
    "Group already shared with this group",
    "Project already shared with this group",
    "Projekt allerede delt med gruppen",  # da_DK
    "Projekt bereits mit dieser Gruppe geteilt",  # de
    "Proyecto ya se compartió con este grupo",  # es
    "Projet déjà partagé avec ce groupe",  # fr
    "Tionscadal roinnte cheana leis an ngrúpa seo",  # ga_IE
    "Progetto è già condiviso con questo gruppo",  # it
    "プロジェクトすでにこのグループと共有しています",  # ja
    "이미 이 그룹과 공유되었습니다.",  # ko
    "Prosjekt allerede delt med denne gruppen",  # nb_NO
    "Projeto já compartilhado com este grupo",  # pt_BR
    "Proiect deja partajat cu acest grup",  # ro_RO
    "Проект уже совместно используется с этой группой",  # ru
    "ව්\u200dයාපෘතිය දැනටමත් මෙම සමූහය සමඟ බෙදාගෙන ඇත",  # si_LK
    "Project bu grupla zaten paylaştı",  # tr_TR
    "Проєкт вже доступний в цій групі",  # uk
    "项目已与该群组分享",  # zh_CN
    "Projectalready shared with this group",  # zh_HK
    "專案已與該群組分享",  # zh_TW
)


def means_already_shared(error: RequestFailed) -> bool:
    """Return whether GitLab refused a share only because it exists."""
    return error.status == CONFLICT and _visible(error.reason) in _KNOWN


def _visible(text: str) -> str:
    """Return a text without blanks and joiners; in error messages, joiners have become blanks."""
    return "".join(letter for letter in text if letter.isprintable() and not letter.isspace())


_KNOWN = frozenset(map(_visible, SENTENCES))
