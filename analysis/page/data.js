// The record as the page has it, what is chosen of it, and a choice as words: in a link, in Python, in a CSV.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const names = read("names");
const record = unpack(read("items"));
const LISTS = ["sides", "actors", "kinds", "statuses", "places"];
const FIELDS = ["start", "end", ...LISTS, "text", "ids"]; // in the order of Choice in Python
const BIT = Object.fromEntries(["dates", ...LISTS, "text", "ids"].map((name, i) => [name, 1 << i]));
const NOTHING = Object.freeze({ start: "", end: "", sides: [], actors: [], kinds: [], statuses: [], places: [], text: "", ids: [] });
const DAY = 1440; // minutes
const ADDRESS = /^#explore(\?|%3F|$)/i; // of the explorer; some programs write the question mark in their own way
const UNSEEN = /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd\u{e0000}-\u{e007f}]/gu; // as faults.py has it
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

function unpack(packed) {
  const count = packed.id.length;
  const spread = ({ of, at }) => at.map((one) => (Array.isArray(one) ? one.map((i) => of[i]) : of[one]));
  const items = { count, packed };
  for (const [name, column] of Object.entries(packed)) items[name] = column.of ? spread(column) : column;
  items.ahead = packed.ahead.map(spread);
  items.at = new Map(packed.id.map((id, i) => [id, i]));
  return items;
}

// A text for searching, as selection.fold has it: its words, without case, accents, quotation marks and unseen signs.
function fold(text) {
  return text.normalize("NFKD").toLowerCase().replace(/[\p{M}\p{Cf}'"`´‘’‚‛“”„‟«»‹›ʹʼ′″]/gu, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

// What is looked for: beginnings of words, as selection.seek has it.
const seek = (text) => text.split(SPACE).map(fold).filter(Boolean).map((word) => ` ${word}`);

// A folded text with the other spellings of its words after it, as selection._spell has it.
const spell = (text) => text + names.spellings.filter(([, own]) => text.includes(` ${own}`)).map(([other]) => ` ${other}`).join("");

const meanings = new Map([...names.kinds.flatMap(([table, kinds]) => kinds.map(([kind, meaning]) => [`${table} ${kind}`, meaning])), ...names.statuses]);
const called = new Map(names.actors.map(([id, name]) => [id, name]));
const located = new Map(names.places.map(([id, name, local]) => [id, `${name} ${local ?? ""}`]));
let folded = null;
function foldAll() {
  if (folded) return folded;
  const days = (date) => date.replace(/, [^,]+ time$/, ""); // the clock is no part of it
  const sought = ["title", "kind", "words", "said_by", "proposals", "note", "status", "date"]
    .map((name) => [record.packed[name].of.map((text) => fold(name === "date" ? days(text) : text)), record.packed[name].at]);
  const named = [["places", located], ["actors", called]].map(([name, names]) => [record.packed[name].of.map((id) => fold(names.get(id) ?? id)), record.packed[name].at]);
  folded = record.id.map((id, i) => spell(["", ...[...sought.map(([of, at]) => of[at[i]]), fold(id), ...named.flatMap(([of, at]) => at[i].map((k) => of[k]))].filter(Boolean)].join(" ")));
  return folded;
}

function minuteOf(day) {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10))) / 60000;
}
const dayOf = (minute) => new Date(minute * 60000).toISOString().slice(0, 10);

// Say of each item which filters it fails, a bit for each (BIT): 0 is chosen.
function weigh(choice) {
  const failed = new Uint8Array(record.count);
  const start = choice.start ? minuteOf(choice.start) : null;
  const end = choice.end ? minuteOf(choice.end) + DAY : null;
  for (let i = 0; i < record.count; i++) {
    const [first, last] = [record.first[i], record.last[i]];
    if ((start !== null && last !== null && last < start) || (end !== null && !(first !== null && first < end))) failed[i] |= BIT.dates;
  }
  for (const [name, column] of [["sides", "sides"], ["actors", "actors"], ["kinds", "kind"], ["statuses", "status"], ["places", "places"]]) {
    if (!choice[name].length) continue;
    const { of, at } = record.packed[column];
    const wanted = of.map((value) => choice[name].includes(value));
    for (let i = 0; i < record.count; i++) {
      const fits = Array.isArray(at[i]) ? at[i].some((code) => wanted[code]) : wanted[at[i]];
      if (!fits) failed[i] |= BIT[name];
    }
  }
  const words = seek(choice.text);
  if (words.length) {
    const texts = foldAll();
    for (let i = 0; i < record.count; i++) if (!words.every((word) => texts[i].includes(word))) failed[i] |= BIT.text;
  }
  if (choice.ids.length) {
    const wanted = new Set(choice.ids);
    for (let i = 0; i < record.count; i++) if (!wanted.has(record.id[i])) failed[i] |= BIT.ids;
  }
  return failed;
}

// The items that fail no filter, or none but that of one name.
function pick(failed, but = "") {
  const mask = but ? ~BIT[but] : ~0;
  const kept = [];
  for (let i = 0; i < failed.length; i++) if (!(failed[i] & mask)) kept.push(i);
  return kept;
}

// How many items each value of a filter would show, given all other filters.
function countValues(failed, name, column) {
  const { of, at } = record.packed[column];
  const counts = new Map(of.map((value) => [value, 0]));
  const codes = new Uint32Array(of.length);
  const mask = ~BIT[name];
  for (let i = 0; i < record.count; i++) {
    if (failed[i] & mask) continue;
    if (Array.isArray(at[i])) for (const code of at[i]) codes[code]++;
    else codes[at[i]]++;
  }
  of.forEach((value, code) => counts.set(value, codes[code]));
  return counts;
}

const isEmpty = (choice) => FIELDS.every((name) => !choice[name].length);

// The line of Python that makes the same choice.
function sayCode(choice) {
  const quote = (text) => JSON.stringify(text).replace(UNSEEN, (sign) => `\\U${sign.codePointAt(0).toString(16).padStart(8, "0")}`);
  const say = (value) => (Array.isArray(value) ? `[${value.map(quote).join(", ")}]` : quote(value));
  return `explore(${["record", ...FIELDS.filter((name) => choice[name].length).map((name) => `${name}=${say(choice[name])}`)].join(", ")})`;
}

function toHash(choice) {
  const query = new URLSearchParams();
  for (const name of FIELDS) for (const value of [choice[name]].flat()) if (value) query.append(name, value);
  return `#explore?${query}`;
}

// A text as a filter: one without words is none.
const worded = (text) => (seek(text).length ? text : "");

// The choice that a hash holds, and what of it this record does not know; null if it holds none.
function fromHash(hash) {
  const [address, view] = ADDRESS.exec(hash) ?? [];
  if (!view) return null;
  const query = new URLSearchParams(hash.slice(address.length));
  const known = {
    sides: new Set(names.sides), actors: new Set(names.actors.map(([id]) => id)), statuses: new Set(names.statuses.map(([status]) => status)),
    kinds: new Set(names.kinds.flatMap(([, kinds]) => kinds.map(([kind]) => kind))), places: new Set(names.places.map(([id]) => id)), ids: record.at,
  };
  const choice = structuredClone(NOTHING);
  const lost = [...query].filter(([name]) => !FIELDS.includes(name)).map((part) => part.join("="));
  for (const name of FIELDS) {
    const given = [...new Set(query.getAll(name))];
    const kept = given.filter((value) => (known[name] ? known[name].has(value) : name === "text" || isDay(value)));
    lost.push(...given.filter((value) => !kept.includes(value)).map((value) => `${name}=${value}`));
    choice[name] = Array.isArray(choice[name]) ? kept : name === "text" ? worded(kept[0] ?? "") : kept[0] ?? "";
    if (!Array.isArray(choice[name])) lost.push(...kept.slice(1).map((value) => `${name}=${value} after ${name}=${kept[0]}`));
  }
  if (choice.start && choice.end && choice.start > choice.end) {
    lost.push(`start=${choice.start} after end=${choice.end}`);
    choice.start = choice.end = "";
  }
  return { choice, lost };
}

function isDay(text) {
  if (!/^[12]\d{3}-\d\d-\d\d$/.test(text)) return false;
  const minute = minuteOf(text);
  return !Number.isNaN(minute) && dayOf(minute) === text;
}

// A text for a CSV: an apostrophe stands before what a spreadsheet would take for a formula.
const protect = (text) => ((/^[=+\-@\t\r]/.test(text) ? "'" : "") + text).replace(/\r/g, " ");

function toCsv(head, rows) {
  const quote = (text) => (/[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  return [head, ...rows].map((row) => row.map(quote).join(",") + "\n").join("");
}

function download(name, kind, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type: kind }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// Make an element; words are text, never markup.
function make(tag, attributes = {}, ...children) {
  const svg = ["svg", "g", "circle", "rect", "line", "text", "path", "style"].includes(tag);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const many = (count, one, more = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : more}`;
const SHORT = { events: "Event", statements: "Statement", casualties: "Casualty claim" };
const PLURAL = { events: "Events", statements: "Statements", casualties: "Casualty claims" };
