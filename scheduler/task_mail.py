"""The words of the mails that remind of the plan, in the language of whoever gets them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from runtime.words import day_words, translate
from survey.calendar import Standing, Task
from survey.questionnaire import Words
from workflows.task_reminders import Item, Notice

MOST_NAMES = 30


def said(sentence: str, language: str, **facts: object) -> str:
    """A sentence in that language, with its facts."""
    return translate(sentence, language).format(**facts)


def worded(notice: Notice, language: str) -> tuple[str, str]:
    """Subject and words of a mail."""
    return subject(notice, language), "\n\n".join(parts(notice, language))


def subject(notice: Notice, language: str) -> str:
    """What it is about, so that it is understood in a list of mails."""
    plan, day = in_words(notice.calendar.source.short, language), day_words(notice.day, language)
    late, own_late = len(notice.late), sum(each.standing.state == "late" for each in notice.own)
    if notice.whole:
        return said(
            "{plan}, state on {day}: {late} late, {ahead} ahead, {done} done",
            language,
            plan=plan,
            day=day,
            late=late,
            ahead=len(notice.ahead),
            done=len(notice.done),
        )
    if notice.late:
        return said("{plan}, late on {day}: {late}", language, plan=plan, day=day, late=late)
    if len(notice.own) == 1 and not notice.passed_on:
        [one] = notice.own
        return said("Task {code}: {when} ({plan})", language, code=one.task.code, when=when(one, language), plan=plan)
    if notice.own:
        sentence = translate(COUNTED[own_late > 0, own_late < len(notice.own)], language)
        return sentence.format(soon=len(notice.own) - own_late, late=own_late, plan=plan)
    return said("Reminders to pass on: {count} ({plan})", language, count=len(notice.passed_on), plan=plan)


COUNTED = {  # some late, some due soon → sentence
    (True, True): "Tasks due soon: {soon}, late: {late} ({plan})",
    (True, False): "Late tasks: {late} ({plan})",
    (False, True): "Tasks due soon: {soon} ({plan})",
}


def parts(notice: Notice, language: str) -> Iterator[str]:
    """The paragraphs of a mail."""
    yield said("To: {body}", language, body=in_words(notice.to, language))
    yield opening(notice, language)
    soon = [each for each in notice.own if each.standing.state == "open"]
    late = [each for each in notice.own if each.standing.state == "late"]
    yield from section(said("You lead these tasks; they are due soon:", language), soon, notice, language)
    yield from section(said("You lead these tasks; they are late:", language), late, notice, language)
    if notice.passed_on:
        yield said(
            "Those who lead the following tasks have no mail address here and were not reminded. Please pass the "
            "reminder on. To give one an address: hailong recipients add tasks ADDRESS --unit CODE",
            language,
        )
        yield from (whole_item(each, notice, language) for each in notice.passed_on)
    yield from lists(notice, language)
    yield closing(notice, language)
    signed = (
        said("With respect,", language),
        said("Hài lòng survey system", language),
        said("(This mail was sent automatically.)", language),
    )
    yield "\n".join(signed)


def opening(notice: Notice, language: str) -> str:
    """Why the reader gets this mail."""
    plan = in_words(notice.calendar.source.name, language)
    if notice.whole or notice.late:
        day = day_words(notice.day, language)
        return said("This is how the tasks of {plan} stand on {day}.", language, plan=plan, day=day)
    return said("This is a reminder of tasks set by {plan}.", language, plan=plan)


def closing(notice: Notice, language: str) -> str:
    """How a task is reported as done."""
    if notice.watches:
        return said("When a task is done, note it: hailong tasks done CODE. It is then not reminded of.", language)
    overseer = in_words(notice.calendar.bodies[notice.calendar.overseer].title, language)
    return said(
        "When a task is done, please tell {overseer}, who notes it; it is then not reminded of. If it is done already, "
        "please tell {overseer} so and take no further notice of this mail.",
        language,
        overseer=overseer,
    )


def lists(notice: Notice, language: str) -> Iterator[str]:
    """What the overseer is told of the whole plan."""
    if notice.whole and not notice.late:
        yield said("No task is late.", language)
    for heading, items in (
        (said("Late:", language), notice.late),
        (said("Not due yet:", language), notice.ahead),
        (said("Done:", language), notice.done),
    ):
        if items:
            yield heading
            yield from (short_item(each, language) for each in items)
    if notice.unreached:
        addresses = ", ".join(notice.unreached)
        yield said("Reminders of the last seven days did not reach: {addresses}", language, addresses=addresses)


def section(heading: str, items: Sequence[Item], notice: Notice, language: str) -> Iterator[str]:
    """Some tasks under a heading; nothing where there are none."""
    if items:
        yield heading
        yield from (whole_item(each, notice, language) for each in items)


def whole_item(item: Item, notice: Notice, language: str) -> str:
    """A task with all that the plan says of it."""
    task = item.task
    lines = [f"{task.code}. {in_words(task.title, language)}", deadline(item, language)]
    if item.meant:
        lines.append(said("Reminded here: {names}", language, names=names(item.meant, language)))
    lines.append(said("Lead by the plan: {body}", language, body=in_words(item.lead, language)))
    if task.coordinating.strip("- "):
        lines.append(said("Coordination: {bodies}", language, bodies=task.coordinating))
    if task.product:
        lines.append(said("Product: {product}", language, product=in_words(task.product, language)))
    lines.append(said("Basis: {row}", language, row=row_of(task, notice, language)))
    return "\n".join(lines)


def short_item(item: Item, language: str) -> str:
    """A task in a list."""
    head = f"{item.task.code}. {in_words(item.task.title, language)}"
    lead = said("Lead by the plan: {body}", language, body=in_words(item.lead, language))
    lines = [head, lead, deadline(item, language)]
    if item.meant:
        facts: dict[str, object] = {"count": len(item.meant), "of": item.of}
        if item.standing.state == "late":
            facts["names"] = names(item.meant, language)
            lines.append(said("Not done by {count} of {of}: {names}", language, **facts))
        else:
            lines.append(said("Not done yet by {count} of {of}", language, **facts))
    return "\n".join(lines)


def deadline(item: Item, language: str) -> str:
    """The deadline in the plan's words, the day that it is read as, and how far off that is."""
    facts = {"words": item.task.deadline, "day": day_words(item.task.due, language), "when": when(item, language)}
    return said("Deadline: {words} (to the end of {day}); {when}", language, **facts)


def when(item: Item, language: str) -> str:
    """How far off the deadline is."""
    return translate(far(item.standing), language).format(days=item.standing.days)


def far(found: Standing) -> str:
    """The sentence that says so."""
    if found.state == "open" and found.days == 0:
        return "today is the last day"
    return FAR[found.state]


FAR = {
    "open": "days left: {days}",
    "late": "days late: {days}",
    "done": "done in time",
    "done_late": "done, days late: {days}",
}


def row_of(task: Task, notice: Notice, language: str) -> str:
    """Where the plan says so."""
    where = [in_words(notice.calendar.source.annex, language)]
    if task.part:
        where.append(said("part {part}", language, part=task.part))
    where.append(said("row {row}", language, row=task.code))
    if task.page:
        where.append(said("page {page}", language, page=task.page))
    return ", ".join(where)


def names(found: Iterable[Words], language: str) -> str:
    """Names in one line, cut where they are very many."""
    every = [in_words(each, language) for each in found]
    if len(every) <= MOST_NAMES:
        return "; ".join(every)
    more = said("and {more} more (hailong tasks list --json)", language, more=len(every) - MOST_NAMES)
    return "; ".join([*every[:MOST_NAMES], more])


def in_words(words: Words, language: str) -> str:
    """The words in that language, or in the first one that there is."""
    return words.get(language) or next(iter(words.values()), "")
