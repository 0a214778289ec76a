"""Everything that the clock does, as one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time, timedelta

import structlog
from sqlalchemy.orm import Session

from runtime.settings import Settings
from runtime.words import translate
from scheduler.reporting import report, tell_of_publications
from scheduler.task_mail import worded
from scoring.frames import ScoringError
from store.database import Database
from store.queries.campaigns import campaigns
from survey.faults import Fault
from workflows import (
    backups,
    batches,
    board,
    comments,
    comments_anew,
    kept_figures,
    kept_papers,
    mail,
    postman,
    quality,
    retain,
    tally,
    task_reminders,
)
from workflows.campaigns import move
from workflows.clock import Effect, Facts, Job, Moment, thin_out, told
from workflows.periods import Daily, Every, Monthly, Weekly, When

log = structlog.get_logger()
BEATS_LIFE = timedelta(days=1)  # of the note that a job which beats all day long was done


def fold_answers(database: Database, moment: Moment) -> Effect:
    """Count new answers of every campaign."""
    return told(answers=for_each_campaign(database, lambda code: tally.fold(database, code)))


def show_batches(database: Database, moment: Moment) -> Effect:
    """Bring the public results up to date where enough has come in since they last were."""
    zone = moment.settings.zone
    return told(batches=for_each_campaign(database, lambda code: batches.show_batch(database, code, moment.now, zone)))


def count_boards(database: Database, moment: Moment) -> Effect:
    """Count the fieldwork boards anew where answers have come in."""
    return told(answers=for_each_campaign(database, lambda code: board.count(database, code, moment.now)))


def work_figures_out(database: Database, moment: Moment) -> Effect:
    """Work the index with and without what is flagged out anew where answers or decisions have moved."""
    return told(units=for_each_campaign(database, lambda code: kept_figures.work_out(database, code, moment.now)))


def gather_comments(database: Database, moment: Moment) -> Effect:
    """Take in the comments of new answers, with what could tell a person hidden; redact anew by a newer list."""
    lexicon = comments.lexicon()

    def step(code: str) -> int:
        return comments.gather(database, code) + comments_anew.renew(database, code, moment.now, lexicon)

    return told(comments=for_each_campaign(database, step))


def for_each_campaign(database: Database, step: Callable[[str], int]) -> int:
    """How much the step did for all campaigns; one whose numbers do not fit together holds no other up."""
    with database.reading() as session:
        codes = [row.code for row in campaigns(session)]
    done = 0
    for code in codes:
        try:
            done += step(code)
        except ScoringError as error:
            log.error("campaign_not_counted", campaign=code, error=error.code)
    return done


def forget(database: Database, moment: Moment) -> Effect:
    """Delete what is kept for a time only: unfinished forms, what chats need no more, daily papers, notes of beats."""
    beats = [job.name for job in JOBS if isinstance(job.when, Every)]
    rows = retain.clean_up(database, moment.now, moment.settings.zone) + thin_out(
        database, beats, moment.now - BEATS_LIFE
    )
    papers = database.write(lambda connection: kept_papers.forget(connection, moment.now))
    return told(rows=rows + papers)


def send_mail(database: Database, moment: Moment) -> Effect:
    """Send the mails that are due, over SMTP or, where none is set, into files."""
    return told(mails=mail.send_due(database, moment.now, post_of(moment.settings), moment.leads))


def look_for_flags(database: Database, moment: Moment) -> Effect:
    """Run the rules of data quality over campaigns that are open or closed, and keep what stands out."""
    zone = moment.settings.zone
    return told(flags=for_each_campaign(database, lambda code: quality.look(database, code, moment.now, zone)))


def remind_of_tasks(database: Database, moment: Moment) -> Effect:
    """Queue the reminders of the plan that are due by today; what was missed goes with them, each once."""
    day = moment.now.astimezone(moment.settings.zone).date()
    return lambda session: task_reminders.remind(session, moment.now, day, worded)


def close_ended(database: Database, moment: Moment) -> Effect:
    """Close the campaigns whose last day is over, a day later: a form begun on it may be sent until then."""
    over = moment.now.astimezone(moment.settings.zone).date() - timedelta(days=1)

    def effect(session: Session) -> Facts:
        ended = [row.code for row in campaigns(session) if row.state == "open" and row.closes < over]
        for code in ended:
            move(session, code, "closed", "clock")
        return {"closed": len(ended)}

    return effect


def back_up(database: Database, moment: Moment) -> Effect:
    """Write the nightly backup, and delete the oldest."""
    settings: Settings = moment.settings
    made = backups.backup_into(database, settings.data_dir / "backups", settings.backups_kept, moment.now)
    if isinstance(made, Fault):
        raise BackupError(made.code)
    return told(megabytes=made.size // 2**20)


class BackupError(Exception):
    """The nightly backup could not be made; `code` is that of the fault."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def post_of(settings: Settings) -> mail.Post:
    """How mails leave the house with these settings."""
    name = translate("Hài lòng survey system", "vi")

    def leave_url(recipient_id: int) -> str:
        return mail.leave_address(settings.public_url, settings.secret_key, recipient_id)

    if settings.smtp_url:
        return postman.smtp_post(settings.smtp_url, settings.mail_from, name, leave_url)
    return postman.file_post(settings.data_dir / "mail", settings.mail_from, name, leave_url)


JOBS = (
    Job("tally", "Counts new answers into the tallies.", Every(60), "once", fold_answers, writes_itself=True),
    Job("batch", "Moves the public results on.", Every(300), "once", show_batches, writes_itself=True),
    Job("board", "Counts the fieldwork boards anew.", Every(300), "once", count_boards, writes_itself=True),
    Job(
        "figures",
        "Works the index with and without flags out.",
        Every(300),
        "once",
        work_figures_out,
        writes_itself=True,
    ),
    Job("comments", "Takes in new comments to be read.", Every(300), "once", gather_comments, writes_itself=True),
    Job("mail", "Sends the mails that are due.", Every(10), "once", send_mail, writes_itself=True),
    Job("weekly", "Makes the weekly report and mails it.", Weekly(1, time(7, 30)), "once", report("weekly")),
    Job("monthly", "Makes the monthly report and mails it.", Monthly(1, time(7, 30)), "once", report("monthly")),
    Job("daily", "Tells of the progress of the day by mail.", Daily(time(17)), "skip", report("daily")),
    Job("published", "Tells of publications by mail.", Every(300), "once", tell_of_publications),
    Job("tasks", "Reminds of the tasks of the plan by mail.", Daily(time(7, 30)), "once", remind_of_tasks),
    Job("close", "Closes the campaigns whose time is over.", Daily(time(0, 30)), "once", close_ended),
    Job("backup", "Writes a backup and deletes the oldest.", Daily(time(2)), "once", back_up, writes_itself=True),
    Job("quality", "Looks for answers that stand out.", Every(3600), "once", look_for_flags, writes_itself=True),
    Job("expiry", "Forgets what is kept for a time only.", Every(300), "once", forget, writes_itself=True),
)

# Jobs whose time is the province's to set; the table above holds the usual ones.
TIMES: Mapping[str, Callable[[Settings], When]] = {
    "weekly": lambda settings: Weekly(settings.reports_day, settings.reports_time),
    "monthly": lambda settings: Monthly(1, settings.reports_time),
    "daily": lambda settings: Daily(settings.progress_time),
    "tasks": lambda settings: Daily(settings.reports_time),
}


def jobs_of(settings: Settings) -> tuple[Job, ...]:
    """The jobs at the times that the province has set."""
    return tuple(replace(job, when=TIMES[job.name](settings)) if job.name in TIMES else job for job in JOBS)
