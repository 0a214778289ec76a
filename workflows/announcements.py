"""The yearly report to those who asked for it: once each, when its campaign is published, by mail or into a chat."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from reports import published_mail
from reports.findings import findings
from reports.names import words_of
from reports.published import Number
from reports.published_mail import Told
from store.models.campaigns import CampaignRow
from store.models.mail import RecipientRow
from store.queries import campaigns, mails, publications
from workflows import bound_chats, mail, results
from workflows.places import questionnaire_of
from workflows.reporting import House
from workflows.results import FORMS, KIND, Release

LIST = "sipas"  # of recipients, and the kind of campaign whose publications they are told of
NEWS_FOR = timedelta(days=14)  # from the moment at which everybody may see it; who comes later finds it on the page


def announce(session: Session, now: datetime, house: House) -> dict[str, object]:
    """Queue what the recipients have not been told yet of publications of these days; who was told stays told."""
    mailed = pushed = 0
    for row in campaigns.campaigns(session):
        found = newest(session, row, now) if row.kind == LIST else None
        if found is None or found.publication is None:
            continue
        about = f"{KIND} {row.code} {found.publication.number}"
        to = unwritten(session, about)
        if not to and not bound_chats.untold(session, LIST, about):
            continue
        told = told_of(session, row, found, house)
        papers = [each for form in FORMS if (each := results.paper(session, found, form)) is not None]
        subject, words = published_mail.subject(told), published_mail.words(told)
        for recipient in to:
            mail.queue(session, recipient, subject, words, papers, now, about)
        mailed += len(to)
        pushed += bound_chats.push(session, LIST, about, published_mail.message(told), house.secret_key, now)
    return {"mails": mailed, "chats": pushed}


def unwritten(session: Session, about: str) -> list[RecipientRow]:
    """Who is on the list and never had a mail about this."""
    return [
        each
        for each in mails.readers(session, LIST)
        if not mails.is_there(session, mail.message_id(each.report, each.address, about))
    ]


def newest(session: Session, row: CampaignRow, now: datetime) -> Release | None:
    """The newest publication that everybody may see, where that is news."""
    made = publications.publications(session, row.id)
    found = results.published(row.id, made, now, None) if made else None
    if found is None or found.publication is None:
        return None
    shown = next(each for each in made if each.id == found.publication.id)
    return found if now - max(shown.at, shown.embargo_until or shown.at) <= NEWS_FOR else None


def told_of(session: Session, row: CampaignRow, found: Release, house: House) -> Told:
    """What a message tells of a publication."""
    made = found.publication
    assert made is not None
    asked = questionnaire_of(campaigns.questionnaire(session, row))
    return Told(
        title=words_of(row.title, "vi"),
        publication=Number(made.number, made.at.astimezone(house.zone).date(), made.reason),
        sha256=made.sha256,
        findings=findings(results.document(session, found), asked, "vi"),
        url=f"{house.public_url}/results/{row.code}",
    )
