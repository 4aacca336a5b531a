// The rows that are chosen, as a table: some at first, more when asked for; each opens to all that the record says of it.

const FIRST = window.innerWidth < 690 ? 20 : 50;
const pages = [...document.querySelectorAll("#sources [id^='s-']")];
const rowsBox = document.getElementById("rows");
const answersOf = new Map();
record.replies.forEach((reply) => {
  const [giving, to] = reply;
  (answersOf.get(giving) ?? answersOf.set(giving, []).get(giving)).push(["answers", to, reply]);
  if (to >= 0) (answersOf.get(to) ?? answersOf.set(to, []).get(to)).push(["answered", giving, reply]);
});
record.further.forEach(([putting, number, proposal]) => {
  const reply = record.replies[number];
  (answersOf.get(putting) ?? answersOf.set(putting, []).get(putting)).push([reply ? "through" : "none", reply?.[0], reply, proposal]);
});
const placeOf = new Map(names.places.map(([id, name, local, lang, vague, ...point]) => [id, { name, local, lang, vague, point }]));

function publisherOf(page) {
  return page.closest("li").querySelector("bdi").textContent;
}

function listRows(shown, showAlone) {
  const body = make("tbody");
  const more = make("button", { type: "button" });
  const add = (count) => {
    const from = body.querySelectorAll("tr.row").length;
    for (const i of shown.slice(from, from + count)) body.append(makeRow(i, showAlone));
    const left = shown.length - from - count;
    more.hidden = left <= 0;
    more.textContent = `Show ${Math.min(left, 4 * FIRST)} more of ${left.toLocaleString("en")}`;
    return from;
  };
  const head = make("tr", {}, ...[["When", "when"], ["What", "what"], ["Kind", "kind"], ["Said by", "by"], ["Status", "status"]]
    .map(([words, name]) => make("th", { scope: "col", class: name }, words)));
  more.addEventListener("click", () => {
    const from = add(4 * FIRST);
    body.querySelectorAll("tr.row")[from]?.querySelector("button").focus();
  });
  add(FIRST);
  const caption = make("caption", {}, shown.length ? "In order of time. Press a row’s name for all that the record says of it." : "No row fits all filters: take one away, or reset. Words are looked for by how they begin, as the record and its lists of places and actors spell them.");
  rowsBox.replaceChildren(make("table", { class: "rows" }, caption, make("thead", {}, head), body), more);
  if (shown.length === 1) body.querySelector("button").click();
}

function makeRow(i, showAlone) {
  const name = `row-${i}`;
  const isClaim = record.table[i] === "casualties";
  const words = isClaim ? `${record.words[i]}: ${record.title[i]}` : record.title[i];
  const button = make("button", { type: "button", "aria-expanded": "false", "aria-controls": name }, words);
  const row = make("tr", { class: "row" }, make("td", { class: "when" }, record.date[i]), make("th", { scope: "row" }, button, isClaim ? null : make("div", { class: "words" }, record.words[i]),
      make("div", { class: "brief" }, [record.said_by[i], record.status[i]].filter(Boolean).join("; "))),
    make("td", { class: "kind" }, `${SHORT[record.table[i]]}: ${record.kind[i]}`), make("td", { class: "by" }, record.said_by[i]),
    make("td", { class: "status" }, record.status[i]));
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) document.getElementById(name)?.remove();
    else row.after(make("tr", { class: "detail", id: name }, make("td", { colspan: countColumns() }, tellRow(i, showAlone))));
  });
  return row;
}

function countColumns() {
  return [...rowsBox.querySelectorAll("thead th")].filter((cell) => cell.offsetParent).length;
}

// Columns go where there is no room for them: a row that is open keeps to those that are left.
function fitRows() {
  for (const cell of rowsBox.querySelectorAll(".detail > td")) cell.colSpan = countColumns();
}

function tellRow(i, showAlone) {
  const list = make("dl");
  const tell = (term, ...parts) => parts.some(Boolean) && list.append(make("dt", {}, term), make("dd", {}, ...parts));
  const listed = (parts) => (parts.length ? make("ul", {}, ...parts.map((part) => make("li", {}, ...[part].flat()))) : null);
  const table = record.table[i];
  tell("Kind", `${SHORT[table]}: ${record.kind[i]}. ${meanings.get(`${table} ${record.kind[i]}`) ?? ""}`);
  tell("When", record.date[i]);
  tell("Words", record.words[i]);
  tell("Said by", record.said_by[i]);
  tell("Sides", record.sides[i].join(", "));
  tell("Where", ...record.places[i].flatMap((id, k) => namePlace(id, k)));
  tell("Status", `${record.status[i]}. ${meanings.get(record.status[i]) ?? ""}`);
  tell("Note", record.note[i]);
  tell("Disputed", listed(record.doubts[i].map((doubt) => {
    const [topic, ...rest] = doubt.split("): ");
    return rest.length ? [`${topic}):`, listed(rest.join("): ").split(names.versions))] : doubt;
  })));
  tell("Answers", listed((answersOf.get(i) ?? []).map(sayAnswer)));
  tell("Sources", listed(record.sources[i].map(linkPage)));
  tell("Row", make("code", {}, `${table}.csv: ${record.id[i]}`));
  const alone = make("button", { type: "button" }, "Show this row alone");
  alone.addEventListener("click", () => showAlone(i));
  tell("", alone);
  return list;
}

function namePlace(id, k) {
  const { name, local, lang, vague } = placeOf.get(id) ?? { name: id };
  const own = local && local !== name ? [" (", make("span", { lang: lang || null, dir: "auto" }, local), ")"] : [];
  return [k ? ", " : "", name, ...own, vague ? ": no point on a map" : ""].filter(Boolean);
}

function sayAnswer([way, other, reply, proposal]) {
  if (way === "none") return `No other side answered ${proposal ? `“${proposal}”` : "it"} in the record.`;
  const [, , , , answer, basis, terms, label] = reply;
  const what = other >= 0 ? `${record.title[other]}, ${record.date[other]}` : label;
  const how = `${answer}, ${basis}${terms ? `: ${terms}` : ""}`;
  if (way === "answers") return `It answers “${what}” (${how}).`;
  return way === "through" ? `“${what}” answers “${proposal}”, which it puts forward (${how}).` : `“${what}” answers it (${how}).`;
}

function linkPage(number) {
  const page = pages[number - 1];
  const words = `${publisherOf(page)}, ${page.textContent.slice(`${number} `.length)}`;
  const address = page.getAttribute("href") ?? "";
  if (!/^https?:\/\//.test(address)) return words;
  return make("a", { href: address, hreflang: page.getAttribute("hreflang") }, words);
}

// The cells of a row that do not stand in the record as they stand in a CSV; the rows are those that JupyterLab exports.
const CELLS = {
  earliest: (i) => sayMoment(record.first[i], record.ahead[0][i]),
  latest: (i) => sayMoment(record.last[i], record.ahead[1][i]),
  lasted: (i) => (record.lasted[i] ? "True" : "False"),
  ...Object.fromEntries(["lat", "lon", "where_prec"].map((name, k) => [name, (i) => placeOf.get(record.places[i][0])?.point[k] ?? ""])),
  doubts: (i) => record.doubts[i].join(" || "),
  sources: (i) => record.sources[i].map((number) => pages[number - 1].id.slice("s-".length)).join("; "),
  addresses: (i) => record.sources[i].map((number) => pages[number - 1].getAttribute("href")).filter(Boolean).join("; "),
};

function sayMoment(minute, ahead) {
  return minute === null ? "" : `${new Date((minute - ahead) * 60000).toISOString().slice(0, -":00.000Z".length)}+00:00`;
}

function writeRows(shown) {
  const cell = (name, i) => CELLS[name]?.(i) ?? [record[name][i] ?? ""].flat().join("; ");
  const write = (value) => (typeof value === "number" ? String(value) : protect(value));
  return toCsv(names.rows, shown.map((i) => names.rows.map((name) => write(cell(name, i)))));
}
