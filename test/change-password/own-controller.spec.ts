import { Body, Controller, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import {
  type AuthResponse,
  CsrfGuard,
  DeviceCookie,
  SessionCookie,
  SignedIn,
  SsoCaller,
  SsoUserService,
} from '../../src/index.js';
import { hosted } from '../support/hosted.js';
import { OTHER_PASSWORD, PASSWORD } from '../support/people.js';

@Controller('own')
class OwnController {
  constructor(
    private readonly users: SsoUserService,
    private readonly cookie: SessionCookie,
    private readonly device: DeviceCookie,
  ) {}

  @Post('login')
  @HttpCode(200)
  @UseGuards(CsrfGuard)
  async login(
    @Body('username') username: string,
    @Body('password') password: string,
    @SsoCaller() caller: SsoCaller,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<void> {
    const { token, device } = await this.users.login({ username, password }, caller);
    this.cookie.write(response, token);
    if (device !== undefined) this.device.write(response, device);
  }

  @Post('password')
  @HttpCode(200)
  @SignedIn()
  @UseGuards(CsrfGuard)
  async change(
    @Body('old_password') oldPassword: string,
    @Body('new_password') newPassword: string,
    @SsoCaller() caller: SsoCaller,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<void> {
    const { token } = await this.users.changePassword({ oldPassword, newPassword }, caller);
    if (token === undefined) this.cookie.clear(response);
    else this.cookie.write(response, token);
  }

  @Post('logout')
  @HttpCode(200)
  @UseGuards(CsrfGuard)
  async logout(
    @SsoCaller() caller: SsoCaller,
    @Res({ passthrough: true }) response: AuthResponse,
  ): Promise<void> {
    await this.users.logout(caller);
    this.cookie.clear(response);
  }
}

describe.each([
  [true, true],
  [true, false],
  [false, true],
  [false, false],
])("a host's own controller, in production %s, keepCurrentSession %s,", (production, keepCurrentSession) => {
  const host = hosted({
    controllers: [OwnController],
    options: { production, changePassword: { keepCurrentSession }, throttle: {} },
  });
  const name = production ? '__Host-id' : 'id';

  it('writes and clears the cookies as the routes of the module do', async () => {
    const person = await host.people.person();
    const [own, ours] = [host.visitor(), host.visitor()];
    const { username } = person;
    const { setCookies } = await own.api('POST', '/own/login', { username, password: PASSWORD });
    const { setCookies: expected } = await ours.login({ username, password: PASSWORD });
    const shapeOf = (cookies: typeof setCookies) =>
      cookies.map((cookie) => [cookie.name, cookie.attributes]).toSorted();
    expect(shapeOf(setCookies)).toEqual(shapeOf(expected));
    expect(setCookies.map((cookie) => cookie.name)).toContain(name);
    expect(await own.isSignedIn()).toBe(true);

    expect((await own.api('POST', '/own/logout', {})).setCookies).toMatchObject([{ name, value: '' }]);
    expect(own.cookies.get(name)).toBeUndefined();
  });

  it('keeps the person signed in who changes the password, or signs them out', async () => {
    const person = await host.people.person();
    const visitor = await host.people.signIn(person);
    const stolen = visitor.twin();
    const fields = { old_password: PASSWORD, new_password: OTHER_PASSWORD };
    expect((await visitor.api('POST', '/own/password', fields)).status).toBe(200);
    expect(visitor.cookies.get(name) !== undefined).toBe(keepCurrentSession);
    expect(await visitor.isSignedIn()).toBe(keepCurrentSession);
    expect(await stolen.isSignedIn()).toBe(false);
  });
});
