// Plain Node imports the built package by its name, as a host does.
import assert from 'node:assert/strict';
import * as library from 'nestjs-session-auth';
import * as client from 'nestjs-session-auth/client';
import * as codes from 'nestjs-session-auth/codes';
import * as testing from 'nestjs-session-auth/testing';

assert.equal(typeof library.AuthModule.forRoot, 'function');
assert.equal(typeof library.SsoUserService.system, 'function');
assert.ok(library.authEntities.length > 0 && library.authMigrations.length > 0);
assert.equal(codes.authErrorStatus, library.authErrorStatus);
assert.equal(typeof new client.AuthClient().login, 'function');
assert.equal(typeof testing.signIn, 'function');
console.log(`import: ${Object.keys(library).length} names`);
