// Keeps the screen while somebody is at it, and locks it when nobody is: in all tabs together.
(() => {
  'use strict';
  const meta = document.querySelector('meta[name="lock-after"]');
  if (!meta) return;
  const after = Number(meta.content) * 1000, tell = Math.min(60_000, after / 3), channel = 'BroadcastChannel' in window ? new BroadcastChannel('medassist-lock') : null;
  const token = () => document.querySelector('[name=csrfmiddlewaretoken]')?.value || '';
  let last = Date.now(), told = Date.now(), leaving = false;
  const away = why => {
    if (leaving) return;
    leaving = true;
    const form = document.getElementById('lock');
    if (form && why === 'idle') {
      const field = document.createElement('input');
      Object.assign(field, {type: 'hidden', name: 'why', value: 'idle'});
      form.append(field);
      form.requestSubmit();
    } else location.assign('/lock');
  };
  const seen = async () => {
    told = Date.now();
    try {
      const answer = await fetch('/seen', {method: 'POST', credentials: 'same-origin', headers: {'X-CSRFToken': token()}});
      if (answer.status === 401) away('told');
    } catch { /* not connected: the server locks by its own clock */ }
  };
  const active = () => {
    last = Date.now();
    channel?.postMessage({seen: last});
    if (last - told > tell) seen();
  };
  let quiet = 0;
  for (const kind of ['keydown', 'pointerdown', 'wheel', 'touchstart']) {
    addEventListener(kind, () => { if (Date.now() - quiet > 1000) { quiet = Date.now(); active(); } }, {passive: true, capture: true});
  }
  if (channel) channel.onmessage = event => {
    if (event.data.seen) last = Math.max(last, event.data.seen);
    if (event.data.locked) location.assign('/lock');
  };
  document.getElementById('lock')?.addEventListener('submit', () => { leaving = true; channel?.postMessage({locked: true}); });
  setInterval(() => { if (Date.now() - last >= after) away('idle'); }, 5000);
  document.addEventListener('visibilitychange', () => { if (!document.hidden && Date.now() - last >= after) away('idle'); });
  // a page that the browser brings back from its memory may belong to somebody who has gone
  addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
})();
