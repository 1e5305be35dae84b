/** Fields of the application's own, and those of a captcha. */
interface OtherFields {
  [name: string]: unknown;
}

/** What a login takes. */
export interface LoginFields extends OtherFields {
  username: string;
  password: string;
  /** Changes the password in the same step. */
  new_password?: string | undefined;
  /** Where to go on; comes back as `redirect_to` if it is of the application's own origin. */
  next?: string | undefined;
}

/** What a registration takes. */
export interface RegistrationFields extends OtherFields {
  username: string;
  email?: string | null | undefined;
  password: string;
  /** @default `password` */
  confirm_password?: string | undefined;
}

/** What a change of the own password takes. */
export interface ChangePasswordFields {
  old_password: string;
  new_password: string;
  /** @default `new_password` */
  confirm_new_password?: string | undefined;
}

/** Who is signed in. */
export interface ClientUser {
  user_id: string;
  username: string;
  email: string | null;
  display_name: string | null;
  is_super_user: boolean;
}

/** What every success says. */
export interface Done {
  message: string;
  /** A path of the application. */
  redirect_to: string | null;
}

/** A login that succeeded. */
export interface Login extends Done {
  user: ClientUser;
  /** The session reaches little more than changing the password. */
  password_change_required: boolean;
  /** ISO 8601; `null` = never. */
  password_expires_at: string | null;
  password_about_to_expire: boolean;
  /** Of a program; the client has kept it. */
  token?: string;
}

/** A registration that succeeded. */
export interface Registration extends Done {
  user: Pick<ClientUser, 'user_id' | 'username' | 'email'>;
}

/** A password that was changed. */
export interface ChangedPassword extends Done {
  /** Of a program whose session goes on; the client has kept it. */
  token?: string;
}

/** How a session came about; instants are in ISO 8601. */
interface Traits {
  expires_at: string;
  authenticated_at: string;
  /** RFC 8176. */
  amr: string[];
  remembered: boolean;
}

/** The session that asks. */
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
  /** Whether it is the one that asks. */
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
