// Drives the playground in a real browser against a running server with the demo data.
//   node tests/browser.mjs --url http://127.0.0.1:8080 --email … --password … --key cck_… [--screenshot out.png]
// The browser is CHROMIUM or /usr/bin/chromium; none is downloaded.
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { assert, check, finish, requireOptions } from './checks.mjs';
import { pale } from './contrast.mjs';
import { checkLinks } from './links.mjs';

const { values: options } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080' },
    email: { type: 'string' },
    password: { type: 'string' },
    key: { type: 'string' },
    screenshot: { type: 'string' },
  },
});
requireOptions(options, ['email', 'password', 'key']);
const origin = new URL(options.url).origin;
const TIMEOUT = 20_000;

/** Asks the API by the key; a payload without errors. */
async function asked(query, variables) {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Apikey ${options.key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert(!errors, JSON.stringify(errors));
  const said = Object.values(data)[0];
  assert(!said.errors?.length, JSON.stringify(said.errors));
  return said;
}

/** Invites somebody into the demo's workspace; where the mail leads. */
async function invited(email, offer, names) {
  const { id } = await asked('{ workspace(slug: "riverton") { id } }');
  const input = { workspaceId: id, invitees: [{ email, ...names }], note: 'See you at the lake.', ...offer };
  await asked('mutation($input: InviteMembersInput!) { inviteMembers(input: $input) { results { outcome } errors { code } } }', { input });
  const { mails } = await (await fetch(`${origin}/playground/outbox.json`)).json();
  const link = mails.filter(({ to }) => to === email).map((mail) => mail.text?.match(/\S*\/playground\/link\/#ccl_inv_\S+/)?.[0]).find(Boolean);
  assert(link, 'no mail with a link');
  return link.slice(link.indexOf('/playground/'));
}

/** Has the server queue a mail: the key's owner uses eight calls more, and gets a limit of which that makes four fifths. */
async function queueMail() {
  const workspace = await asked('{ workspace(slug: "riverton") { id viewerMembership { id effectiveQuota(type: API_CALLS) { used } } } }');
  const values = [{ type: 'API_CALLS', limit: Math.floor((workspace.viewerMembership.effectiveQuota.used + 8) / 0.8) }];
  await asked('mutation($input: SetQuotasInput!) { setQuotas(input: $input) { errors { code message } } }', {
    input: { workspaceId: workspace.id, scope: 'MEMBER', subjectId: workspace.viewerMembership.id, values },
  });
  await asked('mutation($input: ConsumeQuotaInput!) { consumeQuota(input: $input) { errors { code message } } }', {
    input: { workspaceId: workspace.id, type: 'API_CALLS', amount: 8 },
  });
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
const consoleErrors = [];
const violations = [];
const elsewhere = [];
const broken = [];
// A wrong credential is answered with 401, which the browser itself reports on the console.
let expect401 = false;

try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, serviceWorkers: 'block' });
  await context.exposeFunction('reportViolation', (text) => violations.push(text));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      globalThis.reportViolation(`${event.effectiveDirective}: ${event.blockedURI} ${event.sourceFile ?? ''}`);
    });
  });
  context.on('request', (request) => {
    const address = request.url();
    if (!/^(data|blob):/.test(address) && new URL(address).origin !== origin) elsewhere.push(address);
  });
  context.on('websocket', (socket) => elsewhere.push(socket.url()));
  context.on('response', (response) => {
    if (response.status() >= 400 && !(expect401 && response.status() === 401)) {
      broken.push(`${response.status()} ${response.url()}`);
    }
  });
  context.on('console', (message) => {
    if (message.type() !== 'error') return;
    if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
    else if (!(expect401 && /status of 401/.test(message.text()))) consoleErrors.push(message.text());
  });
  context.on('weberror', (error) => consoleErrors.push(String(error.error())));

  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT);
  const header = page.locator('.cc-header');
  const message = page.locator('#cc-message');

  /** The text of the result pane, from the editor behind it: what is scrolled away counts too. */
  const shown = () =>
    page.evaluate(() => {
      const models = globalThis.__MONACO?.editor.getModels() ?? [];
      return models.find((model) => model.uri.path.endsWith('response.json'))?.getValue() ?? '';
    });
  /** Runs an example by its button; gives what the result pane shows then. */
  async function runExample(title) {
    await Promise.all([
      // The query that finds ids for an example comes before it.
      page.waitForResponse(
        (response) => response.url() === `${origin}/graphql` && !/query \w+Ids /.test(response.request().postData() ?? ''),
      ),
      page.getByRole('button', { name: `Run: ${title}`, exact: true }).click(),
    ]);
    await page.waitForFunction(
      () => {
        const models = globalThis.__MONACO?.editor.getModels() ?? [];
        const text = models.find((model) => model.uri.path.endsWith('response.json'))?.getValue() ?? '';
        try {
          return Boolean(JSON.parse(text));
        } catch {
          return false;
        }
      },
      undefined,
      { timeout: TIMEOUT },
    );
    return JSON.parse(await shown());
  }
  const schemaFetched = () =>
    page.waitForResponse(
      (response) => response.url() === `${origin}/graphql` && /__schema/.test(response.request().postData() ?? ''),
    );
  async function signInByPassword(email, password) {
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }
  const stored = () =>
    page.evaluate(() => ({ session: JSON.stringify({ ...sessionStorage }), local: JSON.stringify({ ...localStorage }) }));

  await check('the page opens, under a content security policy', async () => {
    const [response] = await Promise.all([page.goto(`${options.url.replace(/\/$/, '')}/playground/`), schemaFetched()]);
    assert(response?.status() === 200, `status ${response?.status()}`);
    assert(response.headers()['content-security-policy'], 'no Content-Security-Policy header');
    await page.getByRole('heading', { level: 1, name: /Concierge/ }).waitFor();
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  });

  await check('at least eight examples are offered, and the editor marks no mistake in the first', async () => {
    const count = await page.getByRole('button', { name: /^Run: / }).count();
    assert(count >= 8, `${count} examples`);
    await page.waitForTimeout(1500);
    const marks = await page.evaluate(() => globalThis.__MONACO.editor.getModelMarkers({}).map((mark) => mark.message));
    assert(marks.length === 0, marks.join('; '));
  });

  await check('every field of the sign-in box has a label', async () => {
    const unlabelled = await header
      .locator('input')
      .evaluateAll((inputs) => inputs.filter((input) => !input.labels?.length).length);
    assert(unlabelled === 0, `${unlabelled} without`);
  });

  await check('a visitor runs "Who am I" and is anonymous', async () => {
    const result = await runExample('Who am I');
    assert(!result.errors, JSON.stringify(result.errors));
    assert(result.data.viewer.kind === 'ANONYMOUS', result.data.viewer.kind);
  });

  await check('a wrong password is told as such', async () => {
    await signInByPassword(options.email, `${options.password}-not`);
    await message.filter({ hasText: 'E-mail address or password is wrong.' }).waitFor();
  });

  await check('on the demo one click signs in', async () => {
    await Promise.all([schemaFetched(), page.getByRole('button', { name: 'Sign in as the demo administrator' }).click()]);
    await header.getByText('Signed in as', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await message.filter({ hasText: 'Signed out.' }).waitFor();
  });

  await check('a change that needs ids of the demo says to a visitor what is missing', async () => {
    await page.getByRole('button', { name: 'Run: Disable members: what would change?', exact: true }).click();
    await page.getByText('sign in as its administrator first').waitFor();
  });

  await check('sign-in by e-mail and password, and the schema is fetched anew', async () => {
    await Promise.all([schemaFetched(), signInByPassword(options.email, options.password)]);
    await header.getByText('Signed in as', { exact: true }).waitFor();
    const name = await header.locator('.cc-identity strong').innerText();
    assert(name.trim() !== '', 'no name shown');
  });

  await check('the credential is kept in session storage only, the password nowhere', async () => {
    const { session, local } = await stored();
    assert(session.includes('concierge:credential'), 'not in session storage');
    assert(local === '{}', `local storage: ${local}`);
    assert(!session.includes(JSON.stringify(options.password).slice(1, -1)), 'the password is stored');
  });

  await check('the members example opens in a tab of its own and shows data without errors', async () => {
    const result = await runExample('Members of a workspace with groups, permissions and quotas');
    assert(!result.errors, JSON.stringify(result.errors));
    const { members } = result.data.workspace;
    assert(members.nodes.length > 0 && members.totalCount >= members.nodes.length, JSON.stringify(members).slice(0, 200));
    await page.locator('.graphiql-tab-active', { hasText: 'Members' }).waitFor();
    await page.locator('.result-window .view-line', { hasText: '"data"' }).first().waitFor();
    if (options.screenshot) await page.screenshot({ path: options.screenshot });
  });

  const titles = await page
    .getByRole('button', { name: /^Run: / })
    .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label').replace('Run: ', '')));
  for (const title of titles) {
    await check(`signed in, the example "${title}" runs without errors`, async () => {
      const result = await runExample(title);
      assert(!result.errors, JSON.stringify(result.errors));
      assert(result.data && Object.values(result.data).every((value) => value !== null), 'the data is null');
    });
  }

  await check('after a reload one is still signed in', async () => {
    await Promise.all([schemaFetched(), page.reload()]);
    await header.getByText('Signed in as', { exact: true }).waitFor();
  });

  await check('sign-out ends the session, forgets the credential and empties the result pane', async () => {
    const token = await page.evaluate(() => JSON.parse(sessionStorage.getItem('concierge:credential')).secret);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    await runExample('Who am I');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await message.filter({ hasText: 'Signed out.' }).waitFor();
    const { session } = await stored();
    assert(!session.includes(token), 'the token is still stored');
    assert((await shown()) === '', 'the result pane still shows the former viewer’s data');
    expect401 = true;
    const status = await page.evaluate(async (secret) => {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` },
        body: '{"query":"{ viewer { kind } }"}',
        credentials: 'omit',
      });
      return response.status;
    }, token);
    await page.waitForTimeout(200);
    expect401 = false;
    assert(status === 401, `the ended session still answers with status ${status}`);
  });

  await check('a wrong API key is told as such', async () => {
    await page.getByRole('radio', { name: 'API key' }).check();
    expect401 = true;
    await page.locator('input[name=key]').fill('cck_wrong');
    await page.getByRole('button', { name: 'Use key' }).click();
    await message.filter({ hasText: 'This API key is not accepted' }).waitFor();
    await page.waitForTimeout(200);
    expect401 = false;
  });

  await check('sign-in with the API key, and "Who am I" tells the key', async () => {
    await page.locator('input[name=key]').fill(options.key);
    await Promise.all([schemaFetched(), page.getByRole('button', { name: 'Use key' }).click()]);
    await header.getByText('Using API key', { exact: true }).waitFor();
    const result = await runExample('Who am I');
    assert(!result.errors, JSON.stringify(result.errors));
    assert(result.data.viewer.kind === 'API_KEY', result.data.viewer.kind);
    assert(options.key.startsWith(result.data.viewer.apiKey.prefix), 'another key’s prefix');
  });

  await check('documentation and explorer open, at their top', async () => {
    const pane = page.locator('.graphiql-plugin');
    const isAtTop = async () => assert((await pane.evaluate((element) => element.scrollTop)) === 0, 'it is scrolled');
    await pane.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.getByRole('button', { name: /Documentation Explorer/ }).click();
    await page.locator('.graphiql-doc-explorer').getByText('Query', { exact: true }).first().waitFor();
    await isAtTop();
    await pane.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.locator('.graphiql-doc-explorer').getByText('WorkspaceConnection', { exact: true }).first().click();
    await page.locator('.graphiql-doc-explorer-title', { hasText: 'WorkspaceConnection' }).waitFor();
    await isAtTop();
    await page.getByRole('button', { name: /GraphiQL Explorer/ }).click();
    await page.locator('.graphiql-plugin').getByText('viewer', { exact: true }).first().waitFor();
  });

  const fits = async () => {
    const { scroll, client } = await page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      client: document.documentElement.clientWidth,
    }));
    assert(scroll <= client, `${scroll} > ${client}`);
  };

  for (const width of [360, 1440]) {
    for (const colorScheme of ['dark', 'light']) {
      await check(`at ${width} px, ${colorScheme}, the result is in its place and every text is plain to see`, async () => {
        await page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
        await page.emulateMedia({ colorScheme });
        await page.goto(`${origin}/playground/`);
        await page.locator('.graphiql-query-editor .view-line').first().waitFor();
        // Which pane was open is remembered.
        if (!(await page.locator('.cc-examples').isVisible())) await page.getByRole('button', { name: 'Show Examples' }).click();
        await runExample('Try a quota (quotaPreview)');
        await page.waitForTimeout(500);
        await fits();
        const editor = await page.locator('.graphiql-query-editor').boundingBox();
        const result = await page.locator('.graphiql-response').boundingBox();
        if (width === 360) {
          assert(result.y >= editor.y + editor.height && result.width > 300, `beside each other: ${JSON.stringify([editor, result])}`);
          assert(result.y < 740, 'the result is not in view');
        } else {
          assert(result.x >= editor.x + editor.width, `below each other: ${JSON.stringify([editor, result])}`);
        }
        if (options.screenshot) await page.screenshot({ path: options.screenshot.replace('.png', `-${width}-${colorScheme}.png`) });
        for (const pane of [/^(Show|Hide) Documentation Explorer/, /^(Show|Hide) GraphiQL Explorer/, /^(Show|Hide) Examples/]) {
          const lines = await page.evaluate(pale);
          assert(lines.length === 0, lines.join('; '));
          await page.getByRole('button', { name: pane }).click();
          await page.waitForTimeout(500);
        }
      });
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });

  await check('the mail page shows what is queued, as HTML in a sandbox and as text', async () => {
    await queueMail();
    await page.goto(`${origin}/playground/mail`);
    await page.getByRole('button', { name: /80% of the API calls have been used/ }).first().click();
    await page.getByRole('heading', { level: 2, name: /80% of the API calls have been used/ }).waitFor();
    const frame = page.locator('iframe');
    assert((await frame.getAttribute('sandbox')) === '', 'the frame may do something');
    const mail = page.frameLocator('iframe');
    await mail.getByRole('heading', { level: 1, name: /80% of the API calls have been used/ }).waitFor();
    await mail.getByRole('link', { name: 'Go to the workspace' }).waitFor();
    await page.getByRole('radio', { name: 'Plain text' }).check();
    await page.locator('pre', { hasText: /of the [\d,]+ API calls that are allowed today/ }).waitFor();
    assert((await page.getByRole('link', { name: 'Open its link' }).getAttribute('href')).includes('/playground/link/?workspace=ws_'), 'no link');
    await fits();
    if (options.screenshot) await page.screenshot({ path: options.screenshot.replace('.png', '-mail.png') });
  });

  await checkLinks({
    page,
    origin,
    check,
    assert,
    fits,
    invited,
    signIn: () => signInByPassword(options.email, options.password),
    screenshot: options.screenshot,
  });

  await check('the mail page fits a narrow window', async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    await page.goto(`${origin}/playground/mail/`);
    await page.getByRole('heading', { level: 2 }).waitFor();
    await fits();
  });

  await page.waitForTimeout(500);
} finally {
  await browser.close();
}

await check('no error on the console', () => assert(consoleErrors.length === 0, consoleErrors.join('\n')));
await check('no violation of the content security policy', () => assert(violations.length === 0, violations.join('\n')));
await check('no request to another origin', () => assert(elsewhere.length === 0, elsewhere.join('\n')));
await check('no failed request', () => assert(broken.length === 0, broken.join('\n')));
finish();
