import type { AuthModuleOptions } from 'nestjs-session-auth';

const options: AuthModuleOptions = {
  secret: process.env.AUTH_SECRET,
  routes: { register: true, users: true },
  register: { userDefaults: { approvalStatus: 'approved' } },
};

/** The sample's options, with the JSON of `SAMPLE_OPTIONS` merged over them. */
export const authOptions = merge(
  options,
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
