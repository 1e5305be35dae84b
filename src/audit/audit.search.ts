import {
  Between,
  type FindOperator,
  type FindOptionsWhere,
  IsNull,
  LessThanOrEqual,
  MoreThanOrEqual,
  Not,
} from 'typeorm';
import { addressText } from '../database/column-text.js';
import type { AuditAction, AuditOutcome } from './audit.actions.js';
import type { SsoAuditEvent } from './sso-audit-event.entity.js';

/** Which events, and which page of them: those that meet every condition given. */
export interface AuditSearch {
  /** Id of the user whom they concern. */
  target?: string | undefined;
  /** Id of a user whom they concern, or who acted. */
  involved?: string | undefined;
  /** Whether they name anybody. */
  known?: boolean | undefined;
  action?: AuditAction | undefined;
  outcome?: AuditOutcome | undefined;
  remoteAddress?: string | undefined;
  /** The first instant. */
  since?: Date | undefined;
  /** The last instant. */
  until?: Date | undefined;
  page: number;
  pageSize: number;
}

type Where = FindOptionsWhere<SsoAuditEvent>;

/** The alternatives of which an event has to meet one; none = no event can. */
export function auditConditions(search: AuditSearch): Where[] {
  const { action, outcome, remoteAddress, since, until } = search;
  const at = period(since, until);
  const common: Where = {
    ...(action !== undefined && { action }),
    ...(outcome !== undefined && { outcome }),
    ...(remoteAddress !== undefined && { remoteAddress: addressText(remoteAddress) ?? IsNull() }),
    ...(at && { at }),
  };
  return people(search).map((one) => ({ ...one, ...common }));
}

function people({ target, involved, known }: AuditSearch): Where[] {
  if (target !== undefined) return [{ target }];
  if (involved !== undefined) return known === false ? [] : [{ target: involved }, { actor: involved }];
  if (known === undefined) return [{}];
  return known
    ? [{ target: Not(IsNull()) }, { actor: Not(IsNull()) }]
    : [{ target: IsNull(), actor: IsNull() }];
}

function period(since: Date | undefined, until: Date | undefined): FindOperator<Date> | undefined {
  if (since && until) return Between(since, until);
  if (since) return MoreThanOrEqual(since);
  return until && LessThanOrEqual(until);
}
