import { documented } from '../../openapi/route-doc.js';
import { AuditController } from './audit.controller.js';
import { AUDIT_DOC } from './audit.doc.js';
import { AUDIT_PAGE, AuditContents } from './audit.page.js';

export const AUDIT_LOG = {
  route: 'audit',
  controllers: [documented(AuditController, AUDIT_DOC)],
  providers: [AuditContents],
  pages: [AUDIT_PAGE],
} as const;
