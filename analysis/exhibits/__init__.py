"""The figures: one module per family; each makes an Exhibit out of a Record."""

from analysis.exhibits.exchange import exchange
from analysis.exhibits.places import places
from analysis.exhibits.timeline import timeline
from analysis.exhibits.tolls import tolls

EXHIBITS = {"places": places, "timeline": timeline, "exchange": exchange, "tolls": tolls}
