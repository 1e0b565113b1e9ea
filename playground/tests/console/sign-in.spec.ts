import { demo } from './api';
import { byHand, expect, faultless, test } from './fixtures';

// Flow 1.
test('ui_82 a stale cookie does not keep one out, and a deep link is where one lands', async ({ page, hand, context, stop }) => {
  const { email, password } = await demo();
  const deep = '/console/riverton/users?q=aubertin&state=ACTIVE';
  const signIn = async () => {
    await hand.type(page.getByLabel('E-mail address'), email);
    await hand.type(page.getByLabel('Password'), password);
    await hand.press(page.getByRole('button', { name: 'Sign in' }));
  };
  await page.goto(deep);
  await expect(page).toHaveURL(/\/console\/sign-in\?to=/);
  await stop('sign-in');
  // Of nobody: after a wrong password the account's owner would have to wait.
  await hand.type(page.getByLabel('E-mail address'), byHand(hand, 'nobody@riverton.example', 'no-one@riverton.example'));
  await hand.type(page.getByLabel('Password'), 'not the password');
  await hand.press(page.getByRole('button', { name: 'Sign in' }));
  await expect(page.getByRole('alert')).toHaveText('The address or the password is not correct.');
  await faultless(page, 'wrong password');
  await signIn();
  await expect(page.getByRole('row')).toHaveCount(3);

  // The session ends elsewhere, and its cookie stays.
  const cookies = await context.cookies();
  const session = cookies.find(({ name }) => name === 'session')!;
  expect(session.httpOnly).toBe(true);
  await hand.press(page.getByRole('button', { name: 'Sign out' }));
  await expect(page).toHaveURL(/\/console\/sign-in/);
  await expect(page.getByText('Aubertin')).toHaveCount(0);
  await context.addCookies([session]);
  await page.goto(deep);
  await expect(page).toHaveURL(/\/console\/sign-in\?to=/);
  await signIn();
  await expect(page).toHaveURL(deep);
  await expect(page.getByLabel('Search by name or e-mail')).toHaveValue('aubertin');
  await expect(page.getByRole('row')).toHaveCount(3);
  await stop('deep-link');
  const stored = await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage)]);
  expect(stored[0]!.filter((key) => !['concierge:language', 'concierge:appearance'].includes(key))).toEqual([]);
  expect(stored[1]!.filter((key) => !key.startsWith('tsr-scroll'))).toEqual([]);
});

test('ui_83 signing in leads to the console alone, and signing out empties all tabs', async ({ page, context }) => {
  const { email, password } = await demo();
  await page.goto('/console/sign-in?to=https%3A%2F%2Fevil.example%2F');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/console\/$/);
  await page.getByRole('link', { name: 'Riverton Open Data' }).click();
  const other = await context.newPage();
  await other.goto('/console/riverton/users?q=aerts');
  await expect(other.getByRole('link', { name: 'Bram Aerts' })).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(other).toHaveURL(/\/console\/sign-in\?to=/);
  await expect(other.getByText('Aerts')).toHaveCount(0);
});

test('ui_2 what makes no sense in an address falls away', async ({ page, enter }) => {
  await enter();
  await page.goto('/console/riverton/users?state=NONSENSE&size=7&sort=x&may=%3Cscript%3E&do=explode&q=anjali');
  await expect(page.getByRole('link', { name: 'Anjali', exact: true })).toBeVisible();
  await page.goto('/console/nowhere-at-all/users');
  await expect(page.getByRole('heading', { name: 'There is no such workspace' })).toBeVisible();
  await page.goto('/console/riverton/users/mem_nonsense');
  await expect(page.getByText('There is no such user in this workspace.')).toBeVisible();
});
