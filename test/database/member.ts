import { Column, Entity } from 'typeorm';
import { SsoUserBase } from '../../src/index.js';

/** The user of a host that wants to know more of its people. */
@Entity('sso_user')
export class Member extends SsoUserBase {
  @Column({ name: 'nickname', type: 'varchar', length: 50, nullable: true })
  nickname!: string | null;
}
