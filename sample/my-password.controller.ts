import { Body, Controller, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import type { Response } from 'express';
import { CsrfGuard, SessionCookie, SignedIn, SsoCaller } from 'nestjs-session-auth';
import { MyPasswordService } from './my-password.service.js';

@Controller('my-password')
@SignedIn()
@UseGuards(CsrfGuard)
export class MyPasswordController {
  constructor(
    private readonly myPassword: MyPasswordService,
    private readonly cookie: SessionCookie,
  ) {}

  @Post()
  @HttpCode(200)
  async change(
    @Body('old_password') oldPassword: string,
    @Body('new_password') newPassword: string,
    @SsoCaller() caller: SsoCaller,
    @Res({ passthrough: true }) response: Response,
  ) {
    const token = await this.myPassword.change(oldPassword, newPassword, caller);
    // The former token is dead. There is a new one only with `changePassword.keepCurrentSession`.
    if (token === undefined) this.cookie.clear(response);
    else this.cookie.write(response, token);
    return { message: 'password changed' };
  }
}
