// Draws a sign over time: from its own address (data-trend) or from what the page brought (data-told). Behind it the usual
// range as it changes with age, outside of it triangles, the last value written out. The numbers stand beside in a table.
(() => {
  const SIZE = 4, PAPER = 400, paper = matchMedia('print');
  const PALE = {base: 'ink-3', line: 'line', band: 'good-soft', out: 'watch-line', event: 'accent', ground: 'surface'};
  const resolved = (box, name) => {
    const probe = box.appendChild(document.createElement('i'));
    probe.style.color = `var(--${name})`;
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const colours = (box) => Object.fromEntries(
    Object.entries({...PALE, first: 'ink', second: 'ink-2'}).map(([key, name]) => [key, resolved(box, name)]));

  const bounds = (told) => {
    const all = told.lines.flatMap(line => [...line.values.filter(value => value !== null), ...line.bands.flatMap(band => band.slice(2))]);
    const low = Math.min(...all), high = Math.max(...all);
    // a change of a hundredth is no cliff: the axis spans a twentieth of the value at least
    const room = Math.max((high - low) * .08, (Math.abs(high) * .05 - (high - low)) / 2, .5);
    return [low - room, high + room];
  };

  const said = (told, value) => value.toFixed(told.places).replace('-', '−');

  // --- what uPlot does not draw by itself
  const under = (told, ink) => (plot) => {
    const {ctx, bbox} = plot;
    const edge = x => Math.min(Math.max(x, bbox.left), bbox.left + bbox.width);
    ctx.save();
    ctx.fillStyle = ink().band;
    for (const [from, to, low, high] of told.lines.flatMap(line => line.bands)) {
      const left = edge(plot.valToPos(from, 'x', true)), right = edge(plot.valToPos(to, 'x', true));
      const top = plot.valToPos(high, 'y', true), bottom = plot.valToPos(low, 'y', true);
      ctx.fillRect(left, top, Math.max(right - left, 1), bottom - top);
    }
    ctx.strokeStyle = ink().event;
    ctx.setLineDash([4, 4]);
    for (const event of told.events || []) {
      const x = Math.round(plot.valToPos(event.at, 'x', true)) + .5;
      ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
    }
    ctx.restore();
  };
  const dot = (ctx, x, y, size, triangle) => {
    ctx.beginPath();
    if (triangle) { ctx.moveTo(x, y - size * 1.25); ctx.lineTo(x + size * 1.2, y + size); ctx.lineTo(x - size * 1.2, y + size); ctx.closePath(); }
    else ctx.arc(x, y, size * .85, 0, 2 * Math.PI);
    ctx.fill(); ctx.stroke();
  };
  const over = (told, ink, font) => (plot) => {
    const {ctx} = plot, ratio = devicePixelRatio, dense = told.at.length > 120;
    ctx.save();
    ctx.lineWidth = 1.5 * ratio;
    told.lines.forEach((line, n) => {
      const own = n ? ink().second : ink().first;
      line.values.forEach((value, at) => {
        if (value === null || dense && !line.out[at]) return;
        ctx.fillStyle = line.out[at] ? ink().out : own;
        ctx.strokeStyle = ink().ground;
        dot(ctx, plot.valToPos(told.at[at], 'x', true), plot.valToPos(value, 'y', true), SIZE * ratio, line.out[at]);
      });
      const last = line.values.findLastIndex(value => value !== null);
      if (last < 0) return;
      ctx.fillStyle = own;
      ctx.font = `680 ${15 * ratio}px ${font}`;
      ctx.textBaseline = 'middle';
      ctx.textAlign = 'left';
      ctx.fillText(last === told.at.length - 1 ? line.last : said(told, line.values[last]), plot.valToPos(told.at[last], 'x', true) + 9 * ratio, plot.valToPos(line.values[last], 'y', true));
    });
    ctx.restore();
  };

  const drawn = new Set();
  const paint = (box, told) => {
    if (told.at.length < 2 || !window.uPlot) { box.hidden = true; return; }
    let held = colours(box);
    const ink = () => held, font = getComputedStyle(box).fontFamily;
    const axis = (more) => ({stroke: () => held.base, grid: {stroke: () => held.line, width: 1}, ticks: {show: false}, font: `12px ${font}`, ...more});
    const series = told.lines.map((line, n) => ({
      label: line.label, stroke: () => n ? held.second : held.first, width: 2, points: {show: false}, value: (_, value) => value === null || value === undefined ? '–' : `${said(told, value)} ${told.unit}`,
    }));
    const span = (_, low, high) => { const room = (high - low || 86400) * .03; return [low - room, high + room * 2.6]; };
    const size = () => ({width: paper.matches ? PAPER : Math.max(box.clientWidth - 16, 240), height: Number(box.dataset.height) || 224});
    const plot = new window.uPlot({
      ...size(), scales: {x: {time: true, range: span}, y: {range: () => bounds(told)}}, series: [{}, ...series],
      axes: [axis({}), axis({size: 44, space: 28})], legend: {live: true}, cursor: {points: {size: 8}},
      hooks: {drawClear: [under(told, ink)], draw: [over(told, ink, font)]},
    }, [told.at, ...told.lines.map(line => line.values)], box);
    new ResizeObserver(() => plot.setSize(size())).observe(box);
    drawn.add(() => { if (box.isConnected) { held = colours(box); plot.setSize(size()); plot.redraw(false, true); } });
  };
  const draw = async (box) => {
    if (box.dataset.told) return paint(box, JSON.parse(box.dataset.told));
    const answer = await fetch(box.dataset.trend, {headers: {Accept: 'application/json'}});
    if (answer.ok) paint(box, await answer.json());
  };
  const all = (root) => root.querySelectorAll(':is([data-trend], [data-told]):not([data-drawn])').forEach((box) => { box.dataset.drawn = ''; draw(box); });

  // another theme, or paper: the same lines in its colours
  const again = () => drawn.forEach(one => one());
  new MutationObserver(again).observe(document.documentElement, {attributeFilter: ['data-theme']});
  for (const query of [matchMedia('(prefers-color-scheme: dark)'), paper]) query.addEventListener('change', again);

  document.addEventListener('htmx:after:swap', () => all(document));
  document.readyState === 'loading' ? document.addEventListener('DOMContentLoaded', () => all(document)) : all(document);
})();
