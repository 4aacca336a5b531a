// The explorer: filters, the views and the rows, which all follow one choice; the choice stands in the address.

const byId = (id) => document.getElementById(id);
let choice = structuredClone(NOTHING);
let past = [];
let typing = false; // letters typed in one go are one step back
let seen = null; // the rows of the view, once there is one
const boxes = []; // each option of a filter: {name, value, box, count, row}

// Change the view: by hand, letter by letter (`typed`), or to one that is `found` in the address or the history.
function change(patch, { typed = false, found = null } = {}) {
  const before = choice;
  choice = { ...choice, ...patch };
  const step = seen !== null && toHash(choice) !== toHash(before) && !(typed && typing);
  if (step) past = [...past.slice(-99), before];
  typing = typed && (typing || step);
  show(found?.lost, step && !found ? "pushState" : "replaceState");
}

const act = {
  toggle(rows) {
    const ids = rows.map((i) => record.id[i]);
    const all = ids.every((id) => choice.ids.includes(id));
    change({ ids: all ? choice.ids.filter((id) => !ids.includes(id)) : [...new Set([...choice.ids, ...ids])] });
  },
  togglePlace: (id) => change({ places: toggled(choice.places, id) }),
  setDates: (start, end) => change({ start, end }),
};

const toggled = (values, value) => (values.includes(value) ? values.filter((one) => one !== value) : [...values, value]);

function show(lost = [], write = "replaceState") {
  const failed = weigh(choice);
  seen = { base: pick(failed, "ids"), shown: pick(failed) };
  sayCount(lost);
  showFilters(failed);
  drawViews(failed);
  listRows(seen.shown, (i) => [change({ ids: [record.id[i]] }), leadTo("rows-title", "nearest")]);
  showChips();
  for (const [id, off] of [["undo", !past.length], ["reset", isEmpty(choice)]]) byId(id).setAttribute("aria-disabled", String(off)); // keeps the focus
  byId("explorer").classList.toggle("chosen", !isEmpty(choice)); // is printed with the page
  note(write);
  byId("link").value = location.href.split("#")[0] + sayHash();
  byId("code").value = sayCode(choice);
  byId("copied").textContent = "";
}

const sayHash = () => (isEmpty(choice) ? "#explore" : toHash(choice));

// Keep the view in the history, and in the address unless that leads to another part of the page.
function note(write = "replaceState") {
  history[write](toHash(choice), "", write === "pushState" || ADDRESS.test(location.hash) ? sayHash() : undefined);
}

function sayCount(lost) {
  const by = Object.entries(PLURAL).map(([table, words]) => [seen.shown.filter((i) => record.table[i] === table).length, SHORT[table], words])
    .filter(([count]) => count).map(([count, one, more]) => many(count, one.toLowerCase(), more.toLowerCase()));
  const rows = isEmpty(choice) ? `All ${many(record.count, "row")}` : `${seen.shown.length.toLocaleString("en")} of ${many(record.count, "row")}`;
  const missing = lost.length ? [" Left out of the link: ", make("bdi", {}, listSome(lost, 5)), "."] : [];
  byId("count").replaceChildren(`${rows}${by.length ? `: ${by.join(", ")}` : ""}.`, ...missing);
}

// Filters

function makeFilters() {
  const form = byId("filters");
  form.addEventListener("submit", (event) => event.preventDefault());
  const [from, to] = [makeField("From", "date", "start"), makeField("To", "date", "end")];
  for (const { box } of [from, to]) [box.min, box.max] = ["1900-01-01", "2999-12-31"];
  const wrong = make("p", { class: "wrong", id: "wrong-days", role: "alert", hidden: true }, "The first day is after the last one.");
  const focus = make("button", { type: "button" }, `Focus: ${sayDay(minuteOf(names.focus[0]), false)} to ${sayDay(minuteOf(names.focus[1]))}`);
  focus.addEventListener("click", () => change({ start: names.focus[0], end: names.focus[1] }));
  const unfinished = ({ box }) => box.value && !isDay(box.value); // a year is there digit by digit: 0002, 0020
  const setDates = () => {
    if ([from, to].some(unfinished)) return;
    const [start, end] = [from.box.value, to.box.value];
    wrong.hidden = !(start && end && start > end);
    if (wrong.hidden && (start !== choice.start || end !== choice.end)) change({ start, end });
  };
  for (const [field, name] of [[from, "start"], [to, "end"]]) {
    field.box.addEventListener("change", setDates);
    field.box.addEventListener("blur", () => unfinished(field) && (field.box.value = choice[name]));
  }
  const text = makeField("Words or their beginnings, all of which occur", "search", "text");
  text.box.addEventListener("input", () => change({ text: worded(text.box.value) }, { typed: true }));
  text.box.addEventListener("blur", () => (typing = false));
  form.append(
    make("fieldset", {}, make("legend", {}, `Days (${names.clock})`), make("div", { class: "pair" }, from.label, to.label), wrong, focus),
    make("fieldset", {}, make("legend", {}, "Text"), text.label),
    makeOptions("sides", "Sides", names.sides.map((side, k) => [side, side, "", `var(--side-${k})`]), false),
    ...names.kinds.filter(([, kinds]) => kinds.length).map(([table, kinds]) => makeOptions("kinds", PLURAL[table], kinds, true)),
    makeOptions("statuses", "Status", names.statuses, true),
    makeOptions("places", "Places", names.places.map(([id, name, local, lang]) => [id, name, local === name ? "" : local, "", lang]), true, true),
    makeOptions("actors", "Actors", names.actors.map(([id, name, role]) => [id, name, role]), true, true),
  );
}

function makeField(words, type, name) {
  const box = make("input", { type, id: `f-${name}`, autocomplete: "off" });
  return { box, label: make("label", { class: "field", for: `f-${name}` }, words, box) };
}

// Offer values as boxes to tick: [value, what it is called, more about it, colour, language of that].
function makeOptions(name, title, options, folded, search = false) {
  const list = make("div", { class: "options" });
  for (const [value, words, more, tone, lang] of options) {
    const box = make("input", { type: "checkbox", value });
    const count = make("span", { class: "n" });
    const plain = ["kinds", "statuses"].includes(name);
    const label = make("span", { class: "label" }, plain ? value : words);
    if (more && !plain) label.append(" ", make("span", { class: "n", lang: lang || null, dir: lang ? "auto" : null }, more));
    const row = make("label", { title: plain ? words : null }, box, tone ? make("span", { class: "swatch", style: `background:${tone}` }) : null, label, count);
    box.addEventListener("change", () => change({ [name]: toggled(choice[name], value) }));
    boxes.push({ name, value, box, count, row });
    list.append(row);
  }
  const legend = make("legend", {}, title);
  if (!folded) return make("fieldset", {}, legend, list);
  const parts = [list];
  if (search) {
    const find = make("input", { type: "search", class: "find", "aria-label": `Find among ${title.toLowerCase()}`, placeholder: "Find" });
    find.addEventListener("input", () => {
      const words = seek(find.value);
      for (const row of list.children) row.hidden = !words.every((word) => spell(` ${fold(row.textContent)}`).includes(word));
    });
    parts.unshift(find);
  }
  return make("details", {}, make("summary", {}, title), make("fieldset", {}, make("legend", { class: "hidden-label" }, title), ...parts));
}

const COLUMN = { sides: "sides", actors: "actors", kinds: "kind", statuses: "status", places: "places" };

function showFilters(failed) {
  for (const [field, value] of [["start", choice.start], ["end", choice.end], ["text", choice.text]]) {
    const box = byId(`f-${field}`);
    if ((field === "text" ? worded(box.value) : box.value) !== value) box.value = value; // what is typed before a word stays
  }
  byId("wrong-days").hidden = true;
  const counts = Object.fromEntries(Object.entries(COLUMN).map(([name, column]) => [name, countValues(failed, name, column)]));
  for (const { name, value, box, count, row } of boxes) {
    const number = counts[name].get(value) ?? 0;
    box.checked = choice[name].includes(value);
    count.textContent = number.toLocaleString("en");
    row.classList.toggle("none", !number);
  }
}

const LABELS = { start: "From", end: "To", sides: "Side", actors: "Actor", kinds: "Kind", statuses: "Status", places: "Place", text: "Words" };

// Say each filter in force in words: [its name, its value, the change that takes it away].
function sayFilters() {
  const said = (name, value) => ({ actors: called, places: placeName })[name]?.get(value) ?? value;
  const each = FIELDS.filter((name) => name !== "ids").flatMap((name) => [choice[name]].flat().filter(Boolean).map((value) =>
    [`${LABELS[name]}: `, said(name, value), { [name]: Array.isArray(choice[name]) ? choice[name].filter((one) => one !== value) : "" }]));
  return choice.ids.length ? [...each, ["", `${many(choice.ids.length, "row")} picked`, { ids: [] }]] : each;
}

function showChips() {
  byId("chips").replaceChildren(...sayFilters().map(([name, value, without]) => {
    const chip = make("button", { type: "button", "aria-label": `Take away: ${name}${value}` }, name, make("bdi", {}, value), " ", make("span", { "aria-hidden": "true" }, "×"));
    chip.addEventListener("click", () => [change(without), (byId("chips").querySelector("button") ?? byId("rows-title")).focus()]);
    return make("li", {}, chip);
  }));
}

// Views

function drawViews(failed) {
  const focused = document.activeElement?.id;
  const fill = (id, draw) => {
    const box = byId(id);
    if (box.clientWidth) box.replaceChildren(draw(box.clientWidth));
  };
  fill("timeline-view", (width) => drawTimeline(seen.base, seen.shown, choice, width, act));
  fill("exchange-view", (width) => drawExchange(seen.base, seen.shown, choice, width, act));
  const anywhere = pick(failed, "places");
  for (const map of maps) {
    map.box.querySelector(".view")?.remove();
    if (map.box.clientWidth) map.box.append(drawMap(map, anywhere, seen.shown, choice, map.box.clientWidth, act));
  }
  byId("mapped").textContent = sayMapped(seen.shown);
  byId("elsewhere").replaceChildren(...listElsewhere(anywhere, seen.shown).map(({ id, some, words }) => {
    const button = make("button", { type: "button", id: `place-${id}`, class: some ? null : "none", "aria-pressed": String(choice.places.includes(id)) }, words);
    button.addEventListener("click", () => act.togglePlace(id));
    return make("li", {}, button);
  }));
  if (focused && document.activeElement?.id !== focused) byId(focused)?.focus({ preventScroll: true });
}

// What stands above the views in a picture of them, and what below: of which record they are, and where to find them in it.
function describeView() {
  const [data, version] = ["data", "generator"].map((name) => document.querySelector(`meta[name=${name}]`).content);
  const found = `${version}, data ${data}${sayHash().length <= 200 ? `: ${sayHash()}` : ""}`;
  return [[document.title, byId("count").textContent, listSome(sayFilters().map(([name, value]) => name + value))], [`Talks and Strikes. ${names.licence}.`, found]];
}

async function copy(id) {
  byId(id).select();
  try {
    await navigator.clipboard.writeText(byId(id).value);
    byId("copied").textContent = "Copied.";
  } catch {
    byId("copied").textContent = "Selected: copy it with the keyboard.";
  }
}

// Show the view that the history keeps for this place, or that of a link; any other link leaves the view as it is.
function follow() {
  const kept = history.state;
  const found = fromHash(kept ?? location.hash);
  if (!found || (toHash(found.choice) === toHash(choice) && !found.lost.length)) return note();
  change(found.choice, { found });
  if (kept === null) leadTo("explore-title", "start");
}

function leadTo(id, block) {
  byId(id).scrollIntoView({ behavior: "instant", block });
  byId(id).focus({ preventScroll: true });
}

function start() {
  for (const element of document.querySelectorAll("[data-script]")) element.hidden = false;
  makeFilters();
  byId("undo").addEventListener("click", () => {
    if (!past.length) return;
    choice = past.pop();
    typing = false;
    show([], "pushState");
  });
  byId("reset").addEventListener("click", () => {
    for (const find of document.querySelectorAll("#filters .find")) [find.value = "", find.dispatchEvent(new Event("input"))];
    change(structuredClone(NOTHING));
  });
  byId("rows-csv").addEventListener("click", () => download("rows.csv", "text/csv", writeRows(seen.shown)));
  byId("picture").addEventListener("click", async () => {
    const svg = drawPicture(seen.base, seen.shown, choice, ...describeView());
    download("view.png", "image/png", await paint(svg));
  });
  byId("copy-link").addEventListener("click", () => copy("link"));
  byId("copy-code").addEventListener("click", () => copy("code"));
  window.addEventListener("popstate", follow);
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    fitRows();
    drawViews(weigh(choice));
  });
  follow();
  if (!seen) show();
}
