// Shows a typed password, hints at its strength, warns about Caps Lock, shows times in the reader's time zone, copies a
// generated password and sends a form once for a double click. Every page works without it.
{
  const texts = document.currentScript.dataset;

  /** An element with a text, made without HTML and without styles: the content security policy allows neither. */
  const make = (tag, properties, text = '') =>
    Object.assign(document.createElement(tag), { ...properties, textContent: text });

  /** Announced by screen readers when its text changes, and only then. */
  const say = (element, text = '') => {
    if (element.textContent !== text) element.textContent = text;
  };

  const addButton = (input) => {
    const [label] = input.labels;
    const button = make('button', { type: 'button', className: 'show' }, texts.show);
    button.setAttribute('aria-controls', input.id);
    if (label) {
      label.id ||= `${input.id}-label`;
      // Not as its name: a search for the field by its label must find one element.
      button.setAttribute('aria-describedby', label.id);
    }
    const show = (isShown) => {
      input.type = isShown ? 'text' : 'password';
      button.textContent = isShown ? texts.hide : texts.show;
    };
    button.addEventListener('click', () => show(input.type === 'password'));
    // A browser remembers what was typed as text.
    input.form?.addEventListener('submit', () => show(false));
    input.after(button);
  };

  const addCapsLock = (input) => {
    const note = make('p', { className: 'hint', role: 'status' });
    const look = (event) => {
      // Filling in by a password manager comes as an event without keys.
      if (event.getModifierState) say(note, event.getModifierState('CapsLock') ? texts.capsLock : '');
    };
    input.addEventListener('keydown', look);
    input.addEventListener('keyup', look);
    input.addEventListener('blur', () => say(note));
    (input.closest('.control') ?? input).after(note);
  };

  const fold = (text) => text.normalize('NFKC').toLowerCase();

  /** What is wrong with a password, as far as the browser can tell; the rest is the server's to say. */
  const problemOf = (password, minLength, username) => {
    if (password === '') return '';
    if ([...password].length < minLength) return texts.tooShort;
    const name = fold(username);
    const word = fold(password);
    const isNamed = [...name].length < 3 ? word === name : word.includes(name);
    return isNamed && name !== '' ? texts.containsUsername : texts.longEnough;
  };

  const addStrength = (input) => {
    const hint = document.getElementById(`${input.id}-hint`);
    if (!hint || input.minLength < 1) return;
    const status = make('span', { className: 'strength', role: 'status' });
    hint.append(' ', status);
    const username = input.form?.querySelector('[autocomplete=username]');
    const look = () => say(status, problemOf(input.value, input.minLength, username?.value ?? ''));
    input.addEventListener('input', look);
    username?.addEventListener('input', look);
  };

  // The reader's own kind of the page's language: a page in English has the dates of en-GB for those who read it.
  const { lang } = document.documentElement;
  const language = navigator.languages.find((one) => one.split('-')[0] === lang.split('-')[0]) ?? lang;
  const local = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });

  for (const time of document.querySelectorAll('time[datetime]')) {
    time.title = time.textContent;
    time.textContent = local.format(new Date(time.dateTime));
  }

  /** Says beside a field in UTC what that is where the reader is. */
  const addLocalTime = (input) => {
    const hint = document.getElementById(`${input.id}-hint`);
    if (!hint) return;
    const status = make('span', { role: 'status' });
    hint.append(' ', status);
    const look = () => {
      const date = new Date(`${input.value}Z`);
      say(status, Number.isNaN(date.getTime()) ? '' : texts.localTime.replace('{time}', local.format(date)));
    };
    look();
    input.addEventListener('input', look);
  };

  /** Copies the text of an element, or selects it where the browser does not let scripts copy. */
  const addCopy = (element) => {
    const button = make('button', { type: 'button', className: 'quiet' }, texts.copy);
    const status = make('span', { className: 'hint', role: 'status' });
    const row = make('p', { className: 'copy' });
    row.append(button, ' ', status);
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(element.textContent.trim());
        say(status, texts.copied);
      } catch {
        getSelection()?.selectAllChildren(element);
      }
    });
    element.after(row);
  };

  let sent = -Infinity;
  document.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    if (event.timeStamp - sent < 1000) event.preventDefault();
    else sent = event.timeStamp;
  });

  for (const input of document.querySelectorAll('input[type=password]')) {
    addButton(input);
    addCapsLock(input);
    if (input.autocomplete === 'new-password') addStrength(input);
  }
  for (const input of document.querySelectorAll('input[type=datetime-local]')) addLocalTime(input);
  for (const generated of document.querySelectorAll('.generated')) addCopy(generated);
}
