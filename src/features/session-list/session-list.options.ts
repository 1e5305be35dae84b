/** Absolute paths to your own Handlebars templates for the pages of sessions. */
export interface SessionTemplates {
  /** Your own sessions. */
  sessions?: string | undefined;
}
