import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant.js';

/** A password that a user once had; kept as far back as `password.history` looks, and the last one always. */
@Entity('sso_password_history')
export class SsoPasswordHistory {
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_sso_password_history' })
  id!: string;

  @ForeignKey('sso_user', { name: 'fk_sso_password_history_user', onDelete: 'CASCADE' })
  @Index('ix_sso_password_history_user_id')
  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @Column({ name: 'password_hash', type: 'varchar', length: 255, select: false })
  passwordHash!: string;

  /** When it was replaced. */
  @InstantColumn('replaced_at')
  replacedAt!: Date;
}
