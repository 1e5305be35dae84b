import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant.js';

/** One signed-in browser or program. The token itself is not stored. */
@Entity('sso_session')
export class SsoSession {
  /** Public id, which names the session in lists and when it is ended. */
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_sso_session' })
  id!: string;

  /** SHA-256 of the token, in hexadecimal. */
  @Index('uq_sso_session_token_hash', { unique: true })
  @Column({ name: 'token_hash', type: 'varchar', length: 64, select: false })
  tokenHash!: string;

  // Refers to the table name, so that it fits every class that the host registers for `sso_user`.
  @ForeignKey('sso_user', { name: 'fk_sso_session_user', onDelete: 'CASCADE' })
  @Index('ix_sso_session_user_id')
  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @Column({ name: 'password_version', type: 'int' })
  passwordVersion!: number;

  @InstantColumn('created_at')
  createdAt!: Date;

  /** Time of the last request, exact to half of `session.expiry`, because it is written together with an extension. */
  @InstantColumn('last_seen_at')
  lastSeenAt!: Date;

  @Index('ix_sso_session_expires_at')
  @InstantColumn('expires_at')
  expiresAt!: Date;

  @InstantColumn('max_expires_at')
  maxExpiresAt!: Date;

  /** Time at which the person last proved who they are. */
  @InstantColumn('authenticated_at')
  authenticatedAt!: Date;

  /** Methods that proved it, separated by spaces (RFC 8176); `pwd` is a password. */
  @Column({ name: 'amr', type: 'varchar', length: 64 })
  amr!: string;

  /** Whether the person asked to stay signed in. */
  @Column({ name: 'remembered', type: 'boolean' })
  remembered!: boolean;

  @Column({ name: 'remote_address', type: 'varchar', length: 45, nullable: true })
  remoteAddress!: string | null;

  @Column({ name: 'user_agent', type: 'varchar', length: 255, nullable: true })
  userAgent!: string | null;
}
