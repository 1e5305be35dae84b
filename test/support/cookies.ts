/** A Set-Cookie header, taken apart. */
export interface SetCookie {
  name: string;
  value: string;
  /** Attributes by lower-case name; those without a value are ''. */
  attributes: Record<string, string>;
}

/** The cookies of one browser; paths and domains aside, which the module does not use. */
export class CookieJar {
  private readonly values = new Map<string, string>();

  receive(headers: string[]): SetCookie[] {
    const cookies = headers.map(parsed);
    for (const cookie of cookies) {
      if (isCleared(cookie)) this.values.delete(cookie.name);
      else this.values.set(cookie.name, cookie.value);
    }
    return cookies;
  }

  get(name: string): string | undefined {
    return this.values.get(name);
  }

  put(name: string, value: string): void {
    this.values.set(name, value);
  }

  forget(name: string): void {
    this.values.delete(name);
  }

  entries(): [string, string][] {
    return [...this.values];
  }

  header(): string {
    return this.entries()
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
  }
}

/** Whether the browser forgets the cookie at once. */
export function isCleared({ attributes }: SetCookie): boolean {
  const maxAge = attributes['max-age'];
  if (maxAge !== undefined) return Number(maxAge) <= 0;
  return attributes.expires !== undefined && Date.parse(attributes.expires) <= Date.now();
}

function parsed(header: string): SetCookie {
  const [pair = '', ...rest] = header.split(/;\s*/);
  const [name, value] = halves(pair);
  const attributes = Object.fromEntries(
    rest.map((attribute) => {
      const [key, content] = halves(attribute);
      return [key.toLowerCase(), content];
    }),
  );
  return { name, value, attributes };
}

function halves(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}
