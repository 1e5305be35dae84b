import { describe, expect, it } from 'vitest';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';
import { pages } from './shield.js';

describe.each([false, true])('the session cookie, production: %s,', (production) => {
  const host = hosted({ options: { production } });
  const name = production ? '__Host-id' : 'id';

  it.each(clients)('is set and cleared with the same attributes, by %s', async (client) => {
    const { username } = await host.people.person();
    const visitor = host.visitor(client);
    const login = await visitor.login({ username, password: PASSWORD });
    const logout = await visitor.logout();
    expect([login.status, logout.status]).toEqual(client === 'form' ? [303, 303] : [200, 200]);
    const [given, ...more] = login.setCookies.filter((cookie) => cookie.name.endsWith('id'));
    const [taken] = logout.setCookies.filter((cookie) => cookie.name.endsWith('id'));
    expect(more).toEqual([]);
    expect([given?.name, taken?.name]).toEqual([name, name]);
    expect(given?.attributes['max-age']).toBe('604800');
    for (const cookie of [given, taken]) {
      const { 'max-age': _, expires: __, ...attributes } = cookie?.attributes ?? {};
      expect(attributes).toEqual({
        httponly: '',
        samesite: 'Lax',
        path: '/',
        ...(production && { secure: '' }),
      });
    }
    expect(visitor.cookies.get(name)).toBeUndefined();
  });

  it('is not given to strangers, and no cookie has a domain', async () => {
    for (const path of [...pages, '/private', '/session']) {
      const { setCookies } = await host.visitor('form').page(path);
      expect(setCookies.filter((cookie) => cookie.name === name)).toEqual([]);
      for (const { attributes, name: other } of setCookies) {
        expect(attributes).toMatchObject({
          httponly: '',
          path: '/',
          samesite: expect.stringMatching(/^(lax|strict)$/i),
        });
        expect(attributes).not.toHaveProperty('domain');
        if (production) {
          expect(attributes).toHaveProperty('secure');
          expect(other).toMatch(/^__Host-/);
        }
      }
    }
  });

  it('is the only thing that carries the token', async () => {
    const { username } = await host.people.person();
    const visitor = host.visitor();
    const login = await visitor.login({ username, password: PASSWORD });
    const token = visitor.cookies.get(name) ?? '';
    expect(token).toHaveLength(43);
    for (const { body } of [
      login,
      await visitor.get('/session'),
      await visitor.get('/sessions'),
      await visitor.page('/change-password'),
    ]) {
      expect(body).not.toContain(token);
    }
    expect(host.log.lines.join('\n')).not.toContain(token);
  });
});

describe('a cookie of the other environment', () => {
  const host = hosted({ options: { production: true } });

  it('is not taken: the plain name opens nothing in production', async () => {
    const visitor = await host.people.signIn(await host.people.person());
    const token = visitor.cookies.get('__Host-id') ?? '';
    expect(token).toHaveLength(43);
    const thief = host.visitor();
    thief.cookies.put('id', token);
    expect(await thief.isSignedIn()).toBe(false);
    expect(await visitor.isSignedIn()).toBe(true);
  });
});
