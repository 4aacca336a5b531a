"""The record takes no side, points at no place closer than its sources did, and leads to no pictures and no trackers.

A check takes rows as (file, line, cells by column) and yields a Fault for each bad cell. It runs over all that ships and
over cells made up here, each of which it must find: a check that finds nothing anywhere proves nothing.
"""

from __future__ import annotations

import re
from itertools import chain
from urllib.parse import parse_qsl, urlsplit

import pytest

from analysis import schema
from analysis.faults import Fault, show

LABELS = r"""
    terror\w* regimes? brutal\w* barbar\w* massacr\w* slaughter\w* butcher\w* atroci\w* genocid\w* carnage bloodba\w+
    savage\w* coward\w* evil\w* thugs? bandits? monst(?:er|rous)\w* inhuman\w* ruthless\w* merciless\w* vicious\w*
    sinister fanatic\w* cynical\w* cold-blooded bloodthirst\w* unprovoked innocents? murder\w* criminals? martyr\w*
    hero(?:es|ic\w*|ism)? liberat\w* traitor\w* collaborat(?:or|ionist)s? stooges? henchm[ae]n puppets? juntas?
    invaders? occupiers? occupants? aggressors? warmonger\w* hordes? orcs? (?:de-?)?nazi(?:s|sm|f\w+)? fascis\w*
    rashis\w* ruscis\w* banderi\w* khokho\w* ukrops? moskal\w* katsap\w* vatniks?
    propagand\w* so-called special\s+military\s+operation
"""
"""Words that take a side or make a scene: to be quoted, with who said them, or left out."""
VERBS = r"""
    admit(?:s|ted|tedly|ting)? confess\w* conced(?:es?|ed|ing) acknowledged boast\w* brag\w* gloat\w* lied liars?
    lies\s+(?:about|that|to) insist(?:s|ed|ing)? alleg(?:es?|ed|edly|ing) purport\w* rant(?:s|ed|ing)? spew\w*
    parrot(?:s|ed|ing) whin(?:es?|ed|ing)
    (?<!with\s)(?<!the\s)(?<!of\s)(?<!\ba\s)claim(?:ed|ing)
    (?:he|she|it|they|kremlin|ministry|army|sides?|mayor|minister|president|officials?|spokes\w+)\s+claims?\b(?!\s+(?:by|of))
    (?:moscow|kyiv|russia|ukraine|washington|putin|zelensky|trump)\s+claims?
"""
"""Verbs that judge what was said. A claim is a term of this project; to claim is not."""
JUDGEMENTS = r"""
    horrif\w+ horribl\w+ horrend\w+ appall\w+ terribl\w+ tragic\w* traged\w+ devastat\w+ shocking\w* deadly
    disgrac\w+ shame\w* outrag\w+ despicabl\w+ reckless\w* treacher\w+ farc\w+ manipulat\w+ fakes? maim\w* disrespect\w*
    (?:war\s+)?crimes? annex\w* ultimatums? pro-(?:russian|ukrainian|kremlin|kyiv|western) massive\w* punish\w* retribut\w+
    revenge\w* blackmail\w* provocat\w+ ridicul\w+
"""
"""Judgements, which may also be told in the record's words of somebody who made them: `Called the attack appalling`."""
LOADED, JUDGED = (
    re.compile(rf"\b(?:{'|'.join(words.split())})(?!\w)", re.IGNORECASE) for words in (LABELS + VERBS + JUDGEMENTS, JUDGEMENTS)
)
SAID = re.compile(r"\b(?:sa(?:id|ys|ying)|call(?:s|ed|ing)|told|tells|spoke|wrote|writes|posted|declared|announced|warned|"
                  r"describe[sd]|condemned|according to)\b", re.IGNORECASE)  # fmt: skip
QUOTED = re.compile(r"""(?<!\w)(?:'(?:[^']|'(?=\w))+'(?!\w)|‘(?:[^’]|’(?=\w))+’(?!\w)|"[^"]+"|“[^”]+”|«[^»]+»)""")
END = re.compile(r"[.!?|](?=\s)")
NOT_OURS = ("url", "sha256", "key_phrase")
"""Columns whose words are others': a key phrase is a quotation, and its row says whose."""
NAMES = re.compile("global[ -]crime[ -]desk", re.IGNORECASE)
"""Publishers whose name holds such a word."""
REFERENCES = {(f"{table.name}.csv", column.name) for table in schema.TABLES for column in table.columns if column.refers}
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)

DECIMALS = 5
"""GeoNames gives places to five decimals of a degree, about a metre; no page of the record is closer."""
COUNTRY_DECIMALS = 2
"""GeoNames gives the point that stands for a country in whole degrees, or at most to two decimals."""
STANDS_FOR = ("coordinates of ", "GeoNames country point")
"""How the note of a region says which point its coordinates are; without it a centre would pass for the place itself."""
WAYS = "Street|St|Avenue|Ave|Road|Rd|Lane|Boulevard|Blvd|Square|Drive|Prospekt|Embankment"
COORDINATES = re.compile(
    r"\d\s*[°º]|"  # 50°54'
    r"(?<![\d.])-?\d{1,3}\.\d{3,}\s*[NSEW]?\s*[,;/ ]\s*-?\d{1,3}\.\d{3,}|"  # 50.917, 34.799
    r"\b(?:[Ll]at|[Ll]on|[Ll]atitude|[Ll]ongitude)\W{1,3}\d|"  # lat 50
    r"\b\d{1,3}\.\d{2,}\s*[NSEW]\b|\b\d{1,3}\s\d{1,2}\s\d{1,2}(?:\.\d+)?\s?[NSEW]\b|"  # 50.917 N, 50 54 32 N
    r"\b\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?\d{2,5}\s?\d{2,5}\b|"  # 36U XB 1234 5678
    r"\b[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}\b|"  # 9G2F8Q8X+XH
    rf"\b\d+[A-Za-z]?,?\s+(?:[A-Z][\w'’-]+\s+){{1,3}}(?:{WAYS})\b|\b[A-Z][\w'’-]+\s+(?:{WAYS}),?\s+(?:[Nn]o\.?\s*)?\d+\b|"
    r"\b(?:[Вв]ул|[Уу]л|[Пп]росп|[Vv]ul|[Pp]rosp)\.|\b(?:[Вв]улиця|[Уу]лица|[Vv]ulytsia|[Uu]litsa)\s"
)

ADDRESS = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[A-Za-z]{2,}/[^\s<>\"']*")
MEDIA_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|heic|bmp|tiff?|svg|mp4|m4v|mov|avi|mkv|webm|mpe?g|mp3|m3u8)$", re.IGNORECASE)
MEDIA_PAGE = re.compile(r"/(?:videos?|reels?|shorts|clips?|watch|photos?|pictures?|galler(?:y|ies)|fotos?|fotogaler\w+)(?:/|$)|"
                        r"^(?:video|photo|foto|img|images?|media|pics?)\d*\.", re.IGNORECASE)  # fmt: skip
MEDIA_HOSTS = """
    youtube.com youtu.be youtube-nocookie.com tiktok.com instagram.com vimeo.com rumble.com dailymotion.com dai.ly bitchute.com
    odysee.com rutube.ru twitch.tv streamable.com liveleak.com snapchat.com fb.watch imgur.com flickr.com flic.kr giphy.com
    gfycat.com pinterest.com photobucket.com postimg.cc imgbb.com gettyimages.com shutterstock.com alamy.com twimg.com
    pic.twitter.com
"""
TELEGRAM = "t.me telegram.me telegram.org telegram.dog telesco.pe tgstat.com tgstat.ru"
SHORTENERS = """
    bit.ly bitly.com tinyurl.com t.co goo.gl ow.ly is.gd buff.ly lnkd.in cutt.ly rb.gy dlvr.it clck.ru shorturl.at trib.al ift.tt
    fb.me reut.rs bbc.in nyti.ms apne.ws wapo.st l.facebook.com lm.facebook.com news.google.com vk.cc tiny.cc v.gd
"""
TRACKING = re.compile(
    r"utm_\w+|at_\w+|pk_\w+|mtm_\w+|mc_[ce]id|fbclid|gclid|gclsrc|dclid|yclid|ymclid|msclkid|twclid|ttclid|igshid|igsh|wickedid|"
    r"_ga|_gl|_hs\w+|ref|ref_\w+|refsrc|cmpid|ncid|ocid|smid|s_cid|xtor|wt_mc|mkt_tok|oly_\w+|vero_\w+|spm|si|feature|"
    r"traffic_source|rss|sfnsn|share|shared|recruiter|guccounter|guce_\w+|soc_\w+|tpcc|mod|source",
    re.IGNORECASE,
)
KEPT = ("https://video.sky.it/news/mondo/video/lincontro-fra-trump-e-zelensky-al-funerale-di-papa-1005566",)
"""A broadcaster's video of a meeting of heads of state."""


def find_loaded(rows):
    """Yield each loaded word that is not told as somebody's.

    It is if it stands in quotation marks, and the sentence or a statement's row says whose it is. A judgement may also
    follow who said it, or be the subject in a statement's id, which begins with the speaker.
    """
    for file, line, row in rows:
        for column, cell in row.items():
            if column in NOT_OURS or (file, column) in REFERENCES:
                continue
            text = NAMES.sub("", ADDRESS.sub("", CODE.sub("", cell)))
            quoted = [range(*found.span()) for found in QUOTED.finditer(text)]
            for found in LOADED.finditer(text):
                said = SAID.search(END.split(text[: found.start()])[-1])
                if any(found.start() in span for span in quoted):
                    told = said or "statement_id" in row
                else:
                    told = JUDGED.fullmatch(found[0]) and (said or column == "statement_id")
                if not told:
                    yield Fault(file, line, f"{column} {show(text)}: {show(found[0])} is a loaded word; say it neutrally, "
                                "or quote it after who said it")  # fmt: skip


def find_fine_places(rows):
    """Yield each place whose coordinates are finer than GeoNames gives it, or look like more than a region's."""
    for file, line, row in rows:
        for column in ("lat", "lon"):
            decimals = row[column].partition(".")[2]
            country = row["where_prec"] in ("6", "7")
            given = len(decimals.rstrip("0") if country else decimals)
            if given > (most := COUNTRY_DECIMALS if country else DECIMALS):
                yield Fault(file, line, f"{column} {show(row[column])}: {given} decimals; at most {most} are published "
                            f"for a place of where_prec {row['where_prec']}")  # fmt: skip
        if row["where_prec"] in ("4", "5", "6", "7") and not any(words in row["note"] for words in STANDS_FOR):
            yield Fault(file, line, f"note {show(row['note'])}: a place of where_prec {row['where_prec']} must say what point "
                        "it stands at ('coordinates of the administrative centre')")  # fmt: skip


def find_coordinates(rows):
    """Yield each pair of degrees, grid reference or street address: a place is a row of locations, a town at the closest."""
    for file, line, row in rows:
        for column, cell in row.items():
            for found in COORDINATES.finditer(cell):
                yield Fault(file, line, f"{column} {show(cell)}: {show(found[0])} points closer than a town; leave it out")


def find_bad_addresses(rows):
    """Yield each address of pictures, of a Telegram post that is not a government's, of a shortener, or with tracking."""
    for file, line, row in rows:
        for column, cell in row.items():
            for found in ADDRESS.findall(cell):
                if found not in KEPT and (says := _judge(found, row.get("kind", ""))):
                    yield Fault(file, line, f"{column} {show(found)}: {says}")


def _judge(address, kind):
    parts = urlsplit(address if "//" in address else f"//{address}")
    host = parts.netloc.lower().split("@")[-1].partition(":")[0]

    def leads_to(hosts):
        return any(host == name or host.endswith(f".{name}") for name in hosts.split())

    if leads_to(MEDIA_HOSTS) or MEDIA_FILE.search(parts.path) or MEDIA_PAGE.search(host) or MEDIA_PAGE.search(parts.path):
        return "leads to pictures or video; cite a page of text"
    if leads_to(TELEGRAM) and kind != "government":
        return "leads to Telegram; cite a page that carries the post"
    if leads_to(SHORTENERS):
        return "a shortened address; give the page's own"
    names = [name for name, _ in parse_qsl(f"{parts.query}&{parts.fragment}", keep_blank_values=True)]
    tracking = [name for name in names if TRACKING.fullmatch(name)]
    return f"tracking ({', '.join(tracking)}); cut it off" if tracking else None


def pick(rows, name):
    """Return the rows of one file."""
    return [row for row in rows if row[0] == name]


def test_no_word_of_the_record_or_around_it_takes_a_side(rows, documents):
    assert list(map(str, find_loaded(chain(rows, documents)))) == []


def test_no_place_has_finer_coordinates_than_its_source(rows):
    assert list(map(str, find_fine_places(pick(rows, "locations.csv")))) == []


def test_no_text_and_no_address_holds_coordinates(rows, documents):
    assert list(map(str, find_coordinates(chain(rows, documents)))) == []


def test_no_address_leads_to_pictures_posts_shorteners_or_trackers(rows, documents):
    assert list(map(str, find_bad_addresses(chain(rows, documents)))) == []


def test_the_addresses_kept_by_name_are_in_the_record(rows):
    assert set(KEPT) <= {row["url"] for _, _, row in pick(rows, "sources.csv")}


@pytest.mark.parametrize(("column", "cell", "word"), [
    ("title", "Brutal attack on Sumy", "Brutal"),
    ("summary", "A strike that Kyiv reported, a terrorist act.", "terrorist"),
    ("note", "The regime did not answer.", "regime"),
    ("summary", "Said that the regime must go.", "regime"),
    ("summary", "He said no. The 'butchers' went on.", "butchers"),
    ("summary", "A 'massacre' on Palm Sunday.", "massacre"),
    ("resolution", "The so-called republic is named as sources have it.", "so-called"),
    ("summary", "Moscow speaks of a special  military\noperation.", "special  military\noperation"),
    ("summary", "Peskov claimed that it was over.", "claimed"),
    ("note", "Moscow claims 60 killed.", "Moscow claims"),
    ("note", "the ministry claims it", "ministry claims"),
    ("summary", "Putin admitted the strike.", "admitted"),
    ("summary", "He lied about the truce.", "lied"),
    ("summary", "The four annexed regions.", "annexed"),
    ("title", "Horrific strike", "Horrific"),
    ("note", "a deadly raid; nobody said so", "deadly"),
    ("note", "a pro-Russian page", "pro-Russian"),
    ("source_id", "pravda-network-pro-russian-aggregator-de-2025-04-20", "pro-russian"),
    ("event_id", "sumy-massacre-2025-04-13", "massacre"),
    ("title", "'Appalling' strike on Sumy", "Appalling"),
])  # fmt: skip
def test_a_loaded_word_is_found_and_named(column, cell, word):
    (fault,) = find_loaded([("events.csv", 7, {column: cell})])
    assert str(fault) == (f"events.csv:7 {column} {show(cell)}: {show(word)} is a loaded word; say it neutrally, "
                          "or quote it after who said it")  # fmt: skip


@pytest.mark.parametrize(("column", "cell"), [
    ("key_phrase", "the Kyiv regime"),
    ("url", "https://example.org/trump-calls-sumy-massacre-a-mistake"),
    ("summary", "Hoped for the same from the authorities in Kyiv, which he called 'the Kyiv regime'."),
    ("summary", "Spoke of 'puppets' in Kyiv's ministries."),
    ("summary", "Called the attack appalling."),
    ("summary", "Russia declared the annexation of four regions."),
    ("note", "described as a pro-Russian aggregator by those who compiled the nights"),
    ("reason", "Justifies strikes with claimed facts; relays a claim; 'farce'"),
    ("publisher", "Global Crime Desk"),
    ("text", "Disputed claims widen the range; `claimed_by` names who gave it, and a count lies between two others."),
    ("note", "an orchestra, a regimen, Crimea, the occupation of a doctor, a monastery"),
])  # fmt: skip
def test_what_is_told_as_somebodys_or_is_no_such_word_passes(column, cell):
    assert list(find_loaded([("statements.csv", 2, {"statement_id": "peskov-fakes-2025-04-22", column: cell})])) == []


@pytest.mark.parametrize(("cells", "says"), [
    ({"lat": "50.917413"}, "lat '50.917413': 6 decimals; at most 5 are published for a place of where_prec 1"),
    ({"lon": "34.7990601"}, "lon '34.7990601': 7 decimals; at most 5 are published for a place of where_prec 1"),
    ({"where_prec": "6", "lat": "49.12345", "lon": "32.00000", "note": "GeoNames country point"},
     "lat '49.12345': 5 decimals; at most 2 are published for a place of where_prec 6"),
    ({"where_prec": "4"}, "note 'a region': a place of where_prec 4 must say what point it stands at "
     "('coordinates of the administrative centre')"),
])  # fmt: skip
def test_a_place_finer_than_its_source_is_found_and_named(cells, says):
    row = {"lat": "50.91741", "lon": "34.79906", "where_prec": "1", "note": "a region"}
    assert list(find_fine_places([("locations.csv", 3, row)])) == []
    assert list(map(str, find_fine_places([("locations.csv", 3, row | cells)]))) == [f"locations.csv:3 {says}"]


@pytest.mark.parametrize("point", [
    "50.9174, 34.7990", "50.917 / 34.799", "-25.74486 28.18783", "50.917 N", "lat=50", "50°", "50 54 32 N",
    "36UXB1234567890", "36U XB 123 456", "8GX8Q8X9+XH", "12 Petro Park Street", "14b, Soborna St", "Soborna Street 12",
    "вул. ", "улица ",
])  # fmt: skip
def test_coordinates_and_street_addresses_are_found_and_named(point):
    cell = f"hit {point}Соборна" if point[-1] == " " else f"hit {point} at night"
    (fault,) = find_coordinates([("events.csv", 9, {"title": "A strike", "note": cell})])
    assert str(fault).startswith(f"events.csv:9 note {show(cell)}: '") and fault.says.endswith("closer than a town; leave it out")


@pytest.mark.parametrize("cell", [
    "4,198 drones and 87 missiles", "19:30 to 09:30", "S-300/400, Kh-59/69", "decrees 242/2025 and 245/2025",
    "[19.2, 39.6, 21.1, 42.7]", "Python 3.11, 3.12", "met in St Peter's Basilica on 26 April", "448th brigade",
    "some 82 km from Odesa", "1.25",
])  # fmt: skip
def test_numbers_that_are_no_coordinates_pass(cell):
    assert list(find_coordinates([("events.csv", 9, {"note": cell})])) == []


PICTURES, POST = "leads to pictures or video; cite a page of text", "leads to Telegram; cite a page that carries the post"
SHORT = "a shortened address; give the page's own"


@pytest.mark.parametrize(("address", "says"), [
    ("https://example.org/sumy/street.JPG", PICTURES),
    ("https://example.org/clip.mp4?start=3", PICTURES),
    ("https://www.youtube.com/watch?v=abc", PICTURES),
    ("https://youtu.be/abc", PICTURES),
    ("https://m.tiktok.com/@a/1", PICTURES),
    ("https://vimeo.com/1", PICTURES),
    ("https://www.flickr.com/a", PICTURES),
    ("https://example.org/news/gallery/sumy", PICTURES),
    ("https://video.example.org/sumy", PICTURES),
    ("https://t.me/channel/1", POST),
    ("t.me/channel/1", POST),
    ("https://bit.ly/3abc", SHORT),
    ("https://t.co/abc", SHORT),
    ("https://example.org/a?utm_source=x&id=3", "tracking (utm_source); cut it off"),
    ("https://example.org/a?fbclid=1&gclid=2", "tracking (fbclid, gclid); cut it off"),
    ("https://example.org/a#at_medium=rss", "tracking (at_medium); cut it off"),
])  # fmt: skip
def test_a_bad_address_is_found_and_named(address, says):
    for column, cell in (("url", address), ("note", f"see {address} for it")):
        faults = find_bad_addresses([("sources.csv", 12, {"kind": "newspaper", column: cell})])
        assert list(map(str, faults)) == [f"sources.csv:12 {column} {show(address)}: {says}"]


@pytest.mark.parametrize(("address", "kind"), [
    ("https://t.me/president/1", "government"),
    ("https://example.org/putin-priznal-video-news_243.html", "newspaper"),
    ("https://example.org/?p=3033&page=2", "newspaper"),
    ("https://audio.example.org/news", "newspaper"),
    ("https://nott.co/a", "newspaper"),
])  # fmt: skip
def test_pages_of_text_and_a_governments_own_posts_pass(address, kind):
    assert list(find_bad_addresses([("sources.csv", 12, {"kind": kind, "url": address})])) == []
