/** Absolute path to your own Handlebars template for the page of the audit log. */
export interface AuditLogTemplates {
  /** The audit log of all users. */
  audit?: string | undefined;
}
