import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { CsrfGuard, SignedIn, SsoCaller } from 'nestjs-session-auth';
import { MyPasswordService } from './my-password.service.js';

@Controller('my-password')
@SignedIn()
@UseGuards(CsrfGuard)
export class MyPasswordController {
  constructor(private readonly myPassword: MyPasswordService) {}

  @Post()
  @HttpCode(200)
  async change(
    @Body('old_password') oldPassword: string,
    @Body('new_password') newPassword: string,
    @SsoCaller() caller: SsoCaller,
  ) {
    await this.myPassword.change(oldPassword, newPassword, caller);
    return { message: 'password changed' };
  }
}
