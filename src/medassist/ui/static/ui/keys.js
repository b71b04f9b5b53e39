// The keyboard: letters act on what has the focus, none inside a field; a handheld scanner types and is told apart.
(() => {
  'use strict';
  const FAST = 35, WAIT = 40, SHORTEST = 6, GO = 1500;
  const $ = (selector, from = document) => from.querySelector(selector);
  const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const shown = one => one.checkVisibility ? one.checkVisibility({visibilityProperty: true}) : one.offsetParent !== null;
  const inField = one => one?.matches?.('input:not([type=checkbox], [type=radio], [type=button], [type=submit]), select, textarea, [contenteditable]');
  const letters = () => localStorage.getItem('letters') !== 'off';

  // --- Lists: a lane, a column, a table body is one Tab stop; J K move inside, H L between
  const lanes = () => $$('[data-lane]').filter(shown).map(lane => $$('[data-stop]', lane).filter(shown)).filter(all => all.length);
  const rove = () => lanes().forEach(all => {
    const current = all.find(one => one === document.activeElement) || all.find(one => one.dataset.here) || all[0];
    all.forEach(one => { one.tabIndex = one === current ? 0 : -1; delete one.dataset.here; });
    current.dataset.here = 'yes';
  });
  const walk = key => {
    const all = lanes();
    if (!all.length) return false;
    const at = all.findIndex(lane => lane.includes(document.activeElement));
    if (at < 0) { (all.flat().find(one => one.closest('.is-act')) || all[0][0]).focus(); return true; }
    const row = all[at].indexOf(document.activeElement);
    const step = {j: [0, 1], k: [0, -1], h: [-1, 0], l: [1, 0]}[key];
    const lane = all[Math.min(Math.max(at + step[0], 0), all.length - 1)];
    lane[Math.min(Math.max(row + step[1], 0), lane.length - 1)].focus();
    return true;
  };
  document.addEventListener('focusin', event => {
    const stop = event.target.closest('[data-stop]');
    const item = event.target.closest('[data-item]');
    if (stop) {
      $$('[data-here]', stop.closest('[data-lane]') || document).forEach(one => { if (one !== stop) { delete one.dataset.here; one.tabIndex = -1; } });
      stop.dataset.here = 'yes'; stop.tabIndex = 0;
    }
    const on = $('.keys .on');
    if (on) { on.dataset.usual ??= on.textContent; on.textContent = item?.dataset.item || on.dataset.usual; }
    $$('.keys [data-for-key]').forEach(hint => { hint.hidden = !pressable(hint.dataset.forKey); });
  });

  // --- What a letter presses: in the focused item first, then on the page
  const pressable = key => {
    const item = document.activeElement?.closest?.('[data-item]');
    const mine = item && $$(`[data-key="${key}"]`, item)[0];
    return mine || $$(`[data-key="${key}"]`).find(one => !one.closest('[data-item]') && shown(one)) || null;
  };
  const press = key => {
    const one = pressable(key);
    if (!one) return false;
    inField(one) ? (one.focus(), one.select?.()) : one.click();
    return true;
  };
  const step = digit => {
    const link = $(`[data-step="${digit}"]`);
    if (!link) return false;
    link.click();
    const part = link.hash && $(link.hash);
    const first = part && ($('[data-first]', part) || $('input:not([type=hidden]), select, textarea, button, a', part));
    if (first) { first.focus(); if (first.select) first.select(); }
    return true;
  };
  let going = 0;
  const go = key => {
    const room = $(`[data-go="${key.toUpperCase()}"], [data-go="${key}"]`);
    if (room) location.href = room.href;
    return Boolean(room);
  };
  const single = key => {
    if (going && Date.now() - going < GO) { going = 0; return go(key); }
    if (key === 'g') { going = Date.now(); return true; }
    if ('jkhl'.includes(key)) return walk(key);
    if (/^[1-9]$/.test(key)) return step(key);
    if (key === '/') { const search = $('[data-search]'); search?.focus(); search?.select?.(); return Boolean(search); }
    if (key === '?') { $('#key-sheet')?.showModal(); return true; }
    if (key === 'z') { const undo = $$('#toasts form[data-undo] button').at(-1); undo?.click(); return Boolean(undo); }
    if (key === '[' || key === ']') return press(key);
    return press(key);
  };

  // --- Scanner: six or more characters, each within 35 ms of the last, ended by Enter. The times are the events' own:
  // a page that was busy hears what a person typed late and all at once. Where nothing asks for a scan, it is typed text.
  let buffer = '', last = -Infinity, letter = '', waiting = 0, before = null;
  const act = () => {
    clearTimeout(waiting);
    const key = letter;
    letter = '';
    if (key) single(key);
  };
  const heard = code => {
    const scanner = $('#scanner');
    if (scanner) {
      scanner.hidden = false;
      $('time', scanner).textContent = new Date().toLocaleTimeString('en-US', {hour: 'numeric', minute: '2-digit'}).replace(/ AM$/, '').replace(' PM', ' pm');
    }
    const event = new CustomEvent('ui:scan', {bubbles: true, cancelable: true, detail: {code}});
    // the page's open question comes first; where there is none, a scan finds whom or what it names
    if (($('[data-scan]') || document).dispatchEvent(event)) window.medassist?.find?.(code);
  };
  const scanned = (event, field) => {
    const late = event.timeStamp - last > FAST;
    if (event.key === 'Enter') {
      const code = buffer;
      buffer = '';
      if (code.length < SHORTEST || late || !$('[data-scan]') && !palette()) return false;
      if (inField(field)) {
        if (field.closest('[data-raw]')) return false;
        field.value = before ?? '';
        field.dispatchEvent(new Event('input', {bubbles: true}));
      }
      event.preventDefault();
      event.stopPropagation();
      heard(code);
      return true;
    }
    if (event.key.length !== 1 || event.repeat) return false;
    if (late) { buffer = ''; before = inField(field) ? field.value : null; }
    buffer += event.key;
    last = event.timeStamp;
    return false;
  };

  document.addEventListener('keydown', event => {
    if (event.timeStamp - last > FAST) act();   // the key before was no scanner's
    const held = event.ctrlKey || event.metaKey, key = event.key.toLowerCase(), target = document.activeElement || document.body;
    if (held && key === 'k') { event.preventDefault(); window.medassist?.find?.(); return; }
    if (held && key === '.') { event.preventDefault(); $('#lock')?.requestSubmit(); return; }
    if (held && key === 'enter') {
      const finish = $('[aria-keyshortcuts~="Control+Enter"]', $('dialog[open]') || document);
      if (finish) { event.preventDefault(); finish.click(); }
      return;
    }
    if (held || event.altKey || event.isComposing) return;
    if (scanned(event, target)) return;
    if (inField(target)) {
      if (key === 'escape' && !target.closest('dialog')) target.blur();
      return;
    }
    if ($('dialog[open]') || event.key.length !== 1 || event.repeat && !'jkhl'.includes(key)) return;
    if (target.matches('input, summary') && key === ' ') return;
    if (!letters() && key !== '?') return;
    if (key === '/' || key === "'") event.preventDefault();
    if (event.repeat) { walk(key); return; }
    // a scanner's second character comes within 35 ms, so a letter waits that long before it acts
    clearTimeout(waiting);
    letter = buffer.length > 1 ? '' : key;
    if (letter) waiting = setTimeout(act, WAIT);
  }, true);

  // --- Find: Ctrl K, the field in the bar, or a scan that nothing asked for
  const palette = () => $('#palette');
  let asking = null, typed = 0;
  const options = () => $$('[role="option"]', palette());
  const choose = to => {
    options().forEach(one => one.setAttribute('aria-selected', String(one === to)));
    const field = $('input', palette());
    to ? field.setAttribute('aria-activedescendant', to.id) : field.removeAttribute('aria-activedescendant');
    to?.scrollIntoView({block: 'nearest'});
  };
  const follow = one => { if (one?.dataset.href) location.href = one.dataset.href; };
  const ask = async (only = false) => {
    const box = palette(), field = $('input', box);
    asking?.abort();
    asking = new AbortController();
    const headers = {...JSON.parse(document.body.getAttribute('hx-headers:inherited') || '{}'), 'HX-Request': 'true'};
    try {
      const answer = await fetch(box.dataset.url, {method: 'POST', headers, body: new URLSearchParams({q: field.value}), signal: asking.signal});
      if (!answer.ok) throw new Error(String(answer.status));
      $('#palette-list', box).innerHTML = await answer.text();
      const all = options(), people = all.filter(one => one.dataset.kind === 'patient');
      choose(all[0]);
      $('#palette-said', box).textContent = all.length === 1 ? '1 found' : `${all.length} found`;
      if (only && people.length === 1) follow(people[0]);
    } catch (error) {
      if (error.name !== 'AbortError') $('#palette-said', box).textContent = 'Find does not answer now.';
    }
  };
  const find = code => {
    const box = palette();
    if (!box) return;
    const field = $('input', box);
    if (!box.open) box.showModal();
    if (code) field.value = code;
    field.focus(); field.select();
    ask(Boolean(code));
  };
  window.medassist = Object.assign(window.medassist || {}, {find});
  document.addEventListener('click', event => {
    if (event.target.closest('[data-open="palette"]')) { event.stopImmediatePropagation(); find(); return; }
    const option = event.target.closest('#palette [role="option"]');
    if (option) follow(option);
  }, true);
  document.addEventListener('input', event => {
    if (!event.target.closest('#palette')) return;
    clearTimeout(typed);
    typed = setTimeout(() => ask(), 60);
  });
  document.addEventListener('keydown', event => {
    if (!event.target.closest?.('#palette')) return;
    const all = options(), at = all.findIndex(one => one.getAttribute('aria-selected') === 'true');
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (all.length) choose(all[(at + (event.key === 'ArrowDown' ? 1 : -1) + all.length) % all.length]);
    } else if (event.key === 'Enter' && !event.defaultPrevented) {
      event.preventDefault();
      follow(all[Math.max(at, 0)]);
    }
  });

  // --- Single letters can be switched off, for those whose voice or hand types them unasked
  const start = () => {
    rove();
    const choice = $('[data-keys-switch]');
    if (!choice) return;
    choice.checked = letters();
    choice.addEventListener('change', () => localStorage.setItem('letters', choice.checked ? 'on' : 'off'));
  };
  document.readyState === 'loading' ? document.addEventListener('DOMContentLoaded', start) : start();
  document.addEventListener('htmx:after:swap', rove);
})();
