import { Controller, type MiddlewareConsumer, Module, type NestModule, Post } from '@nestjs/common';
import { json, type NextFunction, type Request, type Response, urlencoded } from 'express';
import { describe, expect, it } from 'vitest';
import { expectDone, expectRefused } from '../support/expectations.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { clients, FORM_TYPE, HTML, JSON_TYPE } from '../support/visitor.js';

@Module({})
class ParserModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(json(), urlencoded({ extended: true })).forRoutes('{*path}');
  }
}

@Controller('note')
class NoteController {
  @Post()
  note(): object {
    return {};
  }
}

describe("a body parser that a module of the host's binds", () => {
  const host = hosted({
    create: { bodyParser: false },
    imports: [ParserModule],
    controllers: [NoteController],
  });

  it.each(clients)('is the one of our routes, by %s', async (client) => {
    const { username } = await host.people.person();
    expectDone(await host.visitor(client).login({ username, password: PASSWORD }), { to: '/' });
  });

  it('is answered in our words where it refuses a body', async () => {
    for (const path of ['/login', '/users/new', '/sessions/revoke-others']) {
      const malformed = { headers: { 'content-type': JSON_TYPE }, body: '{"password":"hunter2' };
      expectRefused(await host.visitor().send('POST', path, malformed), 400, 'malformed_body');
      const strange = {
        headers: { accept: HTML, 'content-type': `${FORM_TYPE}; charset=none` },
        body: 'a=1',
      };
      expectRefused(await host.visitor().send('POST', path, strange), 415, 'unsupported_media_type');
    }
  });

  it('is answered on the page of the route, and in JSON where the route has none', async () => {
    const strange = {
      headers: { accept: HTML, 'content-type': `${FORM_TYPE}; charset=none` },
      body: 'a=1',
    };
    for (const path of ['/login', '/login/', '/LOGIN', '/login/x']) {
      const answer = await host.visitor().send('POST', path, strange);
      expect(answer.body).toContain('name="username"');
    }
    for (const path of ['/session', '/styles.css']) {
      const answer = await host.visitor().send('POST', path, strange);
      expect(answer.headers['content-type']).toMatch(/^application\/json/);
    }
  });

  it('is left alone where a body is for the host', async () => {
    const malformed = { headers: { 'content-type': JSON_TYPE }, body: '{' };
    const { status, json: answer } = await host.visitor().send('POST', '/note', malformed);
    expect({ status, code: answer.code }).toEqual({ status: 400, code: undefined });
  });
});

describe('a body parser of whatever name', () => {
  const parse = json();
  const host = hosted({
    create: { bodyParser: false },
    configure: (app) =>
      app.use((request: Request, response: Response, next: NextFunction) => parse(request, response, next)),
  });

  it('is enough for what it reads', async () => {
    const { username } = await host.people.person();
    expectDone(await host.visitor().login({ username, password: PASSWORD }), { to: '/' });
  });

  it('has the log say what to do about what it does not read', async () => {
    const answer = await host.visitor('form').post('/login', { username: 'zoe', password: PASSWORD });
    expect(answer.status).toBe(500);
    const [error] = host.log.takeErrors();
    expect(error).toContain('No body parser has read this request');
    expect(error).toContain("app.useBodyParser('urlencoded', { extended: true })");
  });
});

describe('the parsers that the message names', () => {
  const host = hosted({
    create: { bodyParser: false },
    configure: (app) => void app.useBodyParser('json').useBodyParser('urlencoded', { extended: true }),
  });

  it.each(clients)('are enough, by %s', async (client) => {
    const { username } = await host.people.person();
    expectDone(await host.visitor(client).login({ username, password: PASSWORD }), { to: '/' });
  });
});
