import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant.js';

/** An earlier password of a user. As many are kept as `password.history` needs, and always the last one. */
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

  /** Time at which the password was replaced. */
  @InstantColumn('replaced_at')
  replacedAt!: Date;
}
