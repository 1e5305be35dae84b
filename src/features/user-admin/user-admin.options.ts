/** Absolute paths to your own Handlebars templates for the pages of super-users. */
export interface UserAdminTemplates {
  /** The list of users. */
  users?: string | undefined;
  /** The form for a new user. */
  'create-user'?: string | undefined;
  /** One user, with their sessions and audit events. */
  user?: string | undefined;
  /** The question before a user is deleted. */
  'delete-user'?: string | undefined;
  /** The form that sets the password of a user, and a password that was generated. */
  'user-password'?: string | undefined;
}
