// Rooming's own: Enter goes to the next box and records at the last, a slash to the lower pressure, the quiet minute counts.
(() => {
  'use strict';
  const $ = selector => document.querySelector(selector);
  const boxes = () => [...document.querySelectorAll('#vitals-form .vitals input.in')];

  document.addEventListener('keydown', event => {
    const box = event.target.closest?.('#vitals-form .vitals input.in');
    if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = boxes(), at = all.indexOf(box);
    if (event.key === 'Enter') {
      event.preventDefault();
      // to the next box that is empty or was asked about; when there is none, everything is there: record it
      const next = [...all.slice(at + 1), ...all.slice(0, at)].find(one => !one.value.trim() && all.indexOf(one) > at || one.getAttribute('aria-invalid') === 'true');
      if (next) { next.focus(); next.select(); } else { $('#vitals-form [data-save]').click(); }
    } else if (event.key === '/' && box.name.startsWith('systolic')) {
      event.preventDefault();
      all[at + 1]?.focus();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const to = all[at + (event.key === 'ArrowDown' ? 1 : -1)];
      if (to) { event.preventDefault(); to.focus(); to.select(); }
    }
  });

  // --- the rest before a second pressure, by the clock of the first; a tone at its end, and its text
  let called = '';
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
  const tick = () => {
    const ring = $('[data-ring]');
    if (!ring) return;
    const whole = Number(ring.dataset.ring), from = Date.parse(ring.dataset.from);
    const left = Math.max(Math.ceil(whole - (Date.now() - from) / 1000), 0);
    ring.querySelector('[role="timer"]').textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    ring.querySelector('.bar-now').setAttribute('stroke-dasharray', `${Math.round((1 - left / whole) * 100)} 100`);
    if (!left && called !== ring.dataset.from) {
      called = ring.dataset.from;
      if (Date.now() - from < (whole + 5) * 1000) { tone(); window.medassist?.say({state: 'info', text: 'The rest is over: measure the pressure again.'}); }
    }
  };
  setInterval(tick, 500);
  tick();

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
