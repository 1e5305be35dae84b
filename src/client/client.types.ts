/** Fields of the application itself, and those of a captcha. */
interface OtherFields {
  [name: string]: unknown;
}

/** Fields of a login. */
export interface LoginFields extends OtherFields {
  username: string;
  password: string;
  /** Also sets this new password. */
  new_password?: string | undefined;
  /** Path to continue at. It is returned as `redirect_to` if it is on the application's own origin. */
  next?: string | undefined;
}

/** Fields of a registration. */
export interface RegistrationFields extends OtherFields {
  username: string;
  email?: string | null | undefined;
  password: string;
  /** @default `password` */
  confirm_password?: string | undefined;
}

/** Fields of a change of the user's own password. */
export interface ChangePasswordFields {
  old_password: string;
  new_password: string;
  /** @default `new_password` */
  confirm_new_password?: string | undefined;
}

/** The signed-in user. */
export interface ClientUser {
  user_id: string;
  username: string;
  email: string | null;
  display_name: string | null;
  is_super_user: boolean;
}

/** Fields of every successful answer. */
export interface Done {
  message: string;
  /** Path of the application to continue at; `null` = nowhere. */
  redirect_to: string | null;
}

/** Answer to a successful login. */
export interface Login extends Done {
  user: ClientUser;
  /** Whether the user has to change the password before anything else. */
  password_change_required: boolean;
  /** ISO 8601; `null` = never. */
  password_expires_at: string | null;
  password_about_to_expire: boolean;
  /** Token of a program. The client has stored it. */
  token?: string;
}

/** Answer to a successful registration. */
export interface Registration extends Done {
  user: Pick<ClientUser, 'user_id' | 'username' | 'email'>;
}

/** Answer to a changed password. */
export interface ChangedPassword extends Done {
  /** New token of a program whose session continues. The client has stored it. */
  token?: string;
}

/** How a session began. Instants are in ISO 8601. */
interface Traits {
  expires_at: string;
  authenticated_at: string;
  /** How the user proved who they are (RFC 8176). */
  amr: string[];
  remembered: boolean;
}

/** The current session. */
export interface CurrentSession extends Traits {
  user: ClientUser;
  max_expires_at: string;
  password_change_required: boolean;
}

/** One of the user's sessions. */
export interface SessionItem extends Traits {
  id: string;
  created_at: string;
  last_seen_at: string;
  remote_address: string | null;
  user_agent: string | null;
  /** Whether it is the current session. */
  current: boolean;
}

/** One page of the user's sessions. */
export interface SessionList {
  sessions: SessionItem[];
  page: number;
  page_size: number;
  pages: number;
  total: number;
}
