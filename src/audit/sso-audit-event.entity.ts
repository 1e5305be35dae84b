import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AuthErrorCode, PasswordRuleCode } from '../errors/auth.codes.js';
import type { AuditAction, AuditOutcome } from './audit.actions.js';
import { InstantColumn } from '../database/instant.js';

/** Who did what to whom, and whether it succeeded. The row has no foreign keys, because it outlives the users that it names. */
@Entity('sso_audit_event')
export class SsoAuditEvent {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_sso_audit_event' })
  id!: string;

  /** Id of the user who acted, or `system:<name>`; `null` if nobody was signed in. */
  @Index('ix_sso_audit_event_actor')
  @Column({ name: 'actor', type: 'varchar', length: 160, nullable: true })
  actor!: string | null;

  /** Id of the user whom the action is about. */
  @Index('ix_sso_audit_event_target')
  @Column({ name: 'target', type: 'varchar', length: 160, nullable: true })
  target!: string | null;

  @Column({ name: 'action', type: 'varchar', length: 64 })
  action!: AuditAction;

  @Column({ name: 'outcome', type: 'varchar', length: 16 })
  outcome!: AuditOutcome;

  /** Code of the exception; `null` if the action succeeded. */
  @Column({ name: 'code', type: 'varchar', length: 64, nullable: true })
  code!: AuthErrorCode | PasswordRuleCode | null;

  /** Further details: for a login, the methods by which the person signed in (RFC 8176). Never an address or a token. */
  @Column({ name: 'detail', type: 'varchar', length: 255, nullable: true })
  detail!: string | null;

  /** Id of the user on whose behalf the actor acted. */
  @Column({ name: 'on_behalf', type: 'varchar', length: 160, nullable: true })
  onBehalf!: string | null;

  @Column({ name: 'app', type: 'varchar', length: 128, nullable: true })
  app!: string | null;

  @Index('ix_sso_audit_event_remote_address')
  @Column({ name: 'remote_address', type: 'varchar', length: 45, nullable: true })
  remoteAddress!: string | null;

  @Column({ name: 'user_agent', type: 'varchar', length: 255, nullable: true })
  userAgent!: string | null;

  @Column({ name: 'correlation_id', type: 'varchar', length: 128, nullable: true })
  correlationId!: string | null;

  @Index('ix_sso_audit_event_at')
  @InstantColumn('at')
  at!: Date;
}
