"""The figures: one module per family; each makes an Exhibit out of a Record."""

from analysis.exhibits.places import places
from analysis.exhibits.tolls import tolls

EXHIBITS = {"places": places, "tolls": tolls}
