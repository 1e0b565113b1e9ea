// Lets Node's fetch treat cookies and origins as a browser does on a page of https://portal.example.org: it
// keeps and sends cookies, says its origin, and refuses answers that the page may not read (CORS). What the page
// sends to http://localhost:8080 goes to CONCIERGE_URL, if that is set. Used by `examples/run` for app.mjs.
const server = process.env.CONCIERGE_URL ?? 'http://localhost:8080';
const origin = 'https://portal.example.org';
const cookies = new Map();
const send = globalThis.fetch;

globalThis.fetch = async (url, options = {}) => {
  const headers = new Headers(options.headers);
  headers.set('Origin', origin);
  headers.set('Sec-Fetch-Site', 'same-site');
  const withCookies = options.credentials === 'include';
  if (withCookies && cookies.size > 0) {
    headers.set('Cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
  }
  const response = await send(url.replace('http://localhost:8080', server), { ...options, headers });
  if (response.headers.get('Access-Control-Allow-Origin') !== origin) {
    throw new TypeError(`${origin} is not one of server.allowed_origins`);
  }
  for (const cookie of withCookies ? response.headers.getSetCookie() : []) {
    const [pair, ...attributes] = cookie.split('; ');
    const [name, value] = pair.split('=');
    if (attributes.includes('Max-Age=0')) cookies.delete(name);
    else cookies.set(name, value);
  }
  return response;
};
