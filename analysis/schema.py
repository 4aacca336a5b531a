"""Every table and column of the record, described once: meaning, type, unit, closed list, reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# Closed lists: what a cell may say, each value with its meaning in one sentence.
STATUSES = {
    "corroborated": "Two or more independent origins vouch for it.",
    "single-origin": "One origin vouches for it, however many pages carry it.",
    "disputed": "Versions conflict, and a row of disagreements names it.",
}
WORDINGS = {
    "exact": "The number itself: low and high are it.",
    "at least": "The number or more: low is it, high is empty.",
    "more than": "Above the number: low is the next one, high is empty.",
    "about": "Near the number: low and high are it.",
    "up to": "The number or less: high is it, low is empty.",
}
ACTS = {
    "propose": "Puts terms or a format forward for others to take up, for the first time or again.",
    "announce": "Makes known a step by the speaker's own side.",
    "accept": "Says yes to a proposal.",
    "accept-if": "Says yes to a proposal on terms.",
    "reject": "Says no to a proposal, or denies an account.",
    "defer": "Neither accepts nor refuses a proposal.",
    "deflect": "Is asked about a matter and speaks of something else.",
    "clarify": "Explains what was meant or done, or what is to be expected.",
    "appeal": "Urges or hopes, without terms.",
    "condemn": "Blames somebody.",
    "warn": "Names a consequence.",
    "report": "Gives facts or counts.",
}
ANSWERS = {
    "accept": "Says yes to it or, from a third party, welcomes it.",
    "accept-if": "Says yes to it on terms, which stand in conditions.",
    "counter": "Puts other terms or another format in its place.",
    "reject": "Says no to it, or denies it.",
    "defer": "Neither accepts nor refuses it.",
    "deflect": "Speaks of something else instead.",
    "clarify": "Explains it, or the speaker's own part in it.",
    "condemn": "Blames whoever said or offered it.",
}
BASES = {
    "explicit": "The statement names what it answers, or was given when asked about it.",
    "inferred": "It fits in content and time, but does not name what it answers.",
}
EVENT_KINDS = {
    "talks": "Delegations negotiate.",
    "meeting": "Leaders, ministers or envoys meet, in person or by video.",
    "call": "Leaders or ministers speak by telephone.",
    "truce": "A halt to attacks is declared, in force or over.",
    "strike": "Missiles, drones or bombs are used against a place.",
    "exchange": "Prisoners are exchanged.",
    "statement": "Something is said or published that others speak of.",
    "decision": "A state or one of its offices decides, signs or formally asks for something.",
    "other": "None of these.",
}
PAGE_KINDS = {
    "agency": "A news agency.",
    "aggregator": "A site that repeats texts of others.",
    "broadcaster": "Radio or television.",
    "government": "A government or one of its offices.",
    "newspaper": "A newspaper or news site.",
    "ngo": "An organisation that belongs to no state.",
    "other": "None of these.",
    "state-media": "An outlet owned by a state, whichever.",
    "translation": "A page known to translate another's text, by machine where its note says so.",
}
ACTOR_KINDS = {
    "person": "A human being.",
    "state": "A state as a party.",
    "body": "An office, agency or organisation.",
    "outlet": "A newspaper, broadcaster or news agency.",
}
MEASURES = {
    "killed": "People who died of it.",
    "injured": "People who were hurt and lived when they were counted.",
    "missing": "People not found.",
}
POPULATIONS = {
    "all": "Everybody that the claimant counts.",
    "children": "The children among them.",
    "military": "Servicemen only; such a claim stands outside the order of the ledger.",
}
VERDICTS = {
    "supported": "The record bears the sentence out.",
    "imprecise": "The record bears it out in part, or has it more exactly.",
    "contradicted": "The record says otherwise.",
    "opinion": "A judgement, which no record can settle.",
}
CODED = {
    "act": "The act of a statement.",
    "answer": "The answer of a reply.",
    "basis": "The basis of a reply.",
}
SURENESS = {
    "high": "The coder was sure of the label.",
    "low": "Another label would do as well, or none fits well.",
}
LABELS = {"act": ACTS, "answer": ANSWERS, "basis": BASES}
"""The closed list of labels of each field that is coded."""
HARD = ("offer, terms or refusal", "blame and appeal", "facts and blame", "own step and offer", "what was agreed",
        "to explain, to tell or to evade", "a consequence")  # fmt: skip
"""Where acts are hard to tell apart, as the code book calls it."""
SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
SIDES = "sides"
"""As `choices` of a column: the closed list is the sides that episode.toml names."""


@dataclass(frozen=True, eq=False)
class Column:
    """Describe one column: `type` is text, id, integer, number, day (a plain date) or when (see analysis/when.py)."""

    name: str
    type: str
    meaning: str
    required: bool = True
    unit: str = ""
    choices: Mapping[str, str] | str = ""
    refers: tuple[str, ...] = ()
    many: bool = False
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    expected: str = ""
    most_words: int = 0
    open_end: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """Describe one CSV: its file is NAME.csv, its rows are sorted by `key`."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Return the column called `name`."""
        return next(c for c in self.columns if c.name == name)


def _key(name: str, meaning: str) -> Column:
    return Column(name, "id", meaning, pattern=SLUG, expected="a slug of a-z, 0-9 and single hyphens")


def _list(name: str, refers: str, meaning: str, required: bool = True) -> Column:
    return Column(name, "id", meaning, required, refers=(refers,), many=True)


def _count(name: str, meaning: str, unit: str, required: bool = False, least: int = 0) -> Column:
    return Column(name, "integer", meaning, required, unit=unit, minimum=least)


def _choice(name: str, choices: Mapping[str, str] | str, meaning: str, required: bool = True) -> Column:
    return Column(name, "text", meaning, required, choices=choices)


SOURCES = _list("sources", "sources", "Pages that carry it; relays, however many.")
ORIGINS = _list("origins", "actors", "Primary origins: the officials, agencies or documents that it goes back to.")
STATUS = _choice("status", STATUSES, "Follows from origins: two or more, one, or versions that conflict.")
SUMMARY = Column("summary", "text", "What happened or was said, in the project's own words.")
NOTE = Column("note", "text", "What a reader must know beside the cells: doubts, bounds, other versions.", False)

TABLES: tuple[Table, ...] = (
    Table("sources", "A page that the record draws on.", ("source_id",), (
        _key("source_id", "Publisher and date as a slug."),
        Column("publisher", "text", "Who published the page."),
        Column("published", "when", "Day or month of publication; empty when unknown.", False),
        Column("lang", "text", "Language of the page, ISO 639-1.", False, pattern="[a-z]{2}",
               expected="a two-letter language code"),
        Column("url", "text", "Address, without tracking.", pattern=r"""https?://[^\s<>"']+""",
               expected="an address that begins with http:// or https:// and holds no space, quote or angle bracket"),
        _choice("kind", PAGE_KINDS, "Kind of publisher, or of page.", False),
        Column("origin", "text", "Agency or outlet whose text it repeats; empty when its own or unknown.", False,
               many=True),
        NOTE,
    )),
    Table("actors", "A person, state or body that acts, speaks, counts or stands as an origin.", ("actor_id",), (
        _key("actor_id", "Name as a slug."),
        Column("name", "text", "Name as commonly written in English."),
        Column("role", "text", "Office at the time of the record."),
        _choice("side", SIDES, "Side that the actor speaks for."),
        _choice("kind", ACTOR_KINDS, "What kind of actor."),
    )),
    Table("locations", "A place of the record.", ("location_id",), (
        _key("location_id", "Name as a slug."),
        Column("name", "text", "Name in English."),
        Column("name_local", "text", "Name in the language of the place."),
        Column("country", "text", "ISO 3166-1 alpha-2, recognised borders.", pattern="[A-Z]{2}",
               expected="a two-letter country code"),
        Column("adm_1", "text", "First-level region, ISO 3166-2.", False, pattern="[A-Z]{2}-[A-Z0-9]{1,3}",
               expected="a region code, as UA-59"),
        Column("lat", "number", "Latitude, WGS 84.", unit="degrees north", minimum=-90, maximum=90),
        Column("lon", "number", "Longitude, WGS 84.", unit="degrees east", minimum=-180, maximum=180),
        Column("geonames_id", "integer", "GeoNames id.", minimum=1),
        Column("where_prec", "integer", "UCDP precision: 1 exact, 2 near, 3 second-level region, 4 first-level region, "
               "5 fuzzy, 6 country, 7 international waters or airspace.", minimum=1, maximum=7),
        Column("timezone", "text", "IANA zone in which a day of this place is meant; empty where several apply.",
               False, pattern=r"[A-Za-z]+(?:/[A-Za-z_+-]+)+", expected="an IANA zone, as Europe/Kyiv"),
        NOTE,
    )),
    Table("events", "Something that happened.", ("event_id",), (
        _key("event_id", "What and when as a slug."),
        Column("when", "when", "When it happened, as an interval; only a truce may have an open end.", open_end=True),
        _choice("kind", EVENT_KINDS, "What kind of event."),
        _choice("attacker", SIDES, "Side that struck; strikes only.", False),
        Column("title", "text", "One line for labels."),
        SUMMARY,
        Column("location_id", "id", "Where; empty when no place is known.", False, refers=("locations",)),
        _list("other_locations", "locations", "Further places.", False),
        _list("actors", "actors", "Who took part."),
        ORIGINS, SOURCES, STATUS, NOTE,
    )),
    Table("casualties", "One claim of one measure for one population: a ledger, to which rows are only added.",
          ("claim_id",), (
        _key("claim_id", "Report, measure and population as a slug."),
        Column("report_id", "id", "Claims given together share a report.", pattern=SLUG, expected="a slug"),
        Column("event_id", "id", "The strike.", refers=("events",)),
        _choice("measure", MEASURES, "What was counted."),
        _choice("population", POPULATIONS, "Among whom."),
        _count("low", "Lowest count that the wording allows; empty if it gives none.", "people", least=1),
        _count("high", "Highest count that the wording allows; empty if it gives none.", "people", least=1),
        _choice("wording", WORDINGS, "How the number was put; more than 100 is 101 or more."),
        Column("as_of", "when", "When the count was given or, where the note says so, printed."),
        Column("seq", "integer", "Order within the strike, as many counts have no time; empty for the counts of "
               "servicemen, which stand outside it.", False, minimum=1),
        Column("claimed_by", "id", "Who gave the count.", refers=("actors",)),
        ORIGINS, SOURCES, STATUS, NOTE,
    )),
    Table("proposals", "A proposal, demand or warning that others could answer.", ("proposal_id",), (
        _key("proposal_id", "Short name as a slug."),
        Column("label", "text", "One line for labels."),
        _list("proposed_by", "actors", "Who made it."),
        Column("first_made", "when", "When it was first made, as far as the record goes."),
        Column("scope", "text", "What it covers."),
        Column("duration_days", "number", "How long it was to last.", False, unit="days", minimum=0),
        Column("outcome", "text", "What became of it by the end of the record.", False),
        NOTE,
    )),
    Table("statements", "One act of one speaker, or of joint speakers.", ("statement_id",), (
        _key("statement_id", "Speaker, subject and date as a slug."),
        Column("when", "when", "When it was said or posted, as an interval."),
        _list("speaker", "actors", "Who spoke."),
        Column("channel", "text", "How it reached the public.", False, many=True),
        Column("location_id", "id", "Where; empty when no place is known.", False, refers=("locations",)),
        _choice("act", ACTS, "What the statement does, by the code book."),
        _list("proposal_id", "proposals", "Proposals that the act applies to.", False),
        Column("about_event", "id", "Event that it speaks of.", False, refers=("events",)),
        Column("key_phrase", "text", "Words of the speaker, in quotation.", False, most_words=6),
        SUMMARY, ORIGINS, SOURCES, STATUS, NOTE,
    )),
    Table("replies", "A real answer from one statement to a statement or a proposal.", ("statement_id", "answers"), (
        Column("statement_id", "id", "The statement that answers.", refers=("statements",)),
        Column("answers", "id", "What it answers.", refers=("statements", "proposals")),
        _choice("answer", ANSWERS, "What the answer does."),
        Column("conditions", "text", "Terms that the answer sets.", False),
        _choice("basis", BASES, "Whether the answer names what it answers."),
        NOTE,
    )),
    Table("nights", "A night of air attacks as Ukraine's Air Force reported it that morning.", ("night",), (
        Column("night", "day", "Morning of the report, Kyiv."),
        _count("drones_launched", "All types, decoys included.", "drones"),
        _count("drones_shot_down", "Shot down.", "drones"),
        _count("drones_lost", "Fell to jamming or vanished from radar.", "drones"),
        _count("missiles_launched", "Missiles of all types.", "missiles"),
        Column("missile_types", "text", "Types as reported.", False),
        Column("window", "text", "Hours that the report covers.", False),
        Column("reported_by", "id", "Who counted; empty when no count was found, as for a night of which others say that it had "
               "no drones.", False, refers=("actors",)),
        _list("sources", "sources", "Pages that carry it.", False),
        _count("publishers", "How many publishers relay the same launch total.", "publishers"),
        NOTE,
    )),
    Table("night_totals", "A total that an official gave for a longer period, to check the nights against.",
          ("start", "end", "said_by"), (
        Column("start", "day", "First day."),
        Column("end", "day", "Last day."),
        Column("said_by", "id", "Who gave it.", refers=("actors",)),
        _count("drones", "Drones launched.", "drones", True),
        _choice("drones_wording", WORDINGS, "How the number was put."),
        _count("missiles", "Missiles launched.", "missiles"),
        _choice("missiles_wording", WORDINGS, "How the number was put.", False),
        SOURCES, NOTE,
    )),
    Table("passages", "A sentence of the article as a hash, with what codes it.", ("paragraph", "sentence"), (
        Column("paragraph", "integer", "Paragraph, counted from 1.", minimum=1),
        Column("sentence", "integer", "Sentence in the paragraph, counted from 1.", minimum=1),
        Column("sha256", "text", "SHA-256 of the sentence: UTF-8, NFC, white space folded.", pattern="[0-9a-f]{64}",
               expected="64 hexadecimal digits"),
        Column("characters", "integer", "Length of the sentence.", unit="characters", minimum=1),
        Column("records", "id", "Rows that code it.", refers=("events", "statements", "casualties", "proposals"),
               many=True),
        _choice("verdict", VERDICTS, "What the record makes of it."),
        Column("note", "text", "Reason for the verdict, in the project's own words."),
    )),
    Table("disagreements", "Versions that do not agree, and what was done about it.", ("topic",), (
        _key("topic", "Subject as a slug."),
        Column("records", "id", "Rows that it touches.", refers=("events", "statements", "casualties", "proposals"),
               many=True),
        Column("versions", "text", "The versions beside each other, separated by ' | '."),
        Column("resolution", "text", "What the record does about it."),
    )),
    Table("second_coding", "A label of the record beside that of a second, blind coder.",
          ("statement_id", "answers", "field"), (
        Column("statement_id", "id", "The statement coded.", refers=("statements",)),
        Column("answers", "id", "For answer and basis: what it answers.", False, refers=("statements", "proposals")),
        _choice("field", CODED, "The label coded."),
        Column("first", "text", "Label in the record."),
        Column("second", "text", "Label of the second coder."),
        _choice("sure", SURENESS, "How sure the second coder was."),
        Column("reason", "text", "Why, in the second coder's words.", False),
    )),
)  # fmt: skip

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
