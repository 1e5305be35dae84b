import { Injectable } from '@nestjs/common';
import { type SsoCaller, SsoUserService } from 'nestjs-session-auth';

/** The current user changes the own password. */
@Injectable()
export class MyPasswordService {
  constructor(private readonly users: SsoUserService) {}

  async change(oldPassword: string, newPassword: string, caller: SsoCaller): Promise<void> {
    await this.users.changePassword({ oldPassword, newPassword }, caller);
  }
}
