// Plain Node imports the built package by its name, as a host does.
import assert from 'node:assert/strict';
import * as library from 'nestjs-session-auth';

assert.equal(typeof library.AuthModule.forRoot, 'function');
assert.equal(typeof library.SsoUserService.system, 'function');
assert.ok(library.authEntities.length > 0 && library.authMigrations.length > 0);
console.log(`import: ${Object.keys(library).length} names`);
