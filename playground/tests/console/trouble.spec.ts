import { demo, eventKinds, member } from './api';
import { byHand, expect, test } from './fixtures';

// Flow 20.
test('ui_22 an answer that is lost is asked for again, and nothing is done twice', async ({ page, hand, enter, stop }) => {
  const name = byHand(hand, 'Callum Blyth', 'Winifred Blyth');
  const { id, account } = await member(name);
  await enter(`/console/riverton/users/${id}`);
  await hand.act(page.getByRole('button', { name: 'Actions', exact: true }), 'Disable…');
  const dialog = page.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: 'Disable' });
  await expect(confirm).toBeEnabled();
  const before = (await eventKinds(id)).filter((kind) => kind === 'MEMBERSHIP_DISABLED').length;
  const keys: string[] = [];
  await page.route('**/graphql', async (route) => {
    const { input } = JSON.parse(route.request().postData()!).variables ?? {};
    if (input?.dryRun !== false) return route.continue();
    keys.push(input.idempotencyKey);
    if (keys.length > 1) return route.continue();
    // The server does it, and nobody hears of it.
    await route.fetch();
    await route.abort('connectionreset');
  });
  await hand.press(confirm);
  await expect(dialog.getByRole('heading', { name: `${account.displayName} was disabled.` })).toBeVisible();
  await stop('once');
  expect(keys).toHaveLength(2);
  expect(keys[0]).toBe(keys[1]);
  expect((await eventKinds(id)).filter((kind) => kind === 'MEMBERSHIP_DISABLED')).toHaveLength(before + 1);
  await hand.press(dialog.getByRole('button', { name: 'Undo…' }));
  await hand.press(dialog.getByRole('button', { name: 'Undo', exact: true }));
  await expect(dialog.getByRole('heading', { name: 'It was undone.' })).toBeVisible();
});

test('ui_85 a server that is gone or slow is said, and what was typed stays', async ({ page, hand, enter, stop }) => {
  await enter();
  await expect(page.getByRole('row').nth(1)).toBeVisible();
  await page.route('**/graphql', (route) => route.abort('connectionrefused'));
  await hand.type(page.getByLabel('Search by name or e-mail'), 'aubertin');
  await expect(page.getByRole('alert')).toContainText('The server cannot be reached.');
  await expect(page.getByLabel('Search by name or e-mail')).toHaveValue('aubertin');
  await stop('gone');
  await page.unroute('**/graphql');
  await page.route('**/graphql', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await route.continue().catch(() => undefined);
  });
  await hand.press(page.getByRole('button', { name: 'Try again' }));
  await expect(page.getByRole('row')).toHaveCount(3);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
  await expect(page.locator('.skeleton').first()).toBeVisible();
  await stop('slow');
  await expect(page.getByRole('row')).toHaveCount(3);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('ui_85 a session that ended elsewhere is begun again in place', async ({ page, hand, enter, stop }) => {
  const { email, password } = await demo();
  const { id } = await member('Bayu');
  await enter(`/console/riverton/users/${id}?do=disable`);
  const dialog = page.getByRole('dialog', { name: /Disable/ });
  await expect(dialog.getByRole('button', { name: 'Disable' })).toBeEnabled();
  await hand.type(dialog.getByLabel('Reason (kept in the audit log)'), 'contract ended');
  await page.context().clearCookies();
  await hand.press(dialog.getByRole('button', { name: 'Disable' }));
  const again = page.getByRole('dialog', { name: 'Sign in again' });
  await expect(again).toBeVisible();
  await stop('again');
  await hand.type(again.getByLabel('E-mail address'), email);
  await hand.type(again.getByLabel('Password'), password);
  await hand.press(again.getByRole('button', { name: 'Sign in' }));
  await expect(again).toHaveCount(0);
  await expect(dialog.getByLabel('Reason (kept in the audit log)')).toHaveValue('contract ended');
  await hand.press(dialog.getByRole('button', { name: 'Cancel' }));
  expect((await member('Bayu')).state).toBe('ACTIVE');
});
