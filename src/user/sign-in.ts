import { Injectable } from '@nestjs/common';
import {
  AccountInactiveException,
  AccountLockedException,
  AccountNotApprovedException,
  InvalidCredentialsException,
  PasswordExpiredException,
} from '../auth.exceptions.js';
import { AuditLog } from '../audit/audit.log.js';
import { Database } from '../database/database.js';
import { isAboutToExpire, isExpired } from '../password/password-expiry.js';
import { PasswordOptions } from '../password/password.options.js';
import { PasswordService } from '../password/password.service.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';
import { SessionService } from '../session/session.service.js';
import { Actor } from './authority.js';
import type { SsoCaller } from './caller.js';
import { PasswordChange } from './password-change.js';
import type { SsoUserBase } from './sso-user.entity.js';
import type { LoginInput } from './user.inputs.js';
import { UserStore } from './user.store.js';

/** A login that succeeded. */
export interface LoginResult<User extends SsoUserBase = SsoUserBase> {
  session: AuthenticatedSession<User>;
  /** What belongs into the cookie; it is stored nowhere. */
  token: string;
  user: User;
  /** The session reaches little more than changing the password. */
  passwordChangeRequired: boolean;
  passwordExpiresAt: Date | null;
  /** The password expires within `password.aboutToExpireThreshold` days. */
  passwordAboutToExpire: boolean;
}

/** Logs a user in: one verification whatever happens, then the account's state, then a session. */
@Injectable()
export class SignIn<User extends SsoUserBase = SsoUserBase> {
  constructor(
    private readonly database: Database,
    private readonly users: UserStore<User>,
    private readonly sessions: SessionService<User>,
    private readonly passwords: PasswordService,
    private readonly change: PasswordChange<User>,
    private readonly audit: AuditLog,
    private readonly options: PasswordOptions,
  ) {}

  async login(
    { username, password, newPassword }: LoginInput,
    caller: SsoCaller,
  ): Promise<LoginResult<User>> {
    const user = await this.users.findByUsername(username);
    // Also for nobody, so that the time does not tell who has an account.
    const isRight = await this.passwords.verify(password, user?.passwordHash);
    if (!user || !isRight) throw new InvalidCredentialsException();
    refuseClosed(user);

    const newHash =
      newPassword === undefined ? undefined : await this.change.acceptedFor(user, newPassword, password);
    const upgrade =
      newHash === undefined && this.passwords.needsRehash(user.passwordHash)
        ? await this.passwords.hash(password)
        : undefined;

    const { token, session } = await this.database.transaction(async (manager) => {
      const current =
        newHash === undefined ? user : await this.change.store(manager, user, newHash, { mustChange: false });
      const lastLogin = new Date();
      const passwordHash = upgrade === undefined ? {} : { passwordHash: upgrade };
      if (
        !(await this.users.update(manager, user.id, { lastLogin, ...passwordHash }, current.passwordVersion))
      ) {
        // Changed or deleted while the hash ran: the password that was right is so no more.
        throw new InvalidCredentialsException();
      }
      await this.sessions.endByToken(manager, caller.token);
      const opened = await this.sessions.open(manager, this.users.updated(current, { lastLogin }), caller);
      if (newHash !== undefined) {
        await this.audit.success(manager, new Actor(user.id, null, caller).doing('password.change', user.id));
      }
      return opened;
    });

    const { passwordExpiresAt } = session.user;
    return {
      session,
      token,
      user: session.user,
      passwordChangeRequired: session.passwordChangeRequired,
      passwordExpiresAt,
      passwordAboutToExpire: isAboutToExpire(
        passwordExpiresAt,
        this.options.aboutToExpireThreshold,
        session.createdAt,
      ),
    };
  }
}

/** Only after the right password: a stranger must not learn the state of an account. */
function refuseClosed(user: SsoUserBase): void {
  if (user.isLocked) throw new AccountLockedException();
  if (!user.isActive || user.signUpStatus !== 'final') throw new AccountInactiveException();
  if (user.approvalStatus !== 'approved') throw new AccountNotApprovedException();
  if (user.passwordMustChange && isExpired(user.passwordExpiresAt, new Date()))
    throw new PasswordExpiredException();
}
