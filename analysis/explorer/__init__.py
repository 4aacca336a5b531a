"""The explorer for JupyterLab: what it shows stands in `times`, `map`, `controls` and `board`, put together in `explorer`."""

from analysis.explorer.explorer import Explorer, explore

__all__ = ["Explorer", "explore"]
