export interface FieldError {
  field: string;
  code: string;
  message: string;
}

interface UserBody {
  user_id: string;
  username: string;
  email: string | null;
  display_name: string | null;
  email_verified_at: string | null;
  first_name: string | null;
  last_name: string | null;
  is_active: boolean;
  is_super_user: boolean;
  is_locked: boolean;
  locked_at: string | null;
  locked_by: string | null;
  approval_status: string;
  sign_up_status: string;
  must_change: boolean;
  password_expires_at: string | null;
  password_last_set: string | null;
  last_login: string | null;
  created_at: string;
  updated_at: string;
}

interface SessionBody {
  id: string;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  authenticated_at: string;
  amr: string[];
  remembered: boolean;
  remote_address: string | null;
  user_agent: string | null;
  current: boolean;
}

/** Everything an answer in JSON may carry, for whoever reads it. */
export interface Body extends Partial<UserBody> {
  statusCode?: number;
  code?: string;
  message?: string;
  errors?: FieldError[];
  redirect_to?: string;
  user?: UserBody;
  users?: UserBody[];
  page?: number;
  page_size?: number;
  pages?: number;
  total?: number;
  password?: string;
  token?: string;
  password_change_required?: boolean;
  password_about_to_expire?: boolean;
  expires_at?: string;
  max_expires_at?: string;
  authenticated_at?: string;
  amr?: string[];
  remembered?: boolean;
  sessions?: SessionBody[];
  revoked?: number;
}
