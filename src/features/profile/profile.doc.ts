import { PROFILE } from '../../account/user.json.js';
import { CALLER, type ControllerDoc, FIELDS, TO_MEND, UNSAFE } from '../../openapi/route-doc.js';
import type { ProfileController } from './profile.controller.js';
import { ProfileForm } from './profile.input.js';

export const PROFILE_DOC: ControllerDoc<ProfileController> = {
  tag: 'Auth',
  routes: {
    show: {
      summary: 'Your own profile; HTML where that is preferred',
      session: true,
      answer: PROFILE,
      media: 'text/html',
      redirect: TO_MEND,
      refusals: CALLER,
    },
    update: {
      summary: 'Changes your own names, and the fields of the application',
      description: 'A field that is absent stays as it is; `null`, or an empty field of a form, empties it.',
      body: ProfileForm,
      session: true,
      answer: PROFILE,
      redirect: 'After a form: to the profile.',
      refusals: [...UNSAFE, ...CALLER, ...FIELDS, 'conflict'],
    },
  },
};
