// The board's own: swaps wait while a press is under way, the clock follows the stream, long lists open on a phone.
(() => {
  'use strict';
  let pressed = false, over = null;
  addEventListener('pointerdown', event => { pressed = Boolean(event.target.closest('#live')); }, true);
  for (const type of ['pointerup', 'pointercancel', 'blur']) addEventListener(type, () => {
    pressed = false;
    over?.();
  }, true);
  // nothing moves under a finger: a change waits until it is lifted, two seconds at most
  document.addEventListener('htmx:sse:before:message', event => {
    if (!pressed) return;
    event.detail.waitUntil?.(new Promise(resolve => {
      const late = setTimeout(resolve, 2000);
      over = () => { clearTimeout(late); setTimeout(resolve, 60); over = null; };
    }));
  });
  const clock = () => {
    const time = document.querySelector('.page-head .live time');
    const now = new Date();
    if (!time) return;
    time.dateTime = now.toISOString();
    const zone = document.querySelector('#live').dataset.zone;
    time.textContent = now.toLocaleTimeString('en-US', {hour: 'numeric', minute: '2-digit', ...(zone && {timeZone: zone})}).replace(/ AM$/, '').replace(' PM', ' pm');
  };
  document.addEventListener('htmx:sse:after:message', clock);
  // a stream that does not open must not take the board's place: keep what is there, try again
  const again = live => setTimeout(() => htmx.trigger(live, 'again'), 3000 + Math.random() * 2000);
  document.addEventListener('htmx:before:response', event => {
    const live = event.target, answer = event.detail.ctx.response;
    if (live.id !== 'live' || event.detail.ctx.request.method !== 'GET') return;
    if (answer.headers.get('Content-Type')?.startsWith('text/event-stream')) return;
    event.preventDefault();
    if (answer.status === 401 || answer.status === 403) { location.reload(); return; }
    document.dispatchEvent(new CustomEvent('htmx:sse:error'));
    again(live);
  });
  document.addEventListener('htmx:error', event => {
    if (event.target.id === 'live' && !event.target._htmx?.sse) { document.dispatchEvent(new CustomEvent('htmx:sse:error')); again(event.target); }
  });
  // locked, signed out, another site: the page asks who one is now
  document.addEventListener('ended', () => location.reload());
  document.addEventListener('click', event => {
    const more = event.target.closest('[data-more]');
    if (!more) return;
    whole.add(more.closest('.lane').id);
    unfold();
  });
  // what was unfolded stays so when the lane is drawn anew
  const whole = new Set();
  const unfold = () => whole.forEach(id => document.getElementById(id)?.classList.add('whole'));
  document.addEventListener('htmx:after:swap', unfold);
})();
