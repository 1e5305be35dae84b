/** Absolute path to your own Handlebars template for the page of the audit log. */
export interface AuditLogTemplates {
  /** What was recorded of all users. */
  audit?: string | undefined;
}
