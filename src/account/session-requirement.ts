import { Inject, Injectable } from '@nestjs/common';
import type { AuthErrorCode } from '../errors/auth.codes.js';
import type { SessionRequirementException } from './account.exceptions.js';
import type { MessageKey } from '../messages/message.js';
import type { AuthenticatedSession } from '../session/authenticated-session.js';

/** Something that a signed-in person has to do before anything else. */
export interface SessionRequirement {
  /** That of the refusal. A handler is opened to those who have it to do by this code. */
  readonly code: AuthErrorCode;
  /** The page of this module where it is done: its path below the prefix, for instance `change-password`. */
  readonly path: string;
  /** What a link to that page says. */
  readonly title: MessageKey;
  /** What that page says while it is to be done. */
  readonly notice: MessageKey;
  isDue(session: AuthenticatedSession): boolean;
  /** What refuses everything else. */
  refusal(): SessionRequirementException;
}

/** The token of the list of all requirements, in the order in which they are to be met. */
export const SESSION_REQUIREMENTS = Symbol('nestjs-session-auth:session-requirements');

/** What signed-in people have to do first. Guards, `Authority`, redirects and links ask here. */
@Injectable()
export class SessionRequirements {
  constructor(@Inject(SESSION_REQUIREMENTS) private readonly all: readonly SessionRequirement[]) {}

  /**
   * What the person has to do now. Of several it is the first one alone, or the page of each would be refused because of
   * another.
   */
  dueOf(session: AuthenticatedSession): SessionRequirement | undefined {
    return this.all.find((requirement) => requirement.isDue(session));
  }

  /** The requirement that a refusal is about. */
  behind({ code }: SessionRequirementException): SessionRequirement | undefined {
    return this.all.find((requirement) => requirement.code === code);
  }

  /**
   * Refuses a person who has something to do first.
   *
   * @param except the code of what does not count, because it is just being done
   * @throws SessionRequirementException
   */
  assertNoneDue(session: AuthenticatedSession, except?: AuthErrorCode): void {
    const due = this.dueOf(session);
    if (due && due.code !== except) throw due.refusal();
  }
}
