"""Posters of a campaign: its counters as the plain words and addresses that are printed for them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from qr_templates.codes import AddressError, version
from qr_templates.posters import ChatRoad, Poster
from store.models.campaigns import CampaignRow, CampaignUnitRow, CounterRow
from store.queries import campaigns
from survey.counter_codes import spoken
from survey.faults import Fault, listed, shown
from workflows.counters import unknown_campaign
from workflows.places import questionnaire_of, shortened


@dataclass(frozen=True, slots=True)
class Chats:
    """The names by which people find the office's chats; "" for one that it does not have."""

    zalo_name: str = ""
    zalo_link: str = ""
    telegram_name: str = ""


def posters_of(
    session: Session,
    campaign_code: str,
    public_url: str,
    *,
    unit_code: str | None = None,
    chats: Chats | None = None,
) -> tuple[Poster, ...] | Fault:
    """A poster for each counter that is not revoked, of one unit or of all, by unit and name."""
    campaign = campaigns.campaign(session, campaign_code)
    if campaign is None:
        return unknown_campaign(session, campaign_code)
    units = [unit.code for unit in campaigns.campaign_units(session, campaign.id)]
    if unit_code is not None and unit_code not in units:
        return Fault("unit_not_in_campaign", "--unit", {"found": shown(unit_code), "known": listed(units)})
    site = public_url.rstrip("/")
    minutes = minutes_of(session, campaign)
    posters = tuple(
        poster_of(campaign, counter, unit, site, minutes, roads(chats or Chats(), counter.code))
        for counter, unit in campaigns.counters(session, campaign.id)
        if counter.revoked_at is None and unit_code in (None, unit.code)
    )
    if not posters:
        return Fault("no_counters_to_print", "campaign", {"campaign": campaign.code})
    try:
        for poster in posters:
            version(poster.address)
    except AddressError:
        return Fault("address_unprintable", "PUBLIC_URL", {"found": shown(site)})
    return posters


def roads(chats: Chats, code: str) -> tuple[ChatRoad, ...]:
    """How a person comes from this counter to each chat that the office has: Zalo first, as more people have it."""
    found = []
    if chats.zalo_name:
        found.append(ChatRoad("Zalo", chats.zalo_name, spoken(code), chats.zalo_link))
    if chats.telegram_name:
        address = f"https://t.me/{chats.telegram_name}?start={code}"
        found.append(ChatRoad("Telegram", f"@{chats.telegram_name}", spoken(code), address, names_counter=True))
    return tuple(found)


def poster_of(
    campaign: CampaignRow,
    counter: CounterRow,
    unit: CampaignUnitRow,
    site: str,
    minutes: int,
    chats: tuple[ChatRoad, ...],
) -> Poster:
    """What hangs at that counter."""
    return Poster(
        code=counter.code,
        address=f"{site}/c/{counter.code}",
        address_words=f"{without_scheme(site)}/c/{spoken(counter.code)}",
        unit_code=unit.code,
        unit=unit.name,
        counter=counter.name,
        service=counter.service,
        campaign_title=campaign.title.get("vi") or next(iter(campaign.title.values())),
        minutes=minutes,
        languages=tuple(campaign.languages),
        chats=chats,
    )


def minutes_of(session: Session, campaign: CampaignRow) -> int:
    """How long the campaign's form takes, as its own first page says."""
    whole = questionnaire_of(campaigns.questionnaire(session, campaign))
    return (shortened(whole) if campaign.short_form else whole).minutes


def without_scheme(site: str) -> str:
    """The site's address as a person types it.

    >>> without_scheme("https://hailong.example.vn/khao-sat")
    'hailong.example.vn/khao-sat'
    """
    place = urlsplit(site)
    return place.netloc + place.path
