import { join } from 'node:path';
import { ConfigModule, ConfigService } from '@nestjs/config';
import type { AuthModuleAsyncOptions } from 'nestjs-session-auth';
import { Member } from './member.entity.js';
import { texts } from './texts.js';

export const authConfig: AuthModuleAsyncOptions = {
  imports: [ConfigModule],
  inject: [ConfigService],
  useFactory: (config: ConfigService) => ({
    secret: config.getOrThrow<string>('AUTH_SECRET'),
    language: 'de',
    messages: { de: texts, en: texts },
    site: { name: 'Buchladen', logo: join(import.meta.dirname, '..', 'logo.svg'), url: '/' },
    register: { userDefaults: { approvalStatus: 'approved' } },
    audit: { retention: '365d' },
  }),
  userEntity: Member,
  protect: 'all',
  routes: { register: true, users: true, profile: true },
};
