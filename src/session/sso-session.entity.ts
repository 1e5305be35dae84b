import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant.js';

/** One signed-in browser or client. The token itself is never stored. */
@Entity('sso_session')
export class SsoSession {
  /** Public; names the session in lists and when it is ended. */
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_sso_session' })
  id!: string;

  /** SHA-256 of the token, in hexadecimal. */
  @Index('uq_sso_session_token_hash', { unique: true })
  @Column({ name: 'token_hash', type: 'varchar', length: 64, select: false })
  tokenHash!: string;

  // By table name, so that it points at whichever class the host registers for `sso_user`.
  @ForeignKey('sso_user', { name: 'fk_sso_session_user', onDelete: 'CASCADE' })
  @Index('ix_sso_session_user_id')
  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @Column({ name: 'password_version', type: 'int' })
  passwordVersion!: number;

  @InstantColumn('created_at')
  createdAt!: Date;

  /** Written together with a sliding extension, so it is exact to half of `session.expiry`. */
  @InstantColumn('last_seen_at')
  lastSeenAt!: Date;

  @Index('ix_sso_session_expires_at')
  @InstantColumn('expires_at')
  expiresAt!: Date;

  @InstantColumn('max_expires_at')
  maxExpiresAt!: Date;

  /** When the person last proved who they are. */
  @InstantColumn('authenticated_at')
  authenticatedAt!: Date;

  /** How they did: values of RFC 8176 with a blank between them; `pwd` = by a password. */
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
