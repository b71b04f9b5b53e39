// What is due soon: counted by the server's clock to its due time, never up from when the page was drawn; called once.
(() => {
  'use strict';
  const born = document.querySelector('[data-now]'), [arrival] = performance.getEntriesByType('navigation');
  // this machine's clock may be wrong: how far, the server's own time in the page tells
  const skew = born && arrival ? Date.parse(born.dataset.now) - (performance.timeOrigin + arrival.responseStart) : 0;
  const waited = new Set();

  const tone = () => {
    try {
      const audio = new AudioContext(), now = audio.currentTime;
      for (const n of [0, 1, 2]) {
        const voice = audio.createOscillator(), loud = audio.createGain();
        voice.frequency.value = 660;
        loud.gain.setValueAtTime(0.12, now + n * 0.28);
        loud.gain.exponentialRampToValueAtTime(0.001, now + n * 0.28 + 0.2);
        voice.connect(loud).connect(audio.destination);
        voice.start(now + n * 0.28);
        voice.stop(now + n * 0.28 + 0.22);
      }
    } catch { /* no sound here; the text says it */ }
  };
  const mine = one => !one.dataset.by || one.dataset.by === document.querySelector('[data-actor]')?.dataset.actor;
  const call = (one, left) => {
    if (!one.dataset.call) return;
    const key = one.dataset.call + one.dataset.due;
    if (left > 0) { waited.add(key); return; }
    if (!waited.delete(key) || !mine(one)) return;
    tone();
    window.medassist?.say({state: 'watch', text: one.dataset.call});
    one.dispatchEvent(new CustomEvent('timer:due', {bubbles: true}));
  };
  const clock = left => `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  const draw = (one, left) => {
    if (one.dataset.ring) {
      const whole = Number(one.dataset.ring), gone = Math.min(Math.round((1 - left / whole) * 100), 100);
      one.querySelector('[role="timer"]').textContent = left > 0 ? clock(left) : 'now';
      one.querySelector('.bar-now').setAttribute('stroke-dasharray', `${gone} 100`);
      return;
    }
    const state = left > 0 ? 'none' : -left >= Number(one.dataset.red) ? 'act' : 'watch', use = one.querySelector('use');
    one.className = `timer mark is-${state}`;
    use?.setAttribute('href', use.getAttribute('href').replace(/#.*/, `#m-${state}`));
    one.lastElementChild.textContent = `${one.dataset.label} ${left > 0 ? `in ${clock(left)}` : 'now'}`;
  };
  const tick = () => document.querySelectorAll('[data-due]').forEach(one => {
    const left = Math.ceil((Date.parse(one.dataset.due) - Date.now() - skew) / 1000);
    draw(one, left);
    call(one, left);
  });
  setInterval(tick, 500);
  document.addEventListener('htmx:after:swap', tick);
  tick();
})();
