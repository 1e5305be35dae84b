/** Absolute paths to your own Handlebars templates for the profile. */
export interface ProfileTemplates {
  /** The profile, where users see and change their own data. */
  profile?: string | undefined;
}
