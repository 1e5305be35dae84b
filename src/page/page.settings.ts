import type { Type } from '@nestjs/common';
import type { SsoUserBase } from '../user/sso-user.entity.js';
import type { Catalogue } from '../messages/catalogue.js';
import type { PageSources } from './content-security-policy.options.js';
import type { Site } from './site.js';
import type { Styles } from './theme.js';

/** What pages need of the options. */
export abstract class PageSettings {
  abstract readonly production: boolean;
  /** The class of the users, whose fields forms ask for. */
  abstract readonly userEntity: Type<SsoUserBase>;
  abstract readonly messages: Catalogue;
  /** Code points. */
  abstract readonly password: { minLength: number; maxLength: number };
  abstract readonly routePrefix: string;
  /** What the pages name at their top. */
  abstract readonly site: Site;
  /** What the pages may load from other origins. */
  abstract readonly sources: PageSources;
  abstract readonly options: {
    icon?: string | undefined;
    styles?: Partial<Styles> | undefined;
    darkStyles?: Partial<Styles> | false | undefined;
    /** `redirectTo`: where a login leads; `null` = nowhere. */
    login?: { redirectTo?: string | null | undefined } | undefined;
    /** `loginUrl`: where people log in, if not on the page of the login. */
    changePassword?: { loginUrl?: string | undefined } | undefined;
  };
}
