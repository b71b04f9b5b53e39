// Keeps the screen while somebody is at it, and locks it when nobody is, in all tabs together; what was typed is kept.
(() => {
  'use strict';
  const meta = document.querySelector('meta[name="lock-after"]');
  if (!meta) return;
  const after = Number(meta.content) * 1000, tell = Math.min(60_000, after / 3);
  const channel = 'BroadcastChannel' in window ? new BroadcastChannel('medassist-lock') : null;
  const token = () => document.querySelector('[name=csrfmiddlewaretoken]')?.value || '';
  const post = (url, body) => fetch(url, {method: 'POST', credentials: 'same-origin', headers: {'X-CSRFToken': token()}, body});
  let last = Date.now(), told = Date.now(), leaving = false, quiet = 0;

  // --- What was typed and not yet sent
  const choice = one => one.type === 'checkbox' || one.type === 'radio';
  const skipped = one => !one.name || ['password', 'hidden', 'file', 'submit', 'button'].includes(one.type) || one.closest('[data-no-draft]');
  const changed = one => choice(one) ? one.checked !== one.defaultChecked
    : one.options ? [...one.options].some(option => option.selected !== option.defaultSelected) : one.value !== one.defaultValue;
  const fields = () => [...document.querySelectorAll('main form')].flatMap(form =>
    [...form.elements].filter(one => !skipped(one) && changed(one))
      .map(one => [form.getAttribute('action') || '', one.name + (choice(one) ? '=' + one.value : ''), choice(one) ? String(one.checked) : one.value]));
  const fill = ([action, name, value]) => {
    for (const form of document.querySelectorAll('main form')) {
      if ((form.getAttribute('action') || '') !== action) continue;
      const one = [...form.elements].find(each => !skipped(each) && each.name + (choice(each) ? '=' + each.value : '') === name);
      if (!one) continue;
      if (choice(one)) one.checked = value === 'true'; else one.value = value;
      one.dispatchEvent(new Event(choice(one) ? 'change' : 'input', {bubbles: true}));
      return;
    }
  };
  const again = async () => {
    const answer = await post('/draft', new URLSearchParams({path: location.pathname}));
    if (answer.ok) (await answer.json()).fields.forEach(fill);
  };
  if (meta.dataset.draft === 'yes') again().catch(() => {});

  // --- Locking
  const hide = (form, name, value) => {
    const field = form.querySelector(`[name="${name}"]`) || form.appendChild(Object.assign(document.createElement('input'), {type: 'hidden', name}));
    field.value = value;
  };
  const away = why => {
    if (leaving) return;
    const form = document.getElementById('lock');
    if (!form) { leaving = true; location.assign('/lock'); return; }
    hide(form, 'why', why);
    form.requestSubmit();
  };
  document.getElementById('lock')?.addEventListener('submit', event => {
    leaving = true;
    const kept = fields();
    if (kept.length) hide(event.target, 'draft', JSON.stringify(kept));
    channel?.postMessage({locked: true});
  });

  // --- Somebody is here
  const seen = async () => {
    told = Date.now();
    try {
      if ((await post('/seen')).status === 401) away('told');
    } catch { /* not connected: the server locks by its own clock */ }
  };
  const active = () => {
    last = Date.now();
    channel?.postMessage({seen: last});
    if (last - told > tell) seen();
  };
  for (const kind of ['keydown', 'pointerdown', 'wheel', 'touchstart']) {
    addEventListener(kind, () => { if (Date.now() - quiet > 1000) { quiet = Date.now(); active(); } }, {passive: true, capture: true});
  }
  if (channel) channel.onmessage = event => {
    if (event.data.seen) last = Math.max(last, event.data.seen);
    if (event.data.locked && !leaving) away('told');
  };
  setInterval(() => { if (Date.now() - last >= after) away('idle'); }, 5000);
  document.addEventListener('visibilitychange', () => { if (!document.hidden && Date.now() - last >= after) away('idle'); });
  // a page that the browser brings back from its memory may belong to somebody who has gone
  addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
})();
