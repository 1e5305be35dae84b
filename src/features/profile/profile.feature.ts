import { documented } from '../../openapi/route-doc.js';
import { ProfileController } from './profile.controller.js';
import { PROFILE_DOC } from './profile.doc.js';
import { PROFILE_PAGE, ProfileContents } from './profile.page.js';

export const PROFILE = {
  route: 'profile',
  controllers: [documented(ProfileController, PROFILE_DOC)],
  providers: [ProfileContents],
  pages: [PROFILE_PAGE],
} as const;
