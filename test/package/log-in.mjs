// Somebody logs in to an application through HTTP, and out again.
import assert from 'node:assert/strict';

export async function logIn(url, users, system) {
  const { password } = await users.createSuperUser({ username: 'admin' }, system);
  const send = (path, fields, headers = {}) =>
    fetch(`${url}${path}`, {
      method: fields ? 'POST' : 'GET',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      body: fields && JSON.stringify(fields),
    });

  const refused = await send('/login', { username: 'admin', password: 'not this one' });
  assert.equal(refused.status, 401);
  assert.equal((await refused.json()).code, 'invalid_credentials');

  const answer = await send('/login', { username: 'admin', password });
  assert.equal(answer.status, 200);
  const [cookie] = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
  const session = await send('/session', undefined, { cookie });
  assert.equal((await session.json()).user.username, 'admin');
  assert.equal((await send('/logout', {}, { cookie })).status, 200);
  assert.equal((await send('/session', undefined, { cookie })).status, 401);

  const page = await fetch(`${url}/login`, { headers: { accept: 'text/html' } });
  assert.match(await page.text(), /<form[^>]*method="post"/i);
}
