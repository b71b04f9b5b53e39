// Passkeys: the browser makes or uses one, its answer goes into the form's hidden field, and the form is sent.
(() => {
  'use strict';
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
  const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const asked = (form, options) => {
    const all = options.publicKey;
    all.challenge = bytes(all.challenge);
    if (all.user) all.user.id = bytes(all.user.id);
    for (const list of [all.excludeCredentials, all.allowCredentials]) (list || []).forEach(one => { one.id = bytes(one.id); });
    return form.dataset.passkey === 'make' ? navigator.credentials.create({publicKey: all}) : navigator.credentials.get({publicKey: all});
  };
  const told = credential => {
    const response = {clientDataJSON: text(credential.response.clientDataJSON)};
    for (const part of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    return JSON.stringify({id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: credential.getClientExtensionResults()});
  };
  const fault = (form, words) => {
    const place = form.querySelector('[data-fault]');
    if (!place) return;
    place.hidden = false;
    place.textContent = words;
  };
  const start = async form => {
    const answer = await fetch(form.dataset.options, {
      method: 'POST', credentials: 'same-origin',
      headers: {'X-CSRFToken': form.querySelector('[name=csrfmiddlewaretoken]').value},
    });
    const options = await answer.json();
    if (!answer.ok) { fault(form, options.why || 'The passkey could not be asked for. Load the page again.'); return; }
    const credential = await asked(form, options);
    form.querySelector('[name=credential]').value = told(credential);
    form.submit();
  };
  document.querySelectorAll('form[data-passkey]').forEach(form => {
    form.hidden = false;
    const or = document.querySelector('[data-or]');
    if (or) or.hidden = false;
    form.addEventListener('submit', event => {
      event.preventDefault();
      start(form).catch(() => fault(form, 'No passkey was used. Try once more, or sign in with your password.'));
    });
  });
})();
