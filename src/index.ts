export { AuthModule } from './auth.module.js';
export type {
  AuthModuleAsyncOptions,
  AuthModuleOptions,
  AuthOptions,
  AuthOptionsFactory,
  AuthStaticOptions,
} from './auth.options.js';
export type { AuthRoutes, TemplatePaths } from './features/features.js';
export type { ChangePasswordOptions } from './features/change-password/change-password.options.js';
export type { LoginOptions } from './features/login/login.options.js';
export type { LogoutOptions } from './features/logout/logout.options.js';
export type { RegisterOptions } from './features/register/register.options.js';
export type { PageOptions } from './page/page.options.js';
export { authEntities, authEntitiesFor, authMigrations } from './auth.entities.js';
export { databaseFromUrl } from './database/database-url.js';

export { SsoUserService } from './account/sso-user.service.js';
export type { AuditPage, SessionPage, UserPage } from './account/sso-user.service.js';
export type { ChangedPassword } from './account/password-change.js';
export { type HookContext, LoginHooks, type Verdict } from './account/login.hooks.js';
export type { CreatedUser } from './account/new-accounts.js';
export type { ImportOutcome } from './account/user-import.js';
export type { LoginResult } from './account/sign-in.js';
export type {
  ChangePasswordInput,
  CreateSuperUserInput,
  CreateUserInput,
  FindUserInput,
  ImportOptions,
  ImportUserInput,
  LoginInput,
  PageInput,
  SearchAuditInput,
  SearchUsersInput,
  SignUpInput,
  UpdateCurrentUserInput,
  UpdateUserInput,
} from './account/user.inputs.js';
export { UserField, type UserFieldOptions, type UserFieldText } from './user/user-field.decorator.js';
export type { OwnFields } from './user/user-input.js';
export type { AppsOptions } from './account/apps.options.js';
export { SsoCaller } from './http/caller.decorator.js';
export type { UserSort } from './user/user-sort.js';
export { type ApprovalStatus, type SignUpStatus, SsoUser, SsoUserBase } from './user/sso-user.entity.js';

export type { AuthRequest, AuthResponse } from './http/auth-request.js';
export type { AuthenticatedSession } from './session/authenticated-session.js';
export { isAuthRoute } from './http/auth-route.js';
export { AuthGatewayFilter } from './page/gateway.filter.js';
export { CurrentSession, CurrentUser } from './http/session.decorators.js';
export { Requires, SignedIn, SuperUserOnly } from './page/signed-in.decorators.js';
export { SessionCookie } from './http/session.cookie.js';
export { TokenTransport } from './http/token.transport.js';
export type { SessionTransport } from './session/session.token.js';
export { SessionGuard, SuperUserGuard } from './http/session.guard.js';
export { PermissionGuard } from './http/permission.guard.js';
export { Permissions } from './http/permissions.js';
export { AllowAnonymous, AllowPasswordChangeRequired } from './http/session.marks.js';
export type { Duration } from './input/duration.js';
export type { SessionOptions } from './session/session.options.js';
export type { SessionsEnded } from './session/session.events.js';
export { SsoSession } from './session/sso-session.entity.js';

export type { Captcha, CaptchaSources, CaptchaWidget } from './http/captcha.js';
export { type CaptchaOptions, hCaptcha, reCaptchaV2, turnstile } from './http/captcha.providers.js';
export { CsrfGuard } from './http/csrf.guard.js';
export type {
  AccountLimit,
  AttemptLimit,
  ThrottleOptions,
  ThrottleStore,
} from './throttle/throttle.options.js';
export { CsrfTokens } from './http/csrf.tokens.js';
export { DeviceCookie } from './http/device.cookie.js';

export type { PasswordHasher } from './password/password-hasher.js';
export type { PasswordRule, PasswordRuleContext } from './password/password-rule.js';
export type { PasswordOptions } from './password/password.options.js';
export type { PasswordFailure, PasswordFailureCode } from './password/password-failure.js';
export type { PasswordContext } from './password/password.policy.js';
export { SsoPasswordHistory } from './password/sso-password-history.entity.js';
export type { AuditSink } from './audit/audit.sink.js';
export type { AuditOptions } from './audit/audit.options.js';
export type { AuditEventName } from './audit/audit.events.js';
export type { AuditAction, AuditOutcome } from './audit/audit.actions.js';
export { SsoAuditEvent } from './audit/sso-audit-event.entity.js';

export type { HostMessages, MessageKey, OwnKey } from './messages/message.js';
export { Notices } from './page/notices.js';
export type { PageUserField } from './page/user-fields.js';
export type { PageChoice, PageCrumb } from './page/page-items.js';
export type { PagePaths, PageSite, TemplateData } from './page/view-model.js';
export type { SiteLogos, SiteOptions } from './page/site.js';
export type { ContentSecurityPolicyOptions } from './page/content-security-policy.options.js';
export type { Styles } from './page/theme.js';

export { AuthException } from './errors/auth.exception.js';
export {
  AppNotAllowedException,
  CannotTargetSelfException,
  ConcurrentChangeException,
  IncorrectPasswordException,
  InvalidCredentialsException,
  LastSuperUserException,
  NotAuthenticatedException,
  PasswordExpiredException,
  PermissionDeniedException,
  RejectedByHookException,
  SuperUserRequiredException,
  SystemCallerRequiredException,
} from './account/account.exceptions.js';
export { DataConflictException, OutcomeUnknownException } from './database/database.exceptions.js';
export { ServiceUnavailableException } from './errors/service-unavailable.exception.js';
export { PasswordChangeRequiredException } from './features/change-password/change-password.exceptions.js';
export {
  BodyTooLargeException,
  CaptchaFailedException,
  CsrfFailedException,
  MalformedBodyException,
  MethodNotAllowedException,
  ReadOnlyException,
  UnsupportedMediaTypeException,
} from './http/http.exceptions.js';
export {
  InvalidFieldException,
  MissingFieldsException,
  PasswordsDoNotMatchException,
} from './input/input.exceptions.js';
export { PasswordPolicyException } from './password/password.exceptions.js';
export { SessionNotFoundException } from './session/session.exceptions.js';
export { TooManyAttemptsException } from './throttle/throttle.exceptions.js';
export {
  AccountInactiveException,
  AccountLockedException,
  AccountNotApprovedException,
  EmailTakenException,
  UserInUseException,
  UserNotFoundException,
  UsernameTakenException,
} from './user/user.exceptions.js';
export {
  type AuthErrorBody,
  type AuthErrorCode,
  authErrorStatus,
  type FieldError,
  type PasswordRuleCode,
} from './errors/auth.codes.js';
