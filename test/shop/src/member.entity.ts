import { IsOptional, Matches, MaxLength } from 'class-validator';
import { SsoUserBase, UserField } from 'nestjs-session-auth';
import { Column, Entity } from 'typeorm';

/** A customer of the shop. */
@Entity('sso_user')
export class Member extends SsoUserBase {
  @UserField({ label: 'own.phone', help: 'own.phone_help', register: true, profile: true, input: 'tel' })
  @IsOptional()
  @Matches(/^\+?[\d ]{6,20}$/, { message: 'own.phone_wrong' })
  @Column({ type: 'varchar', length: 40, nullable: true })
  phone!: string | null;

  /** Only super-users see and change it. */
  @UserField({ label: 'own.remark' })
  @IsOptional()
  @MaxLength(200)
  @Column({ type: 'varchar', length: 200, nullable: true })
  remark!: string | null;
}
