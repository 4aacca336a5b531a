"""A figure as a light SVG for a page: its words stay words, and its marks say which row of a table they are."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from itertools import groupby

import numpy as np
import shapely
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, Transform

from analysis import theme

FINE = 4
"""Units of the SVG in a px of the figure: all its numbers are whole."""
COARSE, MANY = 1.2, 60
"""What bends of an outline of MANY points, as that of a country, may lose, in px of the figure."""
LONG = 200
"""Letters of a path that is written once, wherever it is drawn."""
COMMANDS = {Outline.LINETO: "l", Outline.CURVE3: "q", Outline.CURVE4: "c"}
UNITS = {"font-size": "px"}
CAPS = {"projecting": "square", "round": "round"}
Attributes = tuple[tuple[str, object], ...]
HALO: Attributes = (("stroke", theme.PAPER), ("stroke-width", 12), ("stroke-linejoin", "round"), ("paint-order", "stroke"))
"""The pale edge of labels that stand on lines."""


def to_svg(figure: Figure, rows: Mapping[str, int], name: str, looks: dict[Attributes, str] | None = None) -> str:
    """Return a figure as SVG for HTML, without its title and source line, which a page tells in words of its own.

    What belongs to a mark has, as `data-m`, the number of its row: `rows` has it by the id of the mark. `name` keeps ids
    apart on a page. `looks` gathers what looks the same under the name of a class, for `to_style`, in place of writing it
    at each shape.
    """
    renderer = Renderer(figure, rows, name, looks)
    told = [text for text in figure.texts if text.get_visible()]
    effects = {text: text.get_path_effects() for text in figure.findobj(Text) if text.get_path_effects()}
    renderer.halos |= dict.fromkeys(effects, HALO)
    for text in told:
        text.set_visible(False)
    for text in effects:
        text.set_path_effects([])  # or its letters would be drawn as outlines
    figure.draw(renderer)
    box = figure.get_tightbbox(renderer)
    for text in told:
        text.set_visible(True)
    for text, halo in effects.items():
        text.set_path_effects(halo)
    return renderer.finish(box)


def to_style(looks: Mapping[Attributes, str]) -> str:
    """Return the style of classes that `to_svg` has named."""
    written = {name: ";".join(f"{key}:{value}{UNITS.get(key, '')}" for key, value in look) for look, name in looks.items()}
    return "\n".join(f".{name}{{{look}}}" for name, look in written.items())


class Renderer(RendererBase):
    """Write down what matplotlib draws."""

    def __init__(self, figure: Figure, rows: Mapping[str, int], name: str,
                 looks: dict[Attributes, str] | None) -> None:  # fmt: skip
        super().__init__()
        self.dpi, self.height = figure.dpi, figure.bbox.height
        self.measure = theme.Canvas(figure).get_renderer()
        self.rows, self.name, self.looks = rows, name, looks
        self.halos: dict[Text, Attributes] = {}
        self.groups: list[str] = []
        self.parts: list[tuple[Attributes, str]] = []
        self.definitions: dict[str, str] = {}
        self.paths: dict[str, str] = {}

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.measure.get_canvas_width_height()

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: object) -> tuple[float, float, float]:
        return self.measure.get_text_width_height_descent(s, prop, ismath)

    def points_to_pixels(self, points: float) -> float:
        return points * self.dpi / 72

    def flipy(self) -> bool:
        return False

    def open_group(self, s: str, gid: str | None = None) -> None:
        self.groups.append(gid or "")

    def close_group(self, s: str) -> None:
        self.groups.pop()

    def draw_path(self, gc: GraphicsContextBase, path: Outline, transform: Transform, rgbFace: object = None) -> None:
        look = self._look(gc, rgbFace)
        if not look:
            return
        moved = transform.transform_path(path)
        if path.vertices is Outline.unit_circle().vertices or _is_circle(path):
            (x0, y0), (x1, y1) = moved.get_extents().get_points()
            if abs((x1 - x0) - (y1 - y0)) < 0.1:
                x, y = self._at((x0 + x1) / 2, (y0 + y1) / 2)
                self._add((*look, *self._clip(gc, moved)), f'<circle cx={x} cy={y} r="{_round((x1 - x0) / 2)}"')
                return
        room, marked = gc.get_clip_rectangle(), self._find_mark() is not None
        if not marked and _is_lost(moved.get_extents(), room):
            return
        if drawn := "".join(self._write(moved, rgbFace is not None, room)):
            self._add((*look, *self._clip(gc, moved)), f'<path d="{drawn}"')

    def draw_markers(self, gc: GraphicsContextBase, marker_path: Outline, marker_trans: Transform, path: Outline,
                     trans: Transform, rgbFace: object = None) -> None:  # fmt: skip
        for vertices, _ in path.iter_segments(trans, simplify=False):
            if len(vertices):
                self.draw_path(gc, marker_path, marker_trans + Affine2D().translate(*vertices[-2:]), rgbFace)

    def draw_text(self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: FontProperties, angle: float,
                  ismath: object = False, mtext: Text | None = None) -> None:  # fmt: skip
        width = self.get_text_width_height_descent(s, prop, False)[0]
        side = mtext.get_ha() if mtext is not None and not angle else "left"
        shift, anchor = {"left": (0, ()), "center": (0.5, (("text-anchor", "middle"),)),
                         "right": (1, (("text-anchor", "end"),))}[side]  # fmt: skip
        left, base = self._at(x + shift * width, y)
        face = next(name for name in theme.FACES if theme.font(face=name).get_file() == prop.get_file())
        style = tuple((f"font-{name}", value) for name, value in theme.FACES_ON_SCREEN[face].items())
        look = (*_color("fill", gc.get_rgb(), gc.get_alpha()), ("font-size", _round(self.points_to_pixels(prop.get_size()))),
                *style, *anchor, *self.halos.get(mtext, ()))  # fmt: skip
        turned = f' transform="rotate({-angle:g} {left} {base})"' if angle else ""
        self._add(look, f"<text x={left} y={base}{turned}", html.escape(s, quote=False))

    def finish(self, box: Bbox) -> str:
        """Return the SVG of a part of the figure, in inches."""
        x0, y0, x1, y1 = (edge * self.dpi for edge in box.padded(0.02).extents)
        (left, top), (right, bottom) = self._at(x0, y1), self._at(x1, y0)
        drawn = "".join(self._group(look, [body for _, body in same])
                        for look, same in groupby(self.parts, key=lambda part: part[0]))  # fmt: skip
        definitions = f"<defs>{''.join(self.definitions.values())}</defs>" if self.definitions else ""
        return f'<svg viewBox="{left} {top} {right - left} {bottom - top}">{definitions}{drawn}</svg>'

    def _group(self, look: Attributes, bodies: list[str]) -> str:
        """Return what looks the same, with its look written once."""
        if self.looks is None:
            attributes = "".join(f' {name}="{value}"' for name, value in look)
        else:
            attributes = f" class={self.looks.setdefault(look, f'k{len(self.looks)}')}"
        if len(bodies) == 1 and " id=" not in bodies[0][:12]:  # what is drawn again brings no look of its own
            return bodies[0].replace(" ", f"{attributes} ", 1)
        return f"<g{attributes}>{''.join(bodies)}</g>"

    def _add(self, look: Attributes, start: str, words: str = "") -> None:
        mark = self._find_mark()
        tail = f">{words}</text>" if start.startswith("<text") else "/>"
        if len(start) > LONG:
            start = self._repeat(start)
        if mark is not None:
            start = start.replace(" ", f" data-m={mark} ", 1)
        self.parts.append((look, start + tail))

    def _find_mark(self) -> int | None:
        return next((self.rows[name] for gid in reversed(self.groups) if (name := gid.partition(" ")[0]) in self.rows), None)

    def _repeat(self, start: str) -> str:
        """Return a long path with an id or, if it has been drawn before, what draws it again."""
        if start in self.paths:
            return f'<use href="#{self.paths[start]}"'
        self.paths[start] = f"{self.name}-path-{len(self.paths)}"
        return start.replace("<path", f'<path id="{self.paths[start]}"')

    def _at(self, x: float, y: float) -> tuple[int, int]:
        return _round(x), _round(self.height - y)

    def _look(self, gc: GraphicsContextBase, face: object) -> Attributes:
        """Return how a shape looks, as attributes; nothing if it is not seen."""
        alpha = gc.get_alpha() if gc.get_forced_alpha() else None
        width = _round(self.points_to_pixels(gc.get_linewidth()))
        stroke = _color("stroke", gc.get_rgb(), alpha) if width else ()
        if stroke:
            offset, dashes = gc.get_dashes()
            dashed = " ".join(str(_round(self.points_to_pixels(dash))) for dash in dashes or ())
            stroke += (("stroke-width", width), *((("stroke-dasharray", dashed),) if dashed else ()),
                       *((("stroke-dashoffset", _round(self.points_to_pixels(offset))),) if dashed and offset else ()),
                       *((("stroke-linecap", CAPS[gc.get_capstyle()]),) if gc.get_capstyle() in CAPS else ()),
                       *((("stroke-linejoin", "round"),) if gc.get_joinstyle() == "round" else ()))  # fmt: skip
        fill = _color("fill", face, alpha) if face is not None else ()
        if gc.get_hatch():
            fill = (("fill", f"url(#{self._hatch(gc, face)})"),)
        return (*(fill or (("fill", "none"),)), *stroke) if fill or stroke else ()

    def _hatch(self, gc: GraphicsContextBase, face: object) -> str:
        """Return the id of a pattern."""
        tile = round(self.dpi) * FINE
        path = gc.get_hatch_path(6.0).transformed(Affine2D().scale(self.dpi))
        ground = "".join(f' {name}="{value}"' for name, value in _color("fill", face, None)) if face is not None else ""
        ink = "".join(f' {name}="{value}"' for name, value in _color("stroke", gc.get_hatch_color(), None))
        lines = "".join(self._write(path, False, None, flip=False))
        wide = _round(self.points_to_pixels(gc.get_hatch_linewidth()))
        box = f'width="{tile}" height="{tile}"'
        drawn = (f"<rect {box}{ground}/>" if ground else "") + f'<path d="{lines}"{ink} stroke-width="{wide}"/>'
        return self._define(f'<pattern id="%s" patternUnits="userSpaceOnUse" {box}>{drawn}</pattern>')

    def _clip(self, gc: GraphicsContextBase, path: Outline) -> Attributes:
        """Return what cuts a shape off where it leaves its room."""
        room = gc.get_clip_rectangle()
        if room is None:
            return ()
        box = path.get_extents()
        if box.x0 >= room.x0 - 1 and box.x1 <= room.x1 + 1 and box.y0 >= room.y0 - 1 and box.y1 <= room.y1 + 1:
            return ()
        (left, top), (right, bottom) = self._at(room.x0, room.y1), self._at(room.x1, room.y0)
        rect = f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}"/>'
        name = self._define(f'<clipPath id="%s">{rect}</clipPath>')
        return (("clip-path", f"url(#{name})"),)

    def _define(self, what: str) -> str:
        known = list(self.definitions)
        number = known.index(what) if what in known else len(known)
        self.definitions.setdefault(what, what % f"{self.name}-{number}")
        return f"{self.name}-{number}"

    def _write(self, path: Outline, closed: bool, room: Bbox | None, flip: bool = True) -> Iterator[str]:
        """Yield the commands of a path, each from where the last one ended."""
        if len(path.vertices) > MANY and (path.codes is None or not {Outline.CURVE3, Outline.CURVE4} & set(path.codes)):
            path = _thin(path, closed, room)
        at = start = (0, 0)
        last = ""
        for vertices, code in path.iter_segments(simplify=False, remove_nans=True):
            if code == Outline.CLOSEPOLY:
                yield "z"
                at, last = start, ""
                continue
            points = [self._at(x, y) if flip else (_round(x), _round(y)) for x, y in vertices.reshape(-1, 2)]
            if code == Outline.MOVETO:
                yield f"M{points[0][0]} {points[0][1]}"
                start, last = points[0], ""
            elif points[-1] != at or len(points) > 1:
                command = COMMANDS[code]
                numbers = "".join(f"{'' if n < 0 else ' '}{n}" for x, y in points for n in (x - at[0], y - at[1]))
                yield numbers if command == last else command + numbers.lstrip()
                last = command
            at = points[-1]


def _round(px: float) -> int:
    return round(float(px) * FINE)


def _color(name: str, paint: object, alpha: float | None) -> Attributes:
    """Return a colour and how much it covers; nothing if it does not."""
    opacity = paint[3] if alpha is None and len(paint) > 3 else 1 if alpha is None else alpha
    if not opacity:
        return ()
    return ((name, to_hex(paint[:3])), *(((f"{name}-opacity", f"{opacity:.3g}"),) if opacity < 1 else ()))


def _is_lost(box: Bbox, room: Bbox | None) -> bool:
    """Say whether a shape is too small to be seen, or lies beyond its room."""
    return (box.width < 1 and box.height < 1) or (room is not None and Bbox.intersection(box, room) is None)


def _is_circle(path: Outline) -> bool:
    circle = Outline.unit_circle()
    return path.vertices.shape == circle.vertices.shape and np.allclose(path.vertices, circle.vertices)


def _thin(path: Outline, closed: bool, room: Bbox | None) -> Outline:
    """Return lines or outlines without bends that nobody sees and without what lies beyond their room."""
    shapes = []
    for part in path.to_polygons(closed_only=False):
        if len(part) < 2:
            continue
        ring = closed and len(part) > 3
        shape = shapely.simplify((shapely.Polygon if ring else shapely.LineString)(part), COARSE, preserve_topology=False)
        if room is not None:
            shape = shapely.clip_by_rect(shape, *room.padded(5).extents)
        shapes += [shapely.get_coordinates(shapely.get_exterior_ring(one) if ring else one)
                   for one in shapely.get_parts(shape) if not shapely.is_empty(one)]  # fmt: skip
    outlines = [Outline(part, closed=closed and len(part) > 3) for part in shapes if len(part) > 1]
    return Outline.make_compound_path(*outlines) if outlines else Outline(np.empty((0, 2)))
