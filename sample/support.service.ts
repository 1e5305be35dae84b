import { Injectable } from '@nestjs/common';
import { type SsoCaller, SsoUserService } from 'nestjs-session-auth';

/** A super-user gives another user a temporary password. */
@Injectable()
export class SupportService {
  constructor(private readonly users: SsoUserService) {}

  /** @param days how long the temporary password may be used to log in and choose an own one */
  async giveTemporaryPassword(
    userId: string,
    newPassword: string,
    days: number,
    caller: SsoCaller,
  ): Promise<void> {
    await this.users.changePassword({ userId, newPassword, mustChange: true, passwordExpiry: days }, caller);
  }
}
