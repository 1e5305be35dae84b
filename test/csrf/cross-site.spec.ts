import { describe, expect, it } from 'vitest';
import type { TestApplication } from '../support/application.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { FORM_TYPE } from '../support/visitor.js';

const FRIEND = 'https://friend.example';
const CROSS = { origin: FRIEND, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };

const warnings = ({ log }: TestApplication) => log.of('warn').filter((line) => line.includes('another site'));

describe('a front end of another site', () => {
  const host = hosted({ options: { trustedOrigins: [FRIEND] } });

  it.each([
    ['of the same site', { ...CROSS, 'sec-fetch-site': 'same-site' }],
    ['that leads the browser here', { ...CROSS, 'sec-fetch-mode': 'navigate' }],
    ['in a browser that does not tell', { origin: FRIEND }],
    ['that is not trusted', { ...CROSS, origin: 'https://evil.example' }],
    ['that has the cookie all the same', { ...CROSS, cookie: 'id=abc' }],
  ])('is nothing to speak of where it is one %s', async (_, headers) => {
    await host.visitor().api('POST', '/login', { username: 'nobody', password: PASSWORD }, headers);
    expect(warnings(host)).toEqual([]);
  });

  it('is told in the log, once, with what to do', async () => {
    const { username } = await host.people.person();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const login = await host.visitor().api('POST', '/login', { username, password: PASSWORD }, CROSS);
      expect(login.status).toBe(200);
    }
    const headers = { ...CROSS, 'content-type': FORM_TYPE };
    await host.visitor().send('POST', '/login', { headers, body: 'username=nobody' });
    const [line, ...more] = warnings(host);
    expect(more).toEqual([]);
    for (const word of [FRIEND, '`trustedOrigins`', 'SameSite=Lax', '401', 'https://api.example.com'])
      expect(line).toContain(word);
  });
});
