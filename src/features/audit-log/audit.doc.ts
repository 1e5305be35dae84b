import { SearchAuditInput } from '../../account/user.inputs.js';
import { FOUND_EVENTS } from '../../account/user.json.js';
import { type ControllerDoc, SUPER_USER, TO_MEND } from '../../openapi/route-doc.js';
import type { AuditController } from './audit.controller.js';

export const AUDIT_DOC: ControllerDoc<AuditController> = {
  tag: 'Auth users',
  routes: {
    search: {
      summary: 'What was recorded of all users, the latest first, in pages; HTML where that is preferred',
      query: SearchAuditInput,
      session: true,
      answer: FOUND_EVENTS,
      media: 'text/html',
      redirect: TO_MEND,
      refusals: [...SUPER_USER, 'invalid_field'],
    },
  },
};
