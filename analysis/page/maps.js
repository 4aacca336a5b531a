// Maps of the rows, who answered whom, and all views as one picture.

const maps = [...document.querySelectorAll("#map-view .map")].map((box) => ({
  box, name: box.dataset.map, spots: JSON.parse(box.dataset.spots), ground: box.querySelector("svg"), view: box.querySelector("svg").viewBox.baseVal,
}));
const LABEL = 12; // px

function countPlaces(rows) {
  const counts = new Map();
  for (const i of rows) for (const place of record.places[i]) (counts.get(place) ?? counts.set(place, []).get(place)).push(i);
  return counts;
}

// Draw over a map a circle for each place, with the number of its rows as its area; `all` are the rows with any place.
function drawMap(map, all, shown, choice, width, act) {
  const unit = map.view.width / width; // of the map's own units, in a px
  const svg = openList(`map-${map.name}`, "Rows by place", { viewBox: `${map.view.x} ${map.view.y} ${map.view.width} ${map.view.height}`, style: "position:absolute;inset:0;width:100%;height:100%" });
  const [every, chosen] = [countPlaces(all), countPlaces(shown)];
  const most = Math.max(...[...every.values()].map((rows) => rows.length), 4);
  const size = (count) => (count ? Math.max(17 * Math.sqrt(count / most), 2.5) * unit : 0);
  const marks = Object.entries(map.spots).filter(([id]) => every.has(id)).map(([id, [x, y]]) => {
    const [rows, count] = [every.get(id), chosen.get(id)?.length ?? 0];
    const head = `${placeName.get(id)}: ${countOf(count, rows.length, "row")}`;
    return { key: id, id, x, y, r: size(count), ghost: count < rows.length ? size(rows.length) : 0, kind: "number", label: head,
      some: choice.places.includes(id), lines: [head, ...nameRows(rows)], rows: rows.length };
  }).sort((one, other) => other.rows - one.rows || one.x - other.x);
  drawMarks(svg, `map-${map.name}`, marks, act && ((mark) => act.togglePlace(mark.id)));
  for (const { x, y, id, end } of placeLabels(marks, unit, map.view)) {
    svg.append(make("text", { class: "place", x, y: y + 4 * unit, "text-anchor": end ? "end" : "start", "aria-hidden": "true", style: `font-size:${LABEL * unit}px;stroke-width:${3 * unit}px;pointer-events:none` }, placeName.get(id)));
  }
  return svg;
}

// Name the places from the one with most rows on, where there is room for a name beside the circle.
function placeLabels(marks, unit, view) {
  const taken = marks.map(({ x, y, r, ghost }) => [x - Math.max(r, ghost), y - Math.max(r, ghost), x + Math.max(r, ghost), y + Math.max(r, ghost)]);
  const labels = [];
  for (const mark of marks) {
    const [wide, high, off] = [placeName.get(mark.id).length * 6.2 * unit, 13 * unit, Math.max(mark.r, mark.ghost) + 3 * unit];
    const spots = [{ x: mark.x + off, end: false }, { x: mark.x - off, end: true }].map(({ x, end }) => ({ x, end, box: [end ? x - wide : x, mark.y - high / 2, end ? x : x + wide, mark.y + high / 2] }));
    const free = spots.find(({ box }) => box[0] >= view.x && box[2] <= view.x + view.width && !taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]));
    if (!free) continue;
    taken.push(free.box);
    labels.push({ ...free, y: mark.y, id: mark.id });
  }
  return labels;
}

const isMapped = (id) => maps.some((map) => id in map.spots);

// Say which places have rows and are on no map, with the number of those rows, and of those that are shown.
function listElsewhere(all, shown) {
  const [every, chosen] = [countPlaces(all), countPlaces(shown)];
  return [...every.keys()].filter((id) => !isMapped(id)).map((id) => ({ id, count: every.get(id).length, some: chosen.get(id)?.length ?? 0 }))
    .sort((one, other) => other.count - one.count || (one.id < other.id ? -1 : 1))
    .map(({ id, count, some }) => ({ id, some, words: `${placeName.get(id)} ${some < count ? `${some.toLocaleString("en")} of ` : ""}${count.toLocaleString("en")}` }));
}

// Say how many of the rows shown are on the maps, and how many are not.
function sayMapped(shown) {
  const [bare, mapped] = [shown.filter((i) => !record.places[i].length).length, shown.filter((i) => record.places[i].some(isMapped)).length];
  const off = shown.length - bare - mapped;
  const rest = [bare && `without a place: ${bare.toLocaleString("en")}`, off && `only at places on no map: ${off.toLocaleString("en")}`];
  return `${[`On ${maps.length === 1 ? "this map" : "these maps"}: ${mapped.toLocaleString("en")} of ${many(shown.length, "row")}`, ...rest].filter(Boolean).join("; ")}.`;
}

const answering = [...new Set(record.replies.map((reply) => reply[2]))];
const answered = [...new Set(record.replies.map((reply) => reply[3]))];
const inOrder = (sides) => names.sides.filter((side) => sides.includes(side));

// Draw how often each side answers each: an answer is shown if the statement is that gives it, whatever it answers.
function drawExchange(base, shown, choice, width, act) {
  const [rows, columns] = [inOrder(answering), inOrder(answered)];
  const gutter = 94;
  const step = Math.min((width - gutter) / Math.max(columns.length, 1), 80);
  const [head, high] = [26, 40];
  const height = head + rows.length * high + 6;
  const svg = openList("exchange", "Answers by the side that gives them and the side that is answered", { width, height, viewBox: `0 0 ${width} ${height}` });
  const put = (tag, attributes, words) => svg.append(make(tag, { "aria-hidden": "true", ...attributes }, words));
  const narrow = step < 62;
  columns.forEach((side, k) => put("text", { class: "quiet", x: gutter + (k + 0.5) * step, y: 15, "text-anchor": "middle", style: narrow ? "font-size:10.5px" : "" }, shorten(side, step)));
  rows.forEach((side, k) => {
    put("line", { class: "line", x1: 0, x2: gutter + columns.length * step, y1: head + k * high, y2: head + k * high });
    put("text", { x: 0, y: head + (k + 0.5) * high + 4 }, side);
  });
  const [inBase, isShown] = [new Set(base), new Set(shown)];
  const counts = (set) => {
    const cells = new Map();
    for (const reply of record.replies) {
      const [giving, , by, whom] = reply;
      if (!set.has(giving)) continue;
      const key = `${by}>${whom}`;
      (cells.get(key) ?? cells.set(key, []).get(key)).push(reply);
    }
    return cells;
  };
  const [every, some] = [counts(inBase), counts(isShown)];
  const most = Math.max(...[...every.values()].map((own) => own.length), 4);
  const size = (count) => (count ? Math.max(18 * Math.sqrt(count / most), 3) : 0);
  const marks = [];
  rows.forEach((by, r) => columns.forEach((whom, c) => {
    const [all, now] = [every.get(`${by}>${whom}`) ?? [], some.get(`${by}>${whom}`) ?? []];
    if (!all.length) return;
    const kinds = Object.entries(Object.groupBy ? Object.groupBy(now, (reply) => reply[4]) : {}).map(([kind, own]) => `${kind} ${own.length}`);
    const label = `${by} answers ${by === whom ? "its own side" : whom}: ${countOf(now.length, all.length, "answer")}`;
    marks.push({
      key: `${by}>${whom}`, x: gutter + (c + 0.5) * step, y: head + (r + 0.5) * high, r: size(now.length), ghost: now.length < all.length ? size(all.length) : 0,
      kind: "", style: `fill:var(--side-${sideNumber.get(by)});fill-opacity:.25`, label, count: String(now.length), some: choice.ids.length && now.length,
      lines: [label, kinds.join(", ")].filter(Boolean), rows: [...new Set(all.flatMap(([giving, to]) => [giving, to]))].filter((i) => inBase.has(i)),
    });
  }));
  return drawMarks(svg, "exchange", marks, act && ((mark) => act.toggle(mark.rows)));
}

function shorten(words, room) {
  const most = Math.max(Math.floor(room / 5.6), 4);
  return words.length > most ? `${words.slice(0, most - 1)}…` : words;
}

// Return the views as one SVG with its own style and typeface: what is chosen above them, the licence and how to find it again below.
function drawPicture(base, shown, choice, head, foot) {
  const [width, edge] = [1200, 24];
  const style = [...document.querySelectorAll("#fonts, #view-style")].map((one) => one.textContent).join("\n");
  const tokens = Object.entries(names.light).map(([name, tone]) => `--${name}:${tone}`).join(";");
  const svg = make("svg", { xmlns: "http://www.w3.org/2000/svg", width }, make("style", {}, `svg{${tokens};--focus:#0057d9;--family:'Source Sans Pro',sans-serif;font-family:var(--family)}\n${style}`));
  let y = 30;
  const write = (words, size, weight, tone, x = edge, room = width - x - edge) => {
    for (const line of breakLines(words, Math.floor(room / (size * 0.47)))) {
      svg.append(make("text", { x, y, style: `font-size:${size}px;font-weight:${weight};fill:var(--${tone})` }, line));
      y += size * 1.3;
    }
  };
  const title = (name, x, room) => {
    write(byId(`${name}-title`).textContent, 16, 600, "text", x);
    const key = byId(name).parentNode.querySelector(".key");
    if (key) write(key.textContent, 13, 400, "muted", x, room);
  };
  head.forEach((words, k) => write(words, k ? 15 : 24, k ? 400 : 700, k ? "muted" : "text"));
  y += 12;
  title("timeline-view", edge);
  const time = drawTimeline(base, shown, choice, width - 2 * edge, null);
  place(time, edge, y);
  y += Number(time.getAttribute("height")) + 24;
  const [top, each] = [y, 360];
  const room = Math.max(maps.length, 1) * (each + 20) - 20;
  title("map-view", edge, room);
  let [x, bottom] = [edge, y];
  const anywhere = pick(weigh(choice), "places");
  for (const map of maps) {
    const high = (each * map.view.height) / map.view.width;
    const group = make("g", { class: "map" });
    for (const one of [map.ground.cloneNode(true), drawMap(map, anywhere, shown, choice, each, null)]) {
      for (const [name, value] of Object.entries({ x, y, width: each, height: high, style: "" })) one.setAttribute(name, value);
      group.append(one);
    }
    svg.append(group);
    [x, bottom] = [x + each + 20, Math.max(bottom, y + high)];
  }
  y = bottom + 20;
  const elsewhere = listSome(listElsewhere(anywhere, shown).map(({ words }) => words));
  const below = [sayMapped(shown), elsewhere && `Places that are on no map: ${elsewhere}.`].filter(Boolean);
  for (const words of below) write(words, 13, 400, "muted", edge, room);
  bottom = y;
  const answers = drawExchange(base, shown, choice, width - x - edge > 300 ? width - x - edge : 400, null);
  let left;
  [left, y] = width - x - edge > 300 ? [x, top] : [edge, bottom + 30];
  title("exchange-view", left);
  place(answers, left, y);
  y = Math.max(bottom, Number(answers.getAttribute("y")) + Number(answers.getAttribute("height"))) + 30;
  for (const words of foot) write(words, 13, 400, "muted");
  svg.setAttribute("height", y);
  svg.setAttribute("viewBox", `0 0 ${width} ${y}`);
  svg.insertBefore(make("rect", { width, height: y, style: "fill:var(--paper)" }), svg.children[1]);
  return svg;

  function place(view, left, top) {
    view.setAttribute("x", left);
    view.setAttribute("y", top);
    svg.append(view);
  }
}

// Name things one by one, the first of many, and none at length.
function listSome(parts, most = 12) {
  const named = parts.slice(0, most).map((part) => (part.length > 60 ? `${[...part].slice(0, 60).join("")}…` : part));
  return [...named, ...(parts.length > most ? [`… and ${parts.length - most} more`] : [])].join("; ");
}

// Break words into at most six lines of so many letters; the last one says if there are more.
function breakLines(words, most) {
  const lines = [""];
  const letters = new RegExp(`.{1,${most}}`, "gsu");
  for (const word of words.split(" ").flatMap((word) => word.match(letters) ?? [])) {
    if (lines.at(-1) && lines.at(-1).length + word.length >= most) lines.push("");
    lines.push(`${lines.pop()} ${word}`.trim());
  }
  return lines.length > 6 ? [...lines.slice(0, 5), `${lines[5]} …`] : lines;
}

// Turn an SVG into a PNG of twice its size.
async function paint(svg) {
  const address = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" }));
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * image.width, 2 * image.height];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
