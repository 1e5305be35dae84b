import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn } from '../database/instant.js';
import { maySignIn } from './account-state.js';
import { UserField } from './user-field.decorator.js';

export const APPROVAL_STATUSES = ['approved', 'rejected', 'before_decision'] as const;

/** Decision of a super-user about an account. */
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

export const SIGN_UP_STATUSES = ['before_confirmation', 'final'] as const;

/** Progress of a sign-up. */
export type SignUpStatus = (typeof SIGN_UP_STATUSES)[number];

/**
 * The columns of a user that this module needs. Extend the class to add columns, and mark those with `@UserField()` that
 * people or super-users fill in:
 *
 * @example
 * \@Entity('sso_user')
 * export class Member extends SsoUserBase {
 *   \@UserField({ profile: true })
 *   \@Column({ type: 'varchar', length: 50, nullable: true })
 *   nickname: string | null;
 * }
 */
export abstract class SsoUserBase {
  /** UUID version 7 (RFC 9562); `user_id` in JSON. */
  @PrimaryColumn({ name: 'id', type: 'uuid', primaryKeyConstraintName: 'pk_sso_user' })
  id!: string;

  /** User name as it was typed; 1 to 128 code points. */
  @Column({ name: 'username', type: 'varchar', length: 128 })
  username!: string;

  /** User name in NFKC and lower case. It is unique, and logins look it up. */
  @Index('uq_sso_user_username_key', { unique: true })
  @Column({ name: 'username_key', type: 'varchar', length: 255 })
  usernameKey!: string;

  @Column({ name: 'email', type: 'varchar', length: 254, nullable: true })
  email!: string | null;

  /** Email address in NFKC and lower case. */
  @Index('uq_sso_user_email_key', { unique: true })
  @Column({ name: 'email_key', type: 'varchar', length: 255, nullable: true })
  emailKey!: string | null;

  /** Time at which the address was last verified; `null` if never, or only for an earlier address. */
  @InstantColumn('email_verified_at', { nullable: true })
  emailVerifiedAt!: Date | null;

  @UserField({ label: 'field.display_name', profile: true })
  @Column({ name: 'display_name', type: 'varchar', length: 255, nullable: true })
  displayName!: string | null;

  /** Display name in NFKC and lower case, for searches. */
  @Column({ name: 'display_name_key', type: 'varchar', length: 255, nullable: true, select: false })
  displayNameKey!: string | null;

  @UserField({ label: 'field.first_name', profile: true })
  @Column({ name: 'first_name', type: 'varchar', length: 255, nullable: true })
  firstName!: string | null;

  @UserField({ label: 'field.last_name', profile: true })
  @Column({ name: 'last_name', type: 'varchar', length: 255, nullable: true })
  lastName!: string | null;

  /** Only selected by a query that names it; `null` if the account has no password, so that nobody can log in with one. */
  @Column({ name: 'password_hash', type: 'varchar', length: 255, nullable: true, select: false })
  passwordHash!: string | null;

  /** Grows by one with every change of the password, which ends sessions of earlier versions. */
  @Column({ name: 'password_version', type: 'int' })
  passwordVersion!: number;

  @InstantColumn('password_last_set')
  passwordLastSet!: Date;

  /** Time from which the password is expired; `null` if it never expires. */
  @InstantColumn('password_expires_at', { nullable: true })
  passwordExpiresAt!: Date | null;

  /** Whether a new password must be chosen before anything else. */
  @Column({ name: 'password_must_change', type: 'boolean' })
  passwordMustChange!: boolean;

  @Column({ name: 'is_active', type: 'boolean' })
  isActive!: boolean;

  @Column({ name: 'is_super_user', type: 'boolean' })
  isSuperUser!: boolean;

  @Column({ name: 'is_locked', type: 'boolean' })
  isLocked!: boolean;

  @InstantColumn('locked_at', { nullable: true })
  lockedAt!: Date | null;

  /** Id of the super-user who locked the account, or the name of the system caller. */
  @Column({ name: 'locked_by', type: 'varchar', length: 128, nullable: true })
  lockedBy!: string | null;

  @Column({ name: 'approval_status', type: 'varchar', length: 20 })
  approvalStatus!: ApprovalStatus;

  @Column({ name: 'sign_up_status', type: 'varchar', length: 20 })
  signUpStatus!: SignUpStatus;

  @InstantColumn('last_login', { nullable: true })
  lastLogin!: Date | null;

  /** Language of the last login (BCP 47); `null` if no login has named one. */
  @Column({ name: 'language', type: 'varchar', length: 35, nullable: true })
  language!: string | null;

  @InstantColumn('created_at')
  createdAt!: Date;

  @InstantColumn('updated_at')
  updatedAt!: Date;

  /** Whether the account may sign in; one that may not has no live session. */
  get isOpen(): boolean {
    return maySignIn(this);
  }
}

/** The user of a host that adds no columns. */
@Entity('sso_user')
export class SsoUser extends SsoUserBase {}
