import { Validator } from '@seriousme/openapi-schema-validator';
import { Controller, Post } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { describe, expect, it } from 'vitest';
import { authErrorStatus } from '../../src/index.js';
import { boot } from '../support/application.js';
import { hosted } from '../support/hosted.js';
import { documentOf, operationsOf, type Operation } from './document.js';

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

/** What Express really has: method and path of each route, in OpenAPI's way of writing. */
function routesOf(app: NestExpressApplication): string[] {
  const { stack } = app.getHttpAdapter().getInstance().router as { stack: Layer[] };
  return stack.flatMap(({ route }) => {
    const [method = '', ...others] = Object.keys(route?.methods ?? {});
    // What answers every other method is no operation.
    if (!route || others.length > 0) return [];
    return `${method.toUpperCase()} ${route.path.replace(/:(\w+)/g, '{$1}')}`;
  });
}

const namesOf = (app: NestExpressApplication) => operationsOf(documentOf(app)).map(({ name }) => name);

/** The host's own. */
@Controller('people')
class UsersController {
  @Post()
  create(): void {}
}

describe('the OpenAPI document', () => {
  const host = hosted({
    controllers: [UsersController],
    options: { login: { redirectTo: '/private' } },
  });

  it.each(['3.0.0', '3.1.0'])('is valid as version %s', async (version) => {
    const { valid, errors } = await new Validator().validate({ ...documentOf(host.app, version) });
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  });

  it('has each route, and nothing that is none', () => {
    const hostRoutes = [
      'POST /people',
      'GET /private',
      'POST /private',
      'GET /open',
      'GET /admin',
      'GET /public',
    ];
    const routes = routesOf(host.app).filter((route) => !hostRoutes.includes(route));
    expect(routes.length).toBeGreaterThan(20);
    expect(namesOf(host.app).sort()).toEqual(routes.sort());
  });

  it('says of each what it is for, and how it answers', () => {
    for (const { name, summary, responses } of operationsOf(documentOf(host.app))) {
      expect(summary, name).toMatch(/\w/);
      const successes = Object.keys(responses).filter((status) => status.startsWith('2'));
      expect(successes, name).toHaveLength(1);
      for (const [status, { content, description }] of Object.entries(responses)) {
        expect(description, `${name} ${status}`).toMatch(/\w/);
        if (status !== '303') expect(Object.keys(content ?? {}), `${name} ${status}`).not.toEqual([]);
      }
    }
  });

  it('names the codes of each refusal, under the status they have', () => {
    const seen = new Set<string>();
    for (const { name, responses } of operationsOf(documentOf(host.app))) {
      for (const [status, { content }] of Object.entries(responses)) {
        if (Number(status) < 400) continue;
        const [, narrowed] = content?.['application/json']?.schema.allOf ?? [];
        const schema = narrowed?.properties?.['code'];
        // Beside a rule of the host's own, where a password is chosen.
        const isOpen = schema?.anyOf?.[1]?.type === 'string';
        const codes = (isOpen ? schema.anyOf?.[0]?.enum : schema?.enum) as (keyof typeof authErrorStatus)[];
        expect(isOpen, `${name} ${status}`).toBe(codes.includes('password_too_short'));
        expect(codes.length, `${name} ${status}`).toBeGreaterThan(0);
        for (const code of codes) {
          seen.add(code);
          expect(authErrorStatus[code], `${name} ${code}`).toBe(Number(status));
        }
      }
    }
    // One is for methods that are no operation, one for routes of the host’s own, two for what only code can do.
    expect(Object.keys(authErrorStatus).filter((code) => !seen.has(code))).toEqual([
      'permission_denied',
      'system_caller_required',
      'method_not_allowed',
      'last_super_user',
    ]);
  });

  it('asks for the session’s cookie where a route does, by a scheme that it describes', () => {
    const document = documentOf(host.app);
    expect(document.components?.securitySchemes).toEqual({
      cookie: { type: 'apiKey', in: 'cookie', name: 'id' },
    });
    const open = operationsOf(document).filter(({ security }) => security?.length === 0);
    expect(open.map(({ name }) => name).sort()).toEqual([
      'GET /icon.svg',
      'GET /login',
      'GET /logo',
      'GET /logo/dark',
      'GET /logout',
      'GET /page.js',
      'GET /register',
      'GET /styles.css',
      'POST /login',
      'POST /register',
    ]);
    for (const operation of operationsOf(document)) {
      if (!open.some(({ name }) => name === operation.name))
        expect(operation.security, operation.name).toEqual([{ cookie: [] }]);
    }
  });

  it('takes the rules of a field from the inputs', () => {
    const create = operationsOf(documentOf(host.app)).find(({ name }) => name === 'POST /users');
    expect(create?.requestBody?.content['application/json']?.schema).toMatchObject({
      required: ['username'],
      additionalProperties: false,
      properties: {
        username: { type: 'string', minLength: 1, maxLength: 128 },
        email: { type: 'string', format: 'email', maxLength: 254, nullable: true },
        display_name: { type: 'string', maxLength: 255, nullable: true },
        is_super_user: { type: 'boolean' },
        password_expiry: { type: 'integer', minimum: 1, nullable: true },
      },
    });
    expect(Object.keys(create?.requestBody?.content ?? {})).toEqual([
      'application/json',
      'application/x-www-form-urlencoded',
    ]);
  });

  it('knows the type of every field that is sent', () => {
    for (const { name, parameters, requestBody } of operationsOf(documentOf(host.app))) {
      const bodies = Object.values(requestBody?.content ?? {}).map(({ schema }) => schema.properties ?? {});
      const sent = [
        ...bodies.flatMap((properties) => Object.entries(properties)),
        ...parameters.map((parameter) => [parameter.name, parameter.schema] as const),
      ];
      for (const [field, { type }] of sent)
        expect(type, `${name} ${field}`).toMatch(/^(string|integer|boolean)$/);
    }
  });

  it('has names of its own, also beside classes of the host that are called like ours', () => {
    const { paths } = documentOf(host.app);
    const all: Operation[] = Object.values(paths).flatMap((item) => Object.values(item));
    const ids = all.map(({ operationId }) => operationId);
    expect(ids).toContain('UsersController_create');
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
    expect(host.log.of('warn')).toEqual([]);
  });
});

describe('the OpenAPI document of an application with few routes, below prefixes,', () => {
  const host = hosted({
    options: {
      routePrefix: 'auth',
      routes: {
        login: true,
        logout: false,
        register: false,
        changePassword: false,
        sessions: false,
        profile: false,
        users: false,
        audit: false,
      },
    },
    configure: (app) => app.setGlobalPrefix('api'),
  });

  it('has those routes, where they are', () => {
    expect(namesOf(host.app).sort()).toEqual([
      'GET /api/auth/icon.svg',
      'GET /api/auth/login',
      'GET /api/auth/logo',
      'GET /api/auth/logo/dark',
      'GET /api/auth/page.js',
      'GET /api/auth/styles.css',
      'POST /api/auth/login',
    ]);
    const { components } = documentOf(host.app);
    expect(Object.keys(components?.schemas ?? {}).sort()).toEqual([
      'SessionAuthError',
      'SessionAuthFieldError',
      'SessionAuthLogin',
      'SessionAuthPage',
      'SessionAuthUser',
    ]);
  });
});

describe('the OpenAPI document of an application for programs', () => {
  const host = hosted({ options: { session: { bearer: true } } });

  it('is valid, and names both ways in where a route needs a session', async () => {
    const document = documentOf(host.app, '3.0.0', (builder) => builder.addBearerAuth());
    const { valid, errors } = await new Validator().validate({ ...document });
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    const securities = new Map(operationsOf(document).map(({ name, security }) => [name, security]));
    expect(securities.get('GET /session')).toEqual([{ cookie: [] }, { bearer: [] }]);
    expect(securities.get('POST /users')).toEqual([{ cookie: [] }, { bearer: [] }]);
    expect(securities.get('POST /login')).toEqual([]);
  });

  it('has the token in what a login and a change answer, where there may be one', () => {
    const { components } = documentOf(host.app);
    for (const name of ['SessionAuthLogin', 'SessionAuthPasswordChanged']) {
      expect(components?.schemas?.[name]).toMatchObject({
        properties: { token: { type: 'string' } },
        required: expect.not.arrayContaining(['token']),
      });
    }
  });
});

describe('the OpenAPI document where the option openApi says', () => {
  const namesFor = async (openApi: 'all' | 'json' | 'none'): Promise<string[]> => {
    const host = await boot({ options: { openApi } });
    try {
      const document = documentOf(host.app);
      const { valid, errors } = await new Validator().validate({ ...document });
      expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
      return namesOf(host.app);
    } finally {
      await host.close();
    }
  };

  it('json: has no pages and no assets, and everything else', async () => {
    const [all, json] = [await namesFor('all'), await namesFor('json')];
    expect(all.filter((name) => !json.includes(name)).sort()).toEqual([
      'GET /change-password',
      'GET /icon.svg',
      'GET /login',
      'GET /logo',
      'GET /logo/dark',
      'GET /logout',
      'GET /page.js',
      'GET /register',
      'GET /styles.css',
      'GET /users/new',
      'GET /users/{id}/delete',
      'GET /users/{id}/password',
      'GET /users/{id}/password/generate',
    ]);
    expect(json).toEqual(
      expect.arrayContaining(['POST /login', 'GET /session', 'GET /users', 'GET /sessions']),
    );
  });

  it('none: has only what is of the host, and the next application of the process has its own again', async () => {
    expect(await namesFor('none')).toEqual([]);
    expect((await namesFor('all')).length).toBeGreaterThan(20);
  });
});
