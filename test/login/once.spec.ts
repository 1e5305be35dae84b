import { afterEach, describe, expect, it, vi } from 'vitest';
import { CaptchaGate } from '../../src/http/captcha.gate.js';
import { CrossSiteWarning } from '../../src/http/cross-site.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { clients } from '../support/visitor.js';

const TRUSTED = 'https://app.example.com';

describe.each(clients)('a login by %s', (client) => {
  const host = hosted({ options: { trustedOrigins: [TRUSTED] } });
  afterEach(() => vi.restoreAllMocks());

  it('has its origin verified once and its body once, though several guards ask', async () => {
    const { username } = await host.people.person();
    const origins = vi.spyOn(CrossSiteWarning.prototype, 'check');
    const bodies = vi.spyOn(CaptchaGate.prototype, 'inspect');

    const fields = { username, password: PASSWORD };
    const { status } = await host.visitor(client).submit('/login', fields, { origin: TRUSTED });

    expect(status).toBe(client === 'json' ? 200 : 303);
    expect(origins).toHaveBeenCalledTimes(1);
    expect(bodies).toHaveBeenCalledTimes(1);
  });
});
