// Tells of a click on a mark and of a brush over marks: {chart, marks, days, brushed}.

const CHARTS = ["map", "times"];

function listen(model, chart, plot) {
  const read = (event) => [...new Set(event.points.map((point) => point.customdata).filter((one) => one !== undefined))];
  plot.on("plotly_click", (event) => {
    const marks = read(event);
    if (marks.length) model.send({ chart, marks: marks.slice(0, 1), brushed: false });
  });
  plot.on("plotly_selected", (event) => {
    if (event?.range || event?.lassoPoints) model.send({ chart, marks: read(event), days: event.range?.x ?? null, brushed: true });
  });
}

function render({ model, el }) {
  const heard = new WeakSet();
  const look = () => {
    const explorer = el.closest(".ts-explorer");
    for (const chart of CHARTS) {
      for (const plot of explorer?.querySelectorAll(`.ts-${chart} .js-plotly-plot, .ts-${chart}.js-plotly-plot`) ?? []) {
        if (!heard.has(plot) && plot.on) {
          heard.add(plot);
          listen(model, chart, plot);
        }
      }
    }
  };
  const watcher = new MutationObserver(look); // charts may be there before this or after it
  watcher.observe(document.body, { childList: true, subtree: true });
  look();
  return () => watcher.disconnect();
}

export default { render };
