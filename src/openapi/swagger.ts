/** `@nestjs/swagger`, of which nothing but types is imported: a host need not have it. */
export type Swagger = typeof import('@nestjs/swagger');
