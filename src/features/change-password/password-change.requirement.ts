import { Injectable } from '@nestjs/common';
import type { SessionRequirement } from '../../account/session-requirement.js';
import { PasswordChangeRequiredException } from './change-password.exceptions.js';
import type { AuthenticatedSession } from '../../session/authenticated-session.js';

/** A new password: a super-user wants one, or the old one has expired. */
@Injectable()
export class PasswordChangeRequirement implements SessionRequirement {
  readonly code = 'password_change_required';
  readonly path = 'change-password';
  readonly title = 'change_password.title';
  readonly notice = 'notice.password_change_required';

  isDue({ passwordChangeRequired }: AuthenticatedSession): boolean {
    return passwordChangeRequired;
  }

  refusal(): PasswordChangeRequiredException {
    return new PasswordChangeRequiredException();
  }
}
