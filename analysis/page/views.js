// The views of what is chosen: timeline, maps, who answered whom. Each has so many marks as it has room for, whatever the record holds.

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const GAP = 90 * DAY; // without a row for so long, the axis is broken
const LANE = 20;
const REACH = 11; // px around a mark in which it answers the pointer
const STEPS = [1, 2, 7, 14].map((days) => ({ days })).concat([1, 3, 6, 12].map((months) => ({ months })));
const NAMED = 6; // rows that a tip names
const sideNumber = new Map(names.sides.map((side, i) => [side, i]));
const placeName = new Map(names.places.map(([id, name]) => [id, name]));
const activeMark = new Map(); // by view, the key of the mark at which the arrow keys are

function sayDay(minute, year = true) {
  const day = new Date(minute * 60000);
  return `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]}${year ? ` ${day.getUTCFullYear()}` : ""}`;
}

// The middle of that part of a row which lies between two minutes.
function middle(i, from, to) {
  const first = Math.max(record.first[i], from);
  return (first + Math.max(Math.min(record.last[i] ?? first, to - 1), first)) / 2;
}

const countOf = (some, all, one) => (some < all ? `${some.toLocaleString("en")} of ${many(all, one)}` : many(all, one));

function nameRows(rows) {
  const lines = rows.slice(0, NAMED).map((i) => `– ${record.title[i]}`);
  return rows.length > NAMED ? [...lines, `and ${rows.length - NAMED} more`] : lines;
}

// Draw marks ({key, x, y, r, kind, label, lines, some, ghost}) into an SVG as a list of which one or more are selected.
function drawMarks(svg, name, marks, press) {
  const ring = make("circle", { class: "active", "aria-hidden": "true" });
  for (const { x, y, ghost } of marks) if (ghost) svg.append(make("circle", { class: "ghost", cx: x, cy: y, r: ghost, "aria-hidden": "true" }));
  marks.forEach((mark, k) => {
    mark.element = make("circle", {
      id: `${name}-mark-${k}`, class: `mark ${mark.kind}`, cx: mark.x, cy: mark.y, r: Math.max(mark.r, 0), style: mark.style,
      role: "option", "aria-selected": String(Boolean(mark.some)), "aria-label": mark.label,
    });
    svg.append(mark.element);
    if (mark.count) svg.append(make("text", { class: "count", x: mark.x, y: mark.y, dy: ".35em", "aria-hidden": "true", style: "pointer-events:none" }, mark.count));
  });
  svg.append(ring);
  if (!press) return svg;
  const of = (event) => findMark(svg, marks, event);
  const move = (k, shown = true) => {
    const mark = marks[k];
    if (!mark) return;
    activeMark.set(name, mark.key);
    svg.setAttribute("aria-activedescendant", mark.element.id);
    for (const [attribute, value] of [["cx", mark.x], ["cy", mark.y], ["r", Math.max(mark.r, mark.ghost ?? 0) + 4]]) ring.setAttribute(attribute, value);
    if (!shown) return;
    mark.element.scrollIntoView({ behavior: "instant", block: "nearest" });
    showTip(mark.lines, mark.element);
  };
  const now = () => Math.max(marks.findIndex((mark) => mark.key === activeMark.get(name)), 0);
  svg.addEventListener("focus", () => move(now(), svg.matches(":focus-visible")));
  svg.addEventListener("blur", hideTip);
  svg.addEventListener("pointermove", (event) => {
    const mark = of(event);
    svg.style.cursor = mark ? "pointer" : "";
    if (mark) showTip(mark.lines, mark.element);
    else hideTip();
  });
  svg.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hideTip());
  svg.addEventListener("click", (event) => {
    const mark = of(event);
    if (mark && !svg.dataset.brushed) [activeMark.set(name, mark.key), press(mark)];
  });
  svg.addEventListener("keydown", (event) => {
    const k = now();
    const to = { ArrowRight: k + 1, ArrowLeft: k - 1, Home: 0, End: marks.length - 1, ArrowDown: nearest(marks, k, 1), ArrowUp: nearest(marks, k, -1) }[event.key];
    if (to !== undefined) move(Math.min(Math.max(to, 0), marks.length - 1));
    else if ((event.key === "Enter" || event.key === " ") && marks[k]) press(marks[k]);
    else return;
    event.preventDefault();
  });
  move(now(), false);
  return svg;
}

// The mark at which the pointer is, or the nearest one within reach.
function findMark(svg, marks, event) {
  const [box, view] = [svg.getBoundingClientRect(), svg.viewBox.baseVal];
  const unit = view.width / box.width;
  const [x, y] = [view.x + (event.clientX - box.left) * unit, view.y + (event.clientY - box.top) * unit];
  let [best, least] = [null, Infinity];
  for (const mark of marks) {
    const away = Math.hypot(mark.x - x, mark.y - y);
    if (away < least && away <= Math.max(mark.r, mark.ghost, REACH * unit)) [best, least] = [mark, away];
  }
  return best;
}

// The mark that stands closest above (-1) or below (1) another one.
function nearest(marks, from, way) {
  const at = marks[from];
  let [best, least] = [from, Infinity];
  marks.forEach((mark, k) => {
    const down = at ? (mark.y - at.y) * way : 0;
    const away = at ? down * 2 + Math.abs(mark.x - at.x) : 0;
    if (down > 1 && away < least) [best, least] = [k, away];
  });
  return best;
}

function openList(name, label, attributes) {
  return make("svg", { class: "view", role: "listbox", "aria-multiselectable": "true", "aria-label": label, tabindex: 0, id: `${name}-list`, ...attributes });
}

// A time axis of rows between two places in px, broken, and ended within the chosen days, where nothing happened for long.
function stretchTime(rows, choice, left, right) {
  const days = [choice.start ? minuteOf(choice.start) : -Infinity, choice.end ? minuteOf(choice.end) + DAY : Infinity];
  const within = (minute) => Math.min(Math.max(minute, days[0]), days[1] - 1);
  const sorted = Float64Array.from(rows.length ? rows.map((i) => middle(i, ...days)) : names.focus.map(minuteOf).map(within)).sort();
  const [begin, end] = [sorted[0], sorted.at(-1)].map((minute) => Math.floor(minute / DAY) * DAY);
  const first = choice.start ? Math.max(days[0], begin - GAP) : begin;
  const last = choice.end ? Math.min(days[1], end + DAY + GAP) : end + DAY;
  const parts = [{ from: first, to: first }];
  for (const minute of [...sorted.filter((one) => one > first && one < last), last]) {
    const part = parts.at(-1);
    const day = Math.floor(minute / DAY) * DAY;
    if (minute - part.to > GAP && minute !== last) {
      part.to = Math.min(part.to + DAY, day);
      parts.push({ from: day, to: day + DAY });
    } else part.to = Math.max(part.to, minute);
  }
  const room = right - left - 20 * (parts.length - 1);
  const whole = parts.reduce((sum, part) => sum + part.to - part.from, 0);
  const least = Math.min(34, room / parts.length / 2);
  const wide = parts.map((part) => Math.max(((part.to - part.from) / whole) * room, least));
  const over = wide.reduce((sum, one) => sum + one, 0) - room;
  const spare = wide.reduce((sum, one) => sum + one - least, 0) || 1;
  let x = left;
  parts.forEach((part, k) => {
    part.x = x;
    part.wide = wide[k] - (over * (wide[k] - least)) / spare;
    x += part.wide + 20;
  });
  return {
    parts,
    x(minute) {
      const part = parts.find((one) => minute <= one.to) ?? parts.at(-1);
      return Math.min(Math.max((minute - part.from) / (part.to - part.from), 0), 1) * part.wide + part.x;
    },
    middle: (i) => middle(i, ...days),
    minute(px) {
      const part = parts.find((one) => px <= one.x + one.wide + 10) ?? parts.at(-1);
      return Math.min(part.from + Math.min(Math.max((px - part.x) / part.wide, 0), 1) * (part.to - part.from), last - 1);
    },
  };
}

// Where a stretch of the axis has ticks, with their words.
function listTicks(part) {
  const pxPerDay = part.wide / ((part.to - part.from) / DAY);
  const step = STEPS.find(({ days, months }) => (days ?? months * 30) * pxPerDay >= (days ? 50 : 66)) ?? { months: 12 };
  const ticks = [];
  for (let minute = Math.ceil(part.from / DAY) * DAY; minute < part.to; minute += DAY) {
    const day = new Date(minute * 60000);
    const fits = step.days ? Math.floor(minute / DAY - 4) % step.days === 0 : day.getUTCDate() === 1 && day.getUTCMonth() % step.months === 0;
    if (fits) ticks.push({ minute, words: step.days ? `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()].slice(0, 3)}` : MONTHS[day.getUTCMonth()].slice(0, 3), year: day.getUTCFullYear() });
  }
  if (ticks.length) return ticks;
  const day = new Date(part.from * 60000);
  return [{ minute: part.from, words: `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()].slice(0, 3)}`, year: day.getUTCFullYear() }];
}

const lanes = Object.keys(SHORT).flatMap((table) => names.sides
  .filter((side) => record.packed.table.at.some((code, i) => record.packed.table.of[code] === table && record.sides[i].includes(side)))
  .map((side) => ({ table, side })));
const laneOf = new Map(lanes.map((lane, k) => [`${lane.table} ${lane.side}`, k]));

// Draw the rows `shown` in time, the others of `base` pale; a circle holds the rows of a side that lie close to each other.
function drawTimeline(base, shown, choice, width, act) {
  const gutter = width < 500 ? 84 : 112;
  const time = stretchTime(base, choice, gutter + 8, width - 10);
  const tops = [];
  let y = 0;
  lanes.forEach((lane, k) => {
    if (lane.table !== lanes[k - 1]?.table) y += 22;
    tops.push(y);
    y += LANE;
  });
  const foot = y + 6;
  const svg = openList("timeline", "Rows in time, by table and side", { width, height: foot + 34, viewBox: `0 0 ${width} ${foot + 34}` });
  const put = (tag, attributes, words) => svg.append(make(tag, { "aria-hidden": "true", ...attributes }, words));
  let year = null;
  for (const part of time.parts) {
    put("line", { class: "line", x1: part.x, x2: part.x + part.wide, y1: foot, y2: foot, style: "stroke:var(--muted)" });
    for (const tick of listTicks(part)) {
      const x = time.x(tick.minute);
      put("line", { class: "line", x1: x, x2: x, y1: 8, y2: foot });
      put("text", { class: "quiet", x, y: foot + 14, "text-anchor": "middle" }, tick.words);
      if (tick.year !== year) put("text", { class: "quiet", x, y: foot + 29, "text-anchor": "middle" }, String((year = tick.year)));
    }
  }
  lanes.forEach((lane, k) => {
    if (lane.table !== lanes[k - 1]?.table) put("text", { class: "head", x: 0, y: tops[k] - 6 }, PLURAL[lane.table]);
    put("text", { x: 6, y: tops[k] + LANE / 2 + 4 }, lane.side);
  });
  const isShown = new Set(shown);
  const lasting = base.filter((i) => record.lasted[i]).sort((one, other) => isShown.has(one) - isShown.has(other));
  for (const i of lasting) {
    const [x1, x2] = [record.first[i], record.last[i] ?? Infinity].map((minute) => time.x(minute));
    for (const side of record.sides[i]) {
      const y = tops[laneOf.get(`${record.table[i]} ${side}`)] + LANE / 2;
      put("line", { class: "lasting", x1, x2, y1: y, y2: y, style: `stroke:var(--${isShown.has(i) ? `side-${sideNumber.get(side)}` : "faint"})` });
    }
  }
  const cells = gatherCells(base, isShown, time);
  const most = Math.max(...[...cells.values()].map((cell) => cell.rows.length), 4);
  const size = (count) => (count ? Math.max((LANE / 2) * 0.95 * Math.sqrt(count / most), 2.2) : 0);
  const marks = [...cells.values()].map((cell) => {
    const { table, side } = lanes[cell.lane];
    const [from, to] = [Math.min(...cell.rows.map((i) => record.first[i])), Math.max(...cell.rows.map((i) => record.last[i] ?? record.first[i]))];
    const span = sayDay(from) === sayDay(to) ? sayDay(from) : `${sayDay(from)} to ${sayDay(to)}`;
    const head = `${span}. ${PLURAL[table]}, ${side}: ${countOf(cell.shown, cell.rows.length, "row")}`;
    return {
      key: `${cell.lane} ${record.id[cell.rows[0]]}`, rows: cell.rows, kind: "", style: `fill:var(--side-${sideNumber.get(side)})`, label: head,
      x: Math.round(cell.x / cell.rows.length), y: tops[cell.lane] + LANE / 2, r: size(cell.shown),
      ghost: cell.shown < cell.rows.length ? size(cell.rows.length) : 0, some: choice.ids.length && cell.shown, lines: [head, ...nameRows(cell.rows)],
    };
  }).sort((one, other) => one.y - other.y || one.x - other.x);
  drawMarks(svg, "timeline", marks, act && ((mark) => act.toggle(mark.rows)));
  if (act) letBrush(svg, time, gutter, foot, act.setDates);
  return svg;
}

function gatherCells(base, isShown, time) {
  const cells = new Map();
  for (const i of base) {
    const x = time.x(time.middle(i));
    for (const side of record.sides[i]) {
      const lane = laneOf.get(`${record.table[i]} ${side}`);
      const key = lane * 10000 + Math.floor(x / 8);
      const cell = cells.get(key) ?? { lane, x: 0, rows: [], shown: 0 };
      cells.set(key, cell);
      cell.rows.push(i);
      cell.x += x;
      cell.shown += isShown.has(i);
    }
  }
  return cells;
}

// Let a pointer be drawn across days to choose them.
function letBrush(svg, time, left, foot, setDates) {
  let from = null;
  const band = make("rect", { class: "brush", y: 4, height: foot - 4, width: 0, "aria-hidden": "true" });
  const at = (event) => event.clientX - svg.getBoundingClientRect().left;
  svg.addEventListener("pointerdown", (event) => {
    delete svg.dataset.brushed;
    if (event.button || at(event) < left) return;
    from = at(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (from === null || (!band.parentNode && Math.abs(at(event) - from) <= 5)) return;
    svg.append(band);
    band.setAttribute("x", Math.min(from, at(event)));
    band.setAttribute("width", Math.abs(at(event) - from));
  });
  const stop = (event) => {
    if (from === null) return;
    const [low, high] = [from, at(event)].sort((one, other) => one - other);
    const drawn = event.type === "pointerup" && band.parentNode;
    from = null;
    band.remove();
    if (!drawn) return;
    svg.dataset.brushed = ""; // the click that follows is none
    setDates(dayOf(time.minute(low)), dayOf(time.minute(high)));
  };
  svg.addEventListener("pointerup", stop);
  svg.addEventListener("pointercancel", stop);
}
