"""Terms of other data sets for what the record holds, as their published code books have them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Vocabulary(NamedTuple):
    """Name one code book, its version and where it stands."""

    name: str
    book: str
    address: str
    scope: str


class Match(NamedTuple):
    """Name the term of another vocabulary and how ours relates to it."""

    relation: str
    term: str
    note: str = ""


UCDP, ACLED, PLOVER = "UCDP GED", "ACLED", "PLOVER"
VOCABULARIES = (
    Vocabulary(UCDP, "Stina Högbladh, UCDP GED Codebook, version 25.1, Uppsala University, 2025",
               "https://ucdp.uu.se/downloads/ged/ged251.pdf",
               "One row is an incident of armed force with at least one direct death, at one place and date."),
    Vocabulary(ACLED, "ACLED Codebook, as published on the web, with 6 event types and 25 sub-event types",
               "https://acleddata.com/knowledge-base/codebook/",
               "One row is an event of political violence, a demonstration or a strategic development, on one day."),
    Vocabulary(PLOVER, "Open Event Data Alliance, PLOVER, draft version 2.0 of December 2023 (PLOVER_MANUAL)",
               "https://github.com/openeventdata/PLOVER",
               "One row is who did what to whom, with an event category and, for some, modes; a comment has no category."),
)  # fmt: skip
RELATIONS = {
    "same": "both mean the same",
    "narrower": "ours covers less than theirs",
    "broader": "ours covers more than theirs",
    "close": "they overlap, and neither covers the other",
    "none": "they have no term for it",
}
Matches = Mapping[str, Mapping[str, Match]]
"""By our term and by vocabulary; a vocabulary that is not there has none."""

KINDS: Matches = {
    "talks": {ACLED: Match("close", "Strategic developments: Agreement", "theirs counts peace talks among agreements"),
              PLOVER: Match("narrower", "CONSULT")},
    "meeting": {PLOVER: Match("narrower", "CONSULT", "modes visit, third-party and multilateral say where")},
    "call": {PLOVER: Match("narrower", "CONSULT, mode phone", "theirs is any remote medium")},
    "truce": {ACLED: Match("close", "Strategic developments: Agreement", "theirs holds ceasefires that are agreed"),
              PLOVER: Match("close", "CONCEDE; RETREAT, mode ceasefire", "CONCEDE if declared, RETREAT if observed")},
    "strike": {UCDP: Match("close", "event", "theirs only with a direct death, and of every kind of armed force"),
               ACLED: Match("narrower", "Explosions/Remote violence",
                            "as a rule Air/drone strike or Shelling/artillery/missile attack"),
               PLOVER: Match("narrower", "ASSAULT", "modes aerial, drone and heavy-weapons say with what")},
    "exchange": {ACLED: Match("narrower", "Strategic developments: Agreement", "theirs names prisoner exchanges"),
                 PLOVER: Match("narrower", "RETREAT, mode release")},
    "statement": {},
    "decision": {},
    "other": {},
}  # fmt: skip
ACTS: Matches = {
    "propose": {PLOVER: Match("close", "AGREE; REQUEST", "AGREE for an offer, or if a party to the war calls for its end; "
                              "REQUEST if it asks others")},
    "announce": {PLOVER: Match("close", "AGREE; CONCEDE", "CONCEDE for a declared ceasefire or withdrawal")},
    "accept": {PLOVER: Match("narrower", "AGREE")},
    "accept-if": {PLOVER: Match("close", "AGREE", "theirs has no conditions")},
    "reject": {PLOVER: Match("close", "REJECT", "ours is also the denial of an account")},
    "defer": {},
    "deflect": {},
    "clarify": {},
    "appeal": {PLOVER: Match("close", "REQUEST", "ours is also a mere hope; theirs is also an order")},
    "condemn": {PLOVER: Match("narrower", "ACCUSE, modes disapprove and allege", "ACCUSE is also to investigate")},
    "warn": {PLOVER: Match("close", "THREATEN", "theirs is forceful; ours names any consequence")},
    "report": {},
}  # fmt: skip
ANSWERS: Matches = {
    "accept": {PLOVER: Match("close", "AGREE; SUPPORT", "SUPPORT for the approval of a third party")},
    "accept-if": {PLOVER: Match("close", "AGREE", "theirs has no conditions")},
    "counter": {},
    "reject": {PLOVER: Match("close", "REJECT", "ours is also the denial of an account")},
    "defer": {},
    "deflect": {},
    "clarify": {},
    "condemn": {PLOVER: Match("narrower", "ACCUSE, modes disapprove and allege")},
}  # fmt: skip
COLUMNS: Matches = {
    "events.event_id": {UCDP: Match("same", "id"), ACLED: Match("same", "event_id_cnty"), PLOVER: Match("same", "id")},
    "events.when": {
        UCDP: Match("close", "date_start, date_end, date_prec", "theirs are whole days; ours keeps hours, and apart how "
                    "long it lasted and how sure the date is"),
        ACLED: Match("close", "event_date, time_precision", "theirs is one day for each row"),
        PLOVER: Match("close", "date, time, enddate, endtime")},
    "events.kind": {
        UCDP: Match("close", "type_of_violence", "1 state-based conflict, 2 non-state conflict, 3 one-sided violence"),
        ACLED: Match("close", "event_type, sub_event_type"), PLOVER: Match("close", "event, mode")},
    "events.attacker": {UCDP: Match("close", "side_a", "who struck, in one-sided violence only"),
                        ACLED: Match("close", "actor1", "not always the aggressor"),
                        PLOVER: Match("close", "actor", "who initiated the event, with a country code")},
    "events.summary": {ACLED: Match("same", "notes")},
    "events.actors": {UCDP: Match("close", "side_a, side_b"),
                      ACLED: Match("close", "actor1, actor2, assoc_actor_1, assoc_actor_2"),
                      PLOVER: Match("close", "actor, recipient")},
    "events.origins": {UCDP: Match("close", "source_original", "a name or a kind of person or organisation")},
    "events.sources": {UCDP: Match("close", "source_article, source_office, source_date, source_headline"),
                       ACLED: Match("close", "source", "names of sources; ours are pages with an address")},
    "locations.name": {UCDP: Match("same", "where_coordinates"), ACLED: Match("same", "location"),
                       PLOVER: Match("same", "resolved_place")},
    "locations.country": {UCDP: Match("close", "country", "theirs is a name, ours ISO 3166-1 alpha-2"),
                          ACLED: Match("close", "country, iso", "a name; ISO 3166-1 numeric"),
                          PLOVER: Match("close", "country, country_code", "a name; ISO, three letters")},
    "locations.adm_1": {UCDP: Match("close", "adm_1", "theirs is a name, ours ISO 3166-2"),
                        ACLED: Match("close", "admin1", "theirs is a name"),
                        PLOVER: Match("close", "province", "theirs is a name")},
    "locations.lat, locations.lon": {UCDP: Match("same", "latitude, longitude"),
                                     ACLED: Match("same", "latitude, longitude", "four decimals"),
                                     PLOVER: Match("same", "lat, lon")},
    "locations.geonames_id": {PLOVER: Match("same", "geonameid")},
    "locations.where_prec": {UCDP: Match("same", "where_prec", "a property of each event there, of the place here"),
                             ACLED: Match("close", "geo_precision", "three levels; see below"),
                             PLOVER: Match("close", "resolution", "5 sub-city, 4 city, 3 district, 2 province, 1 country")},
    "casualties.low, casualties.high (killed)": {
        UCDP: Match("close", "low, best, high", "theirs are estimates for an event; ours the bounds of one claim, and "
                    "analysis/toll.py makes low, best and high of all claims"),
        ACLED: Match("close", "fatalities", "one number, the most conservative; no information is 0 there, empty here"),
        PLOVER: Match("close", "dead", "one number or code")},
    "casualties.low, casualties.high (injured)": {PLOVER: Match("close", "injured", "one number or code")},
    "casualties.population = military": {UCDP: Match("close", "deaths_a, deaths_b", "the dead of each side")},
    "statements.speaker": {PLOVER: Match("narrower", "actor")},
}  # fmt: skip
"""All other columns have no counterpart."""

WIDTHS = (
    ("known to the day", "1", "1"),
    ("within 2 to 6 days", "2", "2"),
    ("within a week", "3", "2"),
    ("within 8 to 30 days, or a month", "4", "3"),
    ("within more than a month and at most a year", "5", "none"),
)
"""How sure a date is, from its earliest to its latest: UCDP's date_prec and ACLED's time_precision."""
PLACES = (
    ("1", "the exact place is known", "1"),
    ("2", "within about 25 km of a known point, which is given", "2"),
    ("3", "only the second-level region is known", "2 or 3"),
    ("4", "only the first-level region is known", "3"),
    ("5", "a line, such as a river or a border, or an area without clear bounds", "3"),
    ("6", "only the country is known", "none"),
    ("7", "international waters or airspace", "3"),
)
"""UCDP's where_prec, which is ours, and the nearest geo_precision of ACLED."""
