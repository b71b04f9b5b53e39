// Rooming's own: Enter goes to the next box and records at the last, a slash to the lower pressure, a scan is an identifier.
(() => {
  'use strict';
  const $ = selector => document.querySelector(selector);
  const boxes = form => [...form.querySelectorAll('.vitals input.in')];

  document.addEventListener('keydown', event => {
    const box = event.target.closest?.('[data-boxes] .vitals input.in');
    if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = boxes(box.form), at = all.indexOf(box);
    if (event.key === 'Enter') {
      event.preventDefault();
      // to the next box that is empty or was asked about; when there is none, everything is there: record it
      const next = [...all.slice(at + 1), ...all.slice(0, at)].find(one => !one.value.trim() && all.indexOf(one) > at || one.getAttribute('aria-invalid') === 'true');
      if (next) { next.focus(); next.select(); } else { box.form.querySelector('[data-save]').click(); }
    } else if (event.key === '/' && box.name.startsWith('systolic')) {
      event.preventDefault();
      all[at + 1]?.focus();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const to = all[at + (event.key === 'ArrowDown' ? 1 : -1)];
      if (to) { event.preventDefault(); to.focus(); to.select(); }
    }
  });

  // --- a reading is due: its box takes the focus where nobody is typing or choosing; the tone never takes it away
  document.addEventListener('timer:due', () => {
    if (document.activeElement === document.body) $('[data-when-due]')?.focus();
  });

  // --- a label that is scanned is an identifier to check, wherever the focus is; of somebody else it is a stop
  document.addEventListener('ui:scan', event => {
    const url = event.target.dataset?.scan;
    if (!url) return;
    event.preventDefault();
    htmx.ajax('POST', url, {target: '#s-identity', swap: 'outerHTML', values: {code: event.detail.code}});
  });

  // --- after a part was taken, the focus goes to what comes next
  document.addEventListener('htmx:after:swap', event => {
    const {target, response} = event.detail?.ctx || {};
    if (!(target instanceof Element) || response?.status !== 200) return;
    const finish = '#rail [type="submit"]';
    const next = {'s-identity': ['#why'], 's-vitals': ['#s-medications [data-key="a"]', finish], lists: ['#lists [data-none]', finish]}[target.id];
    if (next && (document.activeElement === document.body || !document.activeElement?.isConnected)) next.map($).find(Boolean)?.focus();
  });
  document.addEventListener('htmx:after:swap', () => document.querySelector('[data-focus]')?.focus());
})();
