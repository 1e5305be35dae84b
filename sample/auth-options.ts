import { join } from 'node:path';
import type { AuthModuleOptions } from 'nestjs-session-auth';
import { home } from './home.js';
import { redis } from './redis.js';

const options: AuthModuleOptions = {
  secret: process.env.AUTH_SECRET,
  routes: { register: true, profile: true, users: true, audit: true },
  register: { userDefaults: { approvalStatus: 'approved' } },
  throttle: redis ? { store: { type: 'redis', client: redis } } : {},
};

/** A layout around all pages, a login page and texts, all of the sample's own; see `SAMPLE_TEMPLATES`. */
const ownPages: AuthModuleOptions = {
  layoutPath: join(home, 'views', 'auth', 'layout.hbs'),
  login: { templatePath: join(home, 'views', 'auth', 'login.hbs') },
  messages: {
    en: { 'own.welcome': 'Welcome back', 'own.home': 'Back to the sample' },
    de: { 'own.welcome': 'Willkommen zurück', 'own.home': 'Zurück zum Beispiel' },
  },
};

/** The sample's options, with the JSON of `SAMPLE_OPTIONS` merged over them. */
export const authOptions = merge(
  process.env.SAMPLE_TEMPLATES === 'own' ? merge(options, ownPages) : options,
  JSON.parse(process.env.SAMPLE_OPTIONS || '{}'),
) as AuthModuleOptions;

function merge(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) {
    return over;
  }
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    merged[key] = merge(merged[key], value);
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
