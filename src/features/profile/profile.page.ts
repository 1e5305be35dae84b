import { Injectable } from '@nestjs/common';
import { NotAuthenticatedException } from '../../account/account.exceptions.js';
import { type AuthRequest, SESSION } from '../../http/auth-request.js';
import { UserBodies } from '../../http/user-bodies.js';
import {
  hidden,
  type PageContent,
  type PageContents,
  type PageDefinition,
} from '../../page/page.definition.js';
import { fingerprintOf } from '../../page/shown-values.js';
import { fieldTexts } from '../../page/user-fields.js';
import { ProfileForm } from './profile.input.js';

/** Finds the content of the page `profile`. */
@Injectable()
export class ProfileContents implements PageContents {
  constructor(private readonly bodies: UserBodies) {}

  async contentFor(_page: PageDefinition, request: AuthRequest): Promise<PageContent> {
    const user = request[SESSION]?.user;
    // The page of a request that the guards have refused shows nothing.
    if (!user) throw new NotAuthenticatedException();
    const values = fieldTexts(user, 'self');
    const shown = fingerprintOf(values, this.bodies.input(ProfileForm));
    return { email: user.email, values: { ...values, shown } };
  }
}

export const PROFILE_PAGE = {
  name: 'profile',
  path: 'profile',
  fields: { shown: hidden() },
  userFields: { author: 'self', isNew: false },
  link: { name: 'profile', for: 'signed-in' },
  contents: ProfileContents,
} as const satisfies PageDefinition;
