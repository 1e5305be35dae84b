import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SsoUserService } from 'nestjs-session-auth';

/** Makes the first super-user when the database has none. */
@Injectable()
export class Seeder implements OnApplicationBootstrap {
  /** What to tell the person who has started the sample. */
  news = '';

  constructor(private readonly users: SsoUserService) {}

  async onApplicationBootstrap(): Promise<void> {
    const caller = SsoUserService.system('sample');
    const { total } = await this.users.searchUsers({ superUser: true, pageSize: 1 }, caller);
    if (total > 0) {
      return;
    }
    const username = process.env.SAMPLE_SUPERUSER_USERNAME || 'admin';
    const chosen = process.env.SAMPLE_SUPERUSER_PASSWORD || undefined;
    const { password } = await this.users.createSuperUser({ username, password: chosen }, caller);
    this.news = password
      ? `\nLog in as ${username}, with a password that is not shown again: ${password}`
      : `\nLog in as ${username}, with the password of SAMPLE_SUPERUSER_PASSWORD.`;
  }
}
