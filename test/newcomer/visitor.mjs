// A browser without scripts: it keeps cookies, follows redirects, and posts the forms that it is shown.
export class Visitor {
  #cookies = new Map();
  /** The page that was reached. */
  path = '';
  body = '';

  constructor(origin) {
    this.origin = origin;
  }

  async open(path) {
    await this.#request(path);
  }

  /** Opens the link of the page that leads to `path`. */
  async follow(path) {
    const links = [...this.body.matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, href]) => unescaped(href));
    const link = links.find((href) => href.split('?')[0] === path);
    if (!link) throw new Error(`${this.path} has no link to ${path}, but to ${links.join(', ')}.`);
    await this.open(link);
  }

  /** Fills the form of the page in and sends it. */
  async submit(fields) {
    const [, attributes, content] = /<form([^>]*)>([^]*?)<\/form>/.exec(this.body) ?? [];
    if (!content) throw new Error(`${this.path} has no form:\n${this.body}`);
    const form = new URLSearchParams();
    for (const [input] of content.matchAll(/<input[^>]*>/g))
      form.set(attribute(input, 'name'), attribute(input, 'value'));
    for (const [name, value] of Object.entries(fields)) {
      if (!form.has(name)) throw new Error(`The form of ${this.path} has no field ${name}.`);
      form.set(name, value);
    }
    await this.#request(attribute(attributes, 'action') || this.path, form);
  }

  /** A form is posted; without one a page is opened. */
  async #request(path, form) {
    const response = await fetch(new URL(path, this.origin), {
      ...(form && { method: 'POST', body: form }),
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; '),
        ...(form && { origin: this.origin, 'sec-fetch-site': 'same-origin' }),
      },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      this.#cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location) return this.#request(location);
    this.path = path;
    this.body = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}:\n${this.body}`);
  }
}

function attribute(tag, name) {
  return unescaped(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

function unescaped(text) {
  return text
    .replaceAll(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(parseInt(hex, 16)))
    .replaceAll('&amp;', '&');
}
