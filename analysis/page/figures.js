// The figures: what the pointer shows, the interactive figure when it is asked for, the data as CSV; tips.

const tip = document.getElementById("tip");
const MOST = 3; // publishers that a tip names
const HEADS = { title: "What", date: "When", words: "Words and counts", said_by: "Said by", doubts: "Disputed", sources: "Sources" };
const WIDE = 72; // letters in a line of a tip of plotly

// Show lines of words beside an element, within the window.
function showTip(lines, element) {
  tip.replaceChildren(...lines.flatMap((line, k) => [k ? "\n" : "", k ? line : make("strong", {}, line)]).filter(Boolean));
  tip.hidden = false;
  const [box, own] = [element.getBoundingClientRect(), tip.getBoundingClientRect()];
  const left = Math.min(Math.max(box.left + box.width / 2 - own.width / 2, 8), document.documentElement.clientWidth - own.width - 8);
  const top = box.top - own.height - 6 > 0 ? box.top - own.height - 6 : box.bottom + 6;
  [tip.style.left, tip.style.top] = [`${left + window.scrollX}px`, `${top + window.scrollY}px`];
}

function hideTip() {
  tip.hidden = true;
}

// What the table says of a mark, as lines.
function tellMark(section, number) {
  const table = section.querySelector(".data table");
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const cells = Object.fromEntries([...table.tBodies[0].rows[number].cells].map((cell, k) => [heads[k], cell.textContent.trim()]));
  const publishers = [...new Set((cells.Sources || "").split(", ").filter(Boolean).map((page) => publisherOf(pages[Number(page) - 1])))];
  const more = publishers.length > MOST ? ` and ${publishers.length - MOST} more` : "";
  const by = cells["Said by"] && !cells.What.startsWith(cells["Said by"]) ? `Said by: ${cells["Said by"]}` : "";
  const doubts = (cells.Disputed || "").replaceAll("): ", "):\n– ").replaceAll(names.versions, "\n– ").split("\n");
  return [cells.What, cells.When, cells["Words and counts"], by, ...doubts, publishers.length ? `Sources: ${publishers.slice(0, MOST).join(", ")}${more}` : ""].filter(Boolean);
}

// Text that plotly shows as it is: no markup, no mathematics.
function toPlotly(lines) {
  const broken = lines.flatMap((line) => breakLines(line, WIDE));
  return broken.join("\n").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\$/g, "&#36;").replace(/\n/g, "<br>");
}

async function unpackBundle(name) {
  const bytes = Uint8Array.from(atob(document.getElementById(`bundle-${name}`).textContent), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

// The marks of a figure as CSV, as the project writes them: some columns stand in the table, the others in the bundle.
async function writeMarks(name) {
  const { columns } = await unpackBundle(name);
  const table = document.querySelector(`#${name} .data table`);
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const cell = (column, row, k) => {
    if (columns[column]) return columns[column][k];
    const words = protect(row.cells[heads.indexOf(HEADS[column])]?.textContent.trim() ?? "");
    if (column === "sources") return words.split(", ").filter(Boolean).map((number) => pages[Number(number) - 1].id.slice("s-".length)).join("; ");
    return column === "doubts" ? words.replaceAll("\n", " || ") : words;
  };
  return toCsv(Object.keys(columns), [...table.tBodies[0].rows].map((row, k) => Object.keys(columns).map((column) => cell(column, row, k))));
}

function loadLibrary() {
  if (window.Plotly) return;
  const script = document.createElement("script");
  script.textContent = document.getElementById("library").textContent;
  document.head.append(script);
}

async function openTwin(section, button) {
  const picture = section.querySelector(".picture.wide:not(.twin)");
  const open = section.querySelector(".twin");
  if (open) {
    window.Plotly.purge(open);
    open.remove();
    picture.hidden = false;
    button.textContent = "Open the interactive figure";
    return;
  }
  button.ariaBusy = "true";
  const { twin } = await unpackBundle(section.id);
  for (const trace of twin.data) {
    if (!trace.customdata) continue;
    const said = trace.customdata.map((number) => toPlotly(tellMark(section, number)));
    trace.hovertext = trace.mode === "lines" ? said[0] : said;
  }
  loadLibrary();
  const box = make("div", { class: "picture wide twin", role: "group", tabindex: 0, "aria-label": `Interactive figure: ${section.querySelector("h3").textContent}` });
  picture.before(box);
  picture.hidden = true;
  await window.Plotly.newPlot(box, twin.data, twin.layout, twin.config);
  button.textContent = "Back to the picture";
  button.ariaBusy = "false";
}

function startFigures() {
  for (const section of document.querySelectorAll(".exhibit")) {
    const markOf = (event) => event.target.closest?.("svg[role=img] [data-m]");
    section.addEventListener("pointerover", (event) => markOf(event) && showTip(tellMark(section, Number(markOf(event).dataset.m)), markOf(event)));
    section.addEventListener("pointerout", (event) => markOf(event) && event.pointerType === "mouse" && hideTip());
  }
  document.addEventListener("keydown", (event) => event.key === "Escape" && hideTip());
  document.addEventListener("pointerdown", (event) => !event.target.closest?.("[data-m], .mark") && hideTip());
  for (const button of document.querySelectorAll("[data-open]")) {
    button.addEventListener("click", ({ detail }) => { // of two quick clicks the second is none
      if (detail < 2 && button.ariaBusy !== "true") openTwin(document.getElementById(button.dataset.open), button);
    });
  }
  for (const button of document.querySelectorAll("[data-csv]")) {
    button.addEventListener("click", async () => download(`${button.dataset.csv}.csv`, "text/csv", await writeMarks(button.dataset.csv)));
  }
  // numbers of sources become links where a table is opened
  for (const details of document.querySelectorAll("details.data")) details.addEventListener("toggle", () => linkNumbers(details), { once: true });
  document.querySelectorAll("#article").forEach(linkNumbers);
}

function linkNumbers(box) {
  const table = box.querySelector("table");
  const column = [...table.tHead.rows[0].cells].findIndex((cell) => cell.textContent === "Sources");
  for (const row of table.tBodies[0].rows) {
    const cell = row.cells[column];
    cell.replaceChildren(...cell.textContent.trim().split(", ").filter(Boolean).flatMap((number, k) => {
      const page = pages[Number(number) - 1];
      const link = make("a", { href: `#${page.id}`, "aria-label": `Source ${number}: ${publisherOf(page)}` }, number);
      return k ? [", ", link] : [link];
    }));
  }
}

start();
startFigures();
window.explorer = { record, weigh, pick, sayCode, toHash, fromHash, change, seek, foldAll, get choice() { return choice; }, get shown() { return seen.shown; } };
