import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import { describe, expect, it } from 'vitest';
import { AuthModule, SsoUserService } from '../../src/index.js';
import { boot, testOptions } from '../support/application.js';
import { sqliteFiles } from '../support/databases.js';
import { hosted } from '../support/hosted.js';
import { PASSWORD } from '../support/people.js';
import { expectHome } from './running.js';

describe('two applications in one process', () => {
  const one = hosted({ options: { login: { redirectTo: '/one' }, styles: { buttonColor: '#111111' } } });
  const two = hosted({
    options: {
      login: { redirectTo: '/two' },
      session: { cookieName: 'sid' },
      styles: { buttonColor: '#222222' },
    },
  });

  it('each have their own options, users and sessions', async () => {
    await expectHome(one, '/one');
    await expectHome(two, '/two');
    const person = await one.people.person();
    expect(await two.people.canLogIn(person.username, PASSWORD)).toBe(false);
    const visitor = await one.people.signIn(person);
    const stranger = two.visitor();
    for (const name of ['id', 'sid']) stranger.cookies.put(name, visitor.cookies.get('id') ?? '');
    expect(await stranger.isSignedIn()).toBe(false);
    expect((await one.visitor().get('/styles.css')).body).toContain('#111111');
    expect((await two.visitor().get('/styles.css')).body).toContain('#222222');
  });

  it('log in at the same time, each its own', async () => {
    const people = await Promise.all(
      [one, two, one, two].map(async (host) => ({ host, person: await host.people.person() })),
    );
    await Promise.all(
      people.map(async ({ host, person }) => {
        const visitor = await host.people.signIn(person);
        expect((await visitor.get('/private')).json).toEqual({ username: person.username });
      }),
    );
  });

  it('close without each other', async () => {
    const third = await boot();
    await expectHome(third, '/');
    await third.close();
    await expectHome(one, '/one');
  });
});

describe.each(sqliteFiles)('two applications on one data source, $name,', (database) => {
  const one = hosted({ database });

  it('take turns with each other', async () => {
    class Shared {}
    const token = getDataSourceToken();
    Module({ providers: [{ provide: token, useValue: one.dataSource }], exports: [token] })(Shared);
    const auth = AuthModule.forRoot(testOptions());
    class Second {}
    Module({ imports: [{ module: Shared, global: true }, auth] })(Second);
    const second = await NestFactory.createApplicationContext(Second, { logger: false, abortOnError: false });
    try {
      const service = second.get(SsoUserService, { strict: false });
      const caller = SsoUserService.system('second');
      const people = await Promise.all(Array.from({ length: 5 }, () => one.people.person()));
      const [tokens] = await Promise.all([
        Promise.all(people.map(({ username }) => service.login({ username, password: PASSWORD }, {}))),
        Promise.all(people.map((person) => one.people.signIn(person))),
        Promise.all(people.map(({ id }) => service.updateUserById(id, { displayName: 'both' }, caller))),
      ]);
      for (const { token: each } of tokens)
        expect((await one.service.getCurrentUser({ token: each })).displayName).toBe('both');
      await one.dataSource.query('VACUUM');
    } finally {
      await second.close();
    }
    expect((await one.people.person()).id).toBeTruthy();
  });
});
