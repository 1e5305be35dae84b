import { Injectable } from '@nestjs/common';
import { type SsoCaller, SsoUserService } from 'nestjs-session-auth';

/** The current user changes their own password. */
@Injectable()
export class MyPasswordService {
  constructor(private readonly users: SsoUserService) {}

  /** @returns the new token of the caller's session, where it does not end */
  async change(oldPassword: string, newPassword: string, caller: SsoCaller): Promise<string | undefined> {
    const { token } = await this.users.changePassword({ oldPassword, newPassword }, caller);
    return token;
  }
}
