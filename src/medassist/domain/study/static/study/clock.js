// The time left of a part, by the server's clock; said aloud at ten, five and one minute, and at the end.
(() => {
  'use strict';
  const one = document.querySelector('[data-ends]'), said = document.getElementById('clock-said');
  if (!one) return;
  const [arrival] = performance.getEntriesByType('navigation');
  // this machine's clock may be wrong: how far, the server's own time in the page tells
  const skew = Date.parse(one.dataset.now) - (performance.timeOrigin + (arrival?.responseStart ?? 0));
  const left = () => Math.ceil((Date.parse(one.dataset.ends) - Date.now() - skew) / 1000);
  const SAY = [10, 5, 1];
  let last = left(), over = false;
  const tick = () => {
    const now = left();
    if (now <= 0) {
      if (over) return;
      over = true;
      one.textContent = 'time is over';
      said.textContent = 'The time of this part is over. What you answered counts.';
      // the server hands in at this request; an answer under way arrives first
      setTimeout(() => location.reload(), 1500);
      return;
    }
    one.textContent = `${Math.floor(now / 60)}:${String(now % 60).padStart(2, '0')} left`;
    one.classList.toggle('is-watch', now <= 300);
    const minutes = SAY.find(n => now <= n * 60 && last > n * 60);
    if (minutes) said.textContent = `${minutes} minute${minutes > 1 ? 's' : ''} left.`;
    last = now;
  };
  setInterval(tick, 500);
  tick();
})();
