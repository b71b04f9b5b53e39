// What every page can do besides its keys: theme, dialogs, menus, toasts, the word when the connection is gone.
(() => {
  'use strict';
  const root = document.documentElement;
  const on = (type, work, options) => document.addEventListener(type, work, options);

  // --- Theme, kept in a cookie so that the server draws the next page in it at once
  const isDark = () => root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  const keepLook = () => {
    document.cookie = `look=${root.dataset.theme || ''}.${root.dataset.density || ''};path=/;max-age=31536000;samesite=lax`;
  };
  const switchTheme = () => { root.dataset.theme = isDark() ? 'light' : 'dark'; keepLook(); };

  // --- Dialogs and menus
  const closeMenus = except => document.querySelectorAll('details.menu[open]').forEach(menu => {
    if (menu !== except) menu.open = false;
  });
  on('click', event => {
    const target = event.target;
    closeMenus(target.closest('details.menu'));
    if (target.closest('[data-theme-switch]')) switchTheme();
    const opener = target.closest('[data-open]');
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
    if (target.closest('[data-close]')) target.closest('dialog')?.close();
    if (target.closest('[data-reload]')) location.reload();
    if (target.closest('[data-print]')) print();
    const use = target.closest('[data-use]');
    if (use) {
      const field = document.getElementById(use.dataset.into);
      field.value = use.dataset.use;
      field.focus();
      field.dispatchEvent(new Event('change', {bubbles: true}));
    }
    if (target.closest('[data-dismiss]')) target.closest('.toast')?.remove();
    if (target.matches('dialog')) {
      const box = target.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside && event.clientX) target.close();
    }
  });
  on('keydown', event => {
    const menu = event.key === 'Escape' && document.querySelector('details.menu[open]');
    if (menu) { menu.open = false; menu.querySelector('summary').focus(); }
  });

  // --- Toasts: six seconds, longer while looked at; what is to be done now stays
  const corner = () => document.getElementById('toasts');
  const age = toast => {
    if (toast.classList.contains('is-act') || toast.dataset.ages) return;
    toast.dataset.ages = 'yes';
    let timer = setTimeout(() => toast.remove(), 6000);
    const hold = () => clearTimeout(timer);
    const release = () => { hold(); timer = setTimeout(() => toast.remove(), 3000); };
    toast.addEventListener('pointerenter', hold); toast.addEventListener('focusin', hold);
    toast.addEventListener('pointerleave', release); toast.addEventListener('focusout', release);
  };
  const say = ({text, state = 'good', undo = ''}) => {
    const blank = document.getElementById('toast-blank');
    const toast = blank?.content.firstElementChild.cloneNode(true);
    if (!toast || !corner()) return;
    toast.className = `toast is-${state}`;
    toast.setAttribute('role', state === 'act' ? 'alert' : 'status');
    toast.querySelector('.mk use').setAttribute('href', `${blank.dataset.icons}#m-${state}`);
    toast.querySelector('.said').textContent = text;
    const back = toast.querySelector('form[data-undo]');
    if (undo) back.action = undo; else back.remove();
    corner().append(toast);
    age(toast);
  };
  window.medassist = {say};
  on('htmx:after:request', event => {
    // by a header of our own: HX-Trigger would be told to an element that the swap may have taken away
    const said = event.detail?.ctx?.response?.headers.get('X-Say');
    if (said) say(JSON.parse(said));
  });
  on('submit', event => {
    const back = event.target.closest?.('form[data-undo]');
    if (!back || !window.htmx) return;
    event.preventDefault();
    back.closest('.toast').remove();
    htmx.ajax('POST', back.getAttribute('action'), {source: document.body, target: '#answer', swap: 'innerHTML'});
  });

  // --- The connection. A short gap is no news; after three seconds the page says since when.
  let gone = null, telling = 0;
  const clock = date => date.toLocaleTimeString('en-US', {hour: 'numeric', minute: '2-digit'}).replace(/ AM$/, '').replace(' PM', ' pm');
  const lost = () => {
    if (gone) return;   // further failures are the same loss: they must not put off its telling
    gone = new Date();
    telling = setTimeout(() => {
      const strip = document.getElementById('offline');
      if (!strip || !gone) return;
      strip.querySelector('time').textContent = clock(gone);
      strip.hidden = false;
      document.querySelectorAll('[data-live]').forEach(one => one.classList.add('is-off'));
    }, 3000);
  };
  const found = () => {
    gone = null;
    clearTimeout(telling);
    const strip = document.getElementById('offline');
    if (strip) strip.hidden = true;
    document.querySelectorAll('[data-live]').forEach(one => one.classList.remove('is-off'));
  };
  addEventListener('offline', lost);
  addEventListener('online', found);
  on('htmx:sse:error', lost);
  on('htmx:sse:after:connection', found);
  on('htmx:sse:after:message', found);

  // --- Answers: the first fault gets the focus, all that is said of it in sight; a failure of ours is said, not swallowed
  const show = field => {
    const whole = field.closest('.saidrow, .field') || field.closest('.doubt') || field;
    const ids = (field.getAttribute('aria-describedby') || '').split(' ');
    const about = document.querySelector(`[aria-describedby~="${whole.querySelector('[id$="-said"]')?.id}"]`);
    field.focus({preventScroll: true});
    [about, ...ids.map(id => document.getElementById(id)), whole].forEach(one => one?.scrollIntoView({block: 'nearest'}));
  };
  on('htmx:after:swap', event => {
    const old = event.detail?.ctx?.target;
    if (!(old instanceof Element)) return;
    const target = old.isConnected ? old : document.getElementById(old.id);
    const first = target?.querySelector('[aria-invalid="true"], .doubt input:not(:checked)');
    if (first && event.detail.ctx.response?.status === 422) show(first);
    document.querySelectorAll('#toasts .toast').forEach(age);
  });
  on('htmx:response:error', event => {
    if (event.detail?.ctx?.response?.status >= 500) {
      say({state: 'act', text: 'That did not work here, and nothing was recorded. Try once more; if it stays, tell your manager.'});
    }
  });
  on('htmx:error', event => { if (event.detail?.error?.name === 'TypeError') lost(); });

  // --- The sheet's foot on paper
  addEventListener('beforeprint', () => document.querySelectorAll('[data-print-time]').forEach(one => {
    one.textContent = new Date().toLocaleString('en-US', {month: 'short', day: 'numeric', year: 'numeric', hour: 'numeric', minute: '2-digit'});
  }));

  const start = () => document.querySelectorAll('#toasts .toast').forEach(age);
  document.readyState === 'loading' ? on('DOMContentLoaded', start) : start();
})();
