export const AUDIT_ACTIONS = [
  'login',
  'logout',
  'password.change',
  'password.reset',
  'user.register',
  'user.create',
  'user.import',
  'user.update',
  'user.role',
  'user.lock',
  'user.unlock',
  'user.approve',
  'user.reject',
  'user.delete',
  'session.revoke',
  'access',
] as const;

/** Actions that are recorded. */
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export const AUDIT_OUTCOMES = ['success', 'failure'] as const;

/** Whether an action succeeded. */
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];
