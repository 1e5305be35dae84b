// A CommonJS host requires the same package.
const assert = require('node:assert/strict');
const library = require('nestjs-session-auth');

assert.equal(typeof library.AuthModule.forRoot, 'function');
assert.equal(typeof library.SsoUserService.system, 'function');
import('nestjs-session-auth').then((imported) => {
  assert.equal(imported.AuthModule, library.AuthModule);
  console.log(`require: ${Object.keys(library).length} names, the same as by import`);
});
