import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { CsrfGuard, SsoCaller, SuperUserOnly } from 'nestjs-session-auth';
import { SupportService } from './support.service.js';

@Controller('support')
@SuperUserOnly()
@UseGuards(CsrfGuard)
export class SupportController {
  constructor(private readonly support: SupportService) {}

  @Post('password')
  @HttpCode(200)
  async password(
    @Body('user_id') userId: string,
    @Body('new_password') newPassword: string,
    @Body('password_expiry') days: number | undefined,
    @SsoCaller() caller: SsoCaller,
  ) {
    await this.support.giveTemporaryPassword(userId, newPassword, days ?? 3, caller);
    return { message: 'password changed' };
  }
}
