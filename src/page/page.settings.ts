import type { Catalogue } from '../messages/catalogue.js';
import type { Styles } from './theme.js';

/** What pages need of the options. */
export abstract class PageSettings {
  abstract readonly production: boolean;
  abstract readonly messages: Catalogue;
  /** Code points. */
  abstract readonly password: { minLength: number; maxLength: number };
  /** Which routes there are. */
  abstract readonly routes: Readonly<Record<RouteName, boolean>>;
  abstract readonly routePrefix: string;
  abstract readonly options: {
    icon?: string | undefined;
    styles?: Partial<Styles> | undefined;
    darkStyles?: Partial<Styles> | false | undefined;
    login?: { redirectTo?: string | null | undefined } | undefined;
    logout?:
      | {
          redirectTo?: string | undefined;
          clearSiteData?: false | ('cache' | 'cookies' | 'storage')[] | undefined;
        }
      | undefined;
    register?: { redirectTo?: string | undefined } | undefined;
    changePassword?: { loginUrl?: string | undefined } | undefined;
  };
}

/** Routes that an application can leave out. */
export type RouteName = 'login' | 'logout' | 'changePassword' | 'sessions' | 'register' | 'users';
