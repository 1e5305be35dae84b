/** Injection token of the entity class of `sso_user` on the host's data source. */
export const USER_ENTITY = Symbol('nestjs-session-auth:user-entity');
