// The parts of the explorer that are words: rows, details, code. What comes from the record is set as text, so none of it can run.

function add(parent, tag, text, attributes = {}) {
  const made = parent.appendChild(document.createElement(tag));
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

const PAGE = 30; // more than two heights of the box

function showRows(model, el) {
  const box = add(el, "div", undefined, { class: "ts-rows", tabindex: "0", role: "region", "aria-label": "Rows shown" });
  const table = add(box, "table");
  const head = add(add(table, "thead"), "tr");
  for (const name of model.get("content").columns) add(head, "th", name, { scope: "col" });
  const body = add(table, "tbody");
  const rows = model.get("content").rows;
  let ids = [], lines = new Map();

  const choose = (id) => { model.set("active", id); model.save_changes(); };
  const mark = () => {
    more(Math.max(lines.size, ids.indexOf(model.get("active")) + PAGE));
    for (const [id, line] of lines) {
      const on = id === model.get("active");
      line.setAttribute("aria-selected", String(on));
      line.tabIndex = on ? 0 : -1;
    }
    const line = lines.get(model.get("active"));
    if (line && (line.offsetTop < box.scrollTop + 24 || line.offsetTop + line.offsetHeight > box.scrollTop + box.clientHeight)) {
      box.scrollTop = line.offsetTop - box.clientHeight / 2;
    }
  };
  const more = (number) => { // lines are made as they come into view: there may be very many
    body.append(...model.get("shown").slice(lines.size, number).map((at) => {
      const row = rows[at], id = row.id, line = document.createElement("tr");
      row.cells.forEach((cell, at) => {
        const td = add(line, "td", undefined, { dir: "auto" });
        if (at === row.tinted) add(td, "span", undefined, { class: "ts-side", "aria-hidden": "true" }).style.background = row.color;
        add(td, "span", cell);
      });
      line.addEventListener("click", () => choose(id));
      lines.set(id, line);
      return line;
    }));
  };
  const fill = () => {
    ids = model.get("shown").map((at) => rows[at].id);
    lines = new Map();
    body.replaceChildren();
    more(PAGE);
    if (!ids.length) add(add(body, "tr"), "td", "No row fits. Take a filter back with Undo or Reset.", { colspan: countColumns(model) });
    box.scrollTop = 0;
    mark();
  };
  box.addEventListener("scroll", () => {
    if (box.scrollTop + 2 * box.clientHeight > box.scrollHeight) more(lines.size + PAGE);
  });
  box.addEventListener("keydown", (event) => {
    const at = ids.indexOf(model.get("active"));
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? 0 : at - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (to === undefined || !ids.length) return;
    event.preventDefault();
    event.stopPropagation(); // else the notebook moves to another cell
    choose(ids[Math.min(Math.max(to, 0), ids.length - 1)]);
  });
  model.on("change:shown", fill);
  model.on("change:active", mark);
  fill();
}

function countColumns(model) { return model.get("content").columns.length; }

function showDetails(model, el) {
  const box = add(el, "div", undefined, { class: "ts-details", tabindex: "0", role: "region", "aria-label": "Details", "aria-live": "polite" });
  const fill = () => {
    const { title, lines = [], doubts = [], sources = [], rows = [], number = rows.length } = model.get("content");
    box.replaceChildren();
    box.scrollTop = 0;
    add(box, "h4", title, { dir: "auto" });
    for (const [name, words] of lines) {
      const line = add(box, "p");
      if (name) add(line, "b", `${name} `);
      add(line, "span", words, { dir: "auto" });
    }
    const list = (name, values, fillOne) => {
      if (!values.length) return;
      add(add(box, "p"), "b", name);
      const ul = add(box, "ul");
      for (const value of values) fillOne(add(ul, "li", undefined, { dir: "auto" }), value);
    };
    list("Disputed", doubts, (li, { topic, versions }) => {
      add(li, "span", topic);
      const ul = versions.length ? add(li, "ul") : null;
      for (const version of versions) add(ul, "li", version, { dir: "auto" });
    });
    list(`Sources (${sources.length})`, sources, (li, { words, url }) => {
      add(li, "span", `${words} `);
      if (/^https?:\/\//i.test(url)) add(li, "a", url, { href: url, target: "_blank", rel: "noopener noreferrer" });
      else add(li, "span", url);
    });
    list(`Rows here (${rows.length < number ? `the first ${rows.length} of ${number}` : number})`, rows, (li, { id, words }) => {
      add(li, "button", words, { type: "button", class: "ts-link" }).addEventListener("click", () => {
        model.set("active", id);
        model.save_changes();
      });
    });
  };
  model.on("change:content", fill);
  fill();
}

function showCode(model, el) {
  const box = add(el, "div", undefined, { class: "ts-code" });
  const copy = add(box, "button", "Copy code", { type: "button", class: "jupyter-button", title: "Copy the line that recreates this view" });
  const code = add(box, "code", undefined, { tabindex: "0" });
  const told = add(box, "span", "", { role: "status" });
  const fill = () => { code.textContent = model.get("content").code; told.textContent = ""; };
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      told.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(code);
      told.textContent = "marked: copy with Ctrl or Cmd and C";
    }
  });
  model.on("change:content", fill);
  fill();
}

function render({ model, el }) {
  el.classList.add("ts-board");
  ({ rows: showRows, details: showDetails, code: showCode })[model.get("part")](model, el);
  // The charts fill their place when the window changes, not when a panel beside the notebook does or they are first shown.
  const watcher = new ResizeObserver(() => window.dispatchEvent(new Event("resize")));
  watcher.observe(el);
  return () => watcher.disconnect();
}

export default { render };
