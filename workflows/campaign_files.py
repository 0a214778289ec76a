"""The file of a campaign: what `hailong campaign create` makes it from again."""

from __future__ import annotations

import yaml
from sqlalchemy.orm import Session

from store.models.campaigns import CampaignRow
from store.queries import campaigns


def campaign_file(session: Session, row: CampaignRow) -> str:
    """The plan of a campaign as YAML; the questionnaire is named by code and version."""
    version = campaigns.questionnaire(session, row)
    units = [unit.code for unit in campaigns.campaign_units(session, row.id)]
    plan = {
        "code": row.code,
        "title": dict.fromkeys(row.languages, row.title["vi"]) | dict(row.title),
        "year": row.year,
        "kind": row.kind,
        "basis": row.basis,
        "questionnaire": {
            "code": version.code,
            "version": version.version,
            "form": "short" if row.short_form else "whole",
        },
        "languages": list(row.languages),
        "opens": row.opens,
        "closes": row.closes,
        "units": units or "all",
        "method": {"id": row.method, "grouping": row.grouping},
        "disclosure": {"minimum": row.disclosure_minimum, "small": row.disclosure_small},
        "results": row.results,
        "batch": {"minimum_new": row.batch_minimum, "every": row.batch_every},
        "fill": {"minimum_s": row.minimum_fill_s},
        "chat": {"offered": row.chat_offered, "once": row.chat_once},
    }
    return yaml.safe_dump(plan, allow_unicode=True, sort_keys=False, width=120)
