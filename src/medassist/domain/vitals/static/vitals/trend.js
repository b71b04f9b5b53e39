// Draws the trend of one sign from its own address; the numbers stand in the table below, so nothing is lost without it.
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "currentColor";
  const resolved = (box, name) => {
    const probe = box.appendChild(document.createElement("i"));
    probe.style.color = `var(${name})`;
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found || colour(name);
  };
  const draw = async (box) => {
    const answer = await fetch(box.dataset.trend, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const told = await answer.json();
    if (told.at.length < 2 || !window.uPlot) { box.hidden = true; return; }
    const ink = resolved(box, "--ink"), pale = resolved(box, "--ink-3"), line = resolved(box, "--line");
    const axis = { stroke: pale, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    const series = told.lines.map((one, n) => ({ label: one.label, stroke: n ? pale : ink, width: 2, points: { size: 6 } }));
    const size = () => ({ width: Math.max(box.clientWidth - 16, 240), height: 224 });
    const options = { ...size(), scales: { x: { time: true } }, series: [{}, ...series], axes: [axis, { ...axis, label: told.unit }] };
    const plot = new uPlot(options, [told.at, ...told.lines.map((one) => one.values)], box);
    new ResizeObserver(() => plot.setSize(size())).observe(box);
  };
  const all = (root) => root.querySelectorAll("[data-trend]:not([data-drawn])").forEach((box) => { box.dataset.drawn = ""; draw(box); });
  document.addEventListener("DOMContentLoaded", () => all(document));
  document.addEventListener("htmx:after:swap", () => all(document));
  if (document.readyState !== "loading") all(document);
})();
