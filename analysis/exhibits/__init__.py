"""The figures: a module named after an exhibit makes it out of a Record; attacks, lanes, maps, rows and steps serve one each."""

from analysis.exhibits.coverage import coverage
from analysis.exhibits.exchange import exchange
from analysis.exhibits.independence import independence
from analysis.exhibits.lags import lags
from analysis.exhibits.nights import nights
from analysis.exhibits.places import places
from analysis.exhibits.revisions import revisions
from analysis.exhibits.stances import stances
from analysis.exhibits.timeline import timeline
from analysis.exhibits.tolls import tolls

EXHIBITS = {"places": places, "timeline": timeline, "exchange": exchange, "stances": stances, "lags": lags, "tolls": tolls,
            "revisions": revisions, "nights": nights, "coverage": coverage, "independence": independence}  # fmt: skip
