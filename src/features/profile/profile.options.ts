/** Absolute paths to your own Handlebars templates for the profile. */
export interface ProfileTemplates {
  /** What users see and change of themselves. */
  profile?: string | undefined;
}
