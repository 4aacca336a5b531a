"""The figures: one module per family; each makes an Exhibit out of a Record."""

from analysis.exhibits.tolls import tolls

EXHIBITS = {"tolls": tolls}
