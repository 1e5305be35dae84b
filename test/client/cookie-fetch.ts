import { CookieJar } from '../support/cookies.js';

/** `fetch` with the cookies of one browser, which Node's has not. */
export function cookieFetch(jar = new CookieJar()): (input: string, init: RequestInit) => Promise<Response> {
  return async (input, init) => {
    const headers = new Headers(init.headers);
    if (init.credentials === 'include') headers.set('cookie', jar.header());
    const response = await fetch(input, { ...init, headers });
    if (init.credentials === 'include') jar.receive(response.headers.getSetCookie());
    return response;
  };
}
