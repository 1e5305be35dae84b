import { expect, it } from 'vitest';
import { AuthSettings } from './auth.settings.js';
import { LOGOUT } from './features/logout/logout.feature.js';

const captcha = {
  name: 'test',
  siteKey: 'site-1',
  widgetClass: 'widget',
  scriptUrl: 'https://captcha.example/api.js',
  field: 'token',
  sources: {},
  verify: () => Promise.resolve(true),
};

/** Options as getters, which are no properties of the object itself. */
class Options {
  get secret() {
    return 'x'.repeat(32);
  }
  get login() {
    return { captcha };
  }
  get changePassword() {
    return { readOnly: true };
  }
  get logout() {
    return new Logout();
  }
}

class Logout {
  get redirectTo() {
    return '/bye';
  }
}

it('options are read from getters too', () => {
  const settings = new AuthSettings(new Options());
  expect(settings.formOptions('login').captcha).toBe(captcha);
  expect(settings.formOptions('changePassword').readOnly).toBe(true);
  expect(settings.formOptions('register')).toEqual({});
  expect(settings.featureOptions(LOGOUT.options)).toMatchObject({ redirectTo: '/bye', clearSiteData: false });
});
