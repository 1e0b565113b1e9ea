import { change, eventKinds, member } from './api';
import { byHand, expect, test } from './fixtures';

// Flow 2.
test('ui_20 a user is found by half a name, and the role is changed after it was shown what that does', async ({ page, hand, enter, stop }) => {
  const [half, name] = byHand(hand, ['noemi', 'Noémie Aubertin'], ['solene beau', 'Solène Beaugrand']);
  await change('setMemberRole', { membershipIds: [(await member(name)).id], roleId: null });
  await enter();
  await stop('users');
  await hand.type(page.getByLabel('Search by name or e-mail'), half);
  await expect(page.getByRole('link', { name })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`q=${half.replace(' ', '.')}`));
  await hand.act(page.getByRole('button', { name: `Actions for ${name}` }), 'Change role…');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('heading', { name: `Change the role of ${name}` })).toBeVisible();
  await expect(page).toHaveURL(/do=role&of=mem_/);
  await hand.choose(/New role/, 'Editor');
  await expect(dialog.getByText(`${name} gains: Create new`).first()).toBeVisible();
  await stop('rehearsal');
  expect((await member(name)).role?.name).not.toBe('Editor');
  await hand.press(dialog.getByRole('button', { name: 'Change role' }));
  await expect(dialog.getByRole('heading', { name: `The role of ${name} was changed.` })).toBeVisible();
  await stop('result');
  await hand.press(dialog.getByRole('button', { name: 'Close' }));
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('row', { name: new RegExp(name) })).toContainText('Editor');
  expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
  // Back and forth: the address is the state.
  await hand.press(page.getByRole('link', { name }));
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel('Search by name or e-mail')).toHaveValue(half);
  await expect(page.getByRole('link', { name })).toBeFocused();
});

// Flow 3.
test('ui_42 temporary access is given, counted down, extended and lifted', async ({ page, hand, enter, stop }) => {
  const name = byHand(hand, 'Verónica Aguirre', 'Keira Ashdown');
  const { id } = await member(name);
  // A clock that is three hours wrong changes nothing.
  await page.clock.install({ time: Date.now() + 3 * 3_600_000 });
  await enter(`/console/riverton/users/${id}`);
  const actions = page.getByRole('button', { name: 'Actions', exact: true });
  const dialog = page.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: 'Change access period' });
  const close = dialog.getByRole('button', { name: 'Close' });
  await hand.act(actions, 'Change access period…');
  await hand.press(confirm);
  await hand.press(close);
  await expect(page.getByRole('timer')).toHaveText(/Access ends in 23 hours, 59 minutes|Access ends in (1 day|24 hours)/);
  await stop('countdown');
  await hand.act(actions, 'Change access period…');
  await hand.press(dialog.getByRole('radio', { name: 'For some days from now' }));
  await hand.type(dialog.getByRole('textbox', { name: 'Days' }), '3');
  await page.keyboard.press('Tab');
  await hand.press(confirm);
  await hand.press(close);
  await expect(page.getByRole('timer')).toHaveText(/Access ends in (2 days, 23 hours|3 days)/);
  await hand.act(actions, 'Change access period…');
  await hand.press(dialog.getByRole('radio', { name: 'Without an end' }));
  await stop('period');
  await hand.press(confirm);
  await hand.press(close);
  await expect(page.getByRole('timer')).toHaveCount(0);
  expect((await member(name)).accessEndsAt).toBeNull();
});

// Flow 8.
test('ui_25 twenty-five users are disabled, and that is undone', async ({ page, hand, enter, stop }) => {
  await enter('/console/riverton/users?state=ACTIVE&desc=1&size=25');
  if (hand.isKeyboard) {
    await hand.press(page.getByRole('button', { name: 'Next' }));
    await expect(page.getByText(/^26–50 of/)).toBeVisible();
  }
  const first = (await page.locator('tbody tr').first().getAttribute('data-id'))!;
  await hand.press(page.getByRole('checkbox', { name: 'Select all on this page' }));
  await expect(page.getByText('25 users selected', { exact: true })).toBeVisible();
  await stop('selected');
  await hand.act(page.getByRole('button', { name: 'Actions', exact: true }), 'Disable…');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('25 changes would be made.')).toBeVisible();
  await stop('rehearsal');
  await hand.press(dialog.getByRole('button', { name: 'Disable' }));
  await expect(dialog.getByRole('heading', { name: '25 users were disabled.' })).toBeVisible();
  await hand.press(dialog.getByRole('button', { name: 'Undo…' }));
  await expect(dialog.getByText('25 changes would be made.')).toBeVisible();
  await hand.press(dialog.getByRole('button', { name: 'Undo', exact: true }));
  await expect(dialog.getByRole('heading', { name: 'It was undone.' })).toBeVisible();
  await stop('undone');
  await hand.press(dialog.getByRole('button', { name: 'Close' }));
  expect((await eventKinds(first)).slice(0, 2)).toEqual(['MEMBERSHIP_ENABLED', 'MEMBERSHIP_DISABLED']);
  // UI-8: the selection is still there on another page.
  await hand.press(page.getByRole('button', { name: 'Next' }));
  await expect(page.getByText('25 users selected', { exact: true })).toBeVisible();
});

// Flow 16.
test('ui_24 the last administrator cannot be disabled, and the reason is said in words', async ({ page, hand, enter, stop }) => {
  await enter();
  await hand.choose('Any Role', 'Administrator');
  await expect(page.getByRole('row')).toHaveCount(5);
  await hand.press(page.getByRole('checkbox', { name: 'Select all on this page' }));
  await hand.act(page.getByRole('button', { name: 'Actions', exact: true }), 'Disable…');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('You are among these users.', { exact: false })).toBeVisible();
  await expect(dialog.getByText('3 changes would be made.')).toBeVisible();
  await expect(dialog.locator('.failed')).toContainText(/administrator/i);
  await stop('last-administrator');
  await hand.press(dialog.getByRole('button', { name: 'Cancel' }));
  await expect(dialog).toHaveCount(0);
  expect((await member('ines lindqvist')).state).toBe('ACTIVE');
});

// Flow 17.
test('ui_3 who is no administrator reads beside the action why an administrator is out of reach', async ({ page, hand, enter, people, stop }) => {
  await enter('/console/riverton/users?q=lindqvist', 'editor');
  await hand.press(page.getByRole('button', { name: 'Actions for Inès Lindqvist' }));
  const item = page.getByRole('menuitem', { name: 'Change role…' });
  await expect(item).toHaveAttribute('aria-disabled', 'true');
  await expect(item).toContainText('Only an administrator can do this to an administrator.');
  await stop('administrator');
  await page.keyboard.press('Escape');
  await page.goto(`/console/riverton/users/${people.editor.id}`);
  await hand.press(page.getByRole('button', { name: 'Actions', exact: true }));
  await expect(page.getByRole('menuitem', { name: 'Change role…' })).toContainText('You cannot do this to yourself.');
});

// Flow 18.
test('ui_3 who may see nothing is told what it needs, whom to ask, and why', async ({ page, hand, enter, stop }) => {
  await enter('/console/riverton/users', 'plain');
  await expect(page.getByText('It requires the permission “Edit workspace properties”.')).toBeVisible();
  await expect(page.getByText('ask an administrator of Riverton Open Data', { exact: false })).toBeVisible();
  await expect(page.getByRole('navigation').getByRole('link', { name: 'Users' })).toHaveCount(0);
  await expect(page.getByRole('table')).toHaveCount(0);
  await stop('refused');
  await hand.press(page.getByRole('link', { name: 'Explain why I do not have this permission' }));
  await expect(page.getByText('No: You – Edit workspace properties')).toBeVisible();
  await expect(page.getByText('Neither a role nor a group gives this permission', { exact: false })).toBeVisible();
  await stop('why');
});

test('ui_21 what became of a preview in the meantime is said', async ({ page, enter }) => {
  const name = 'Clémence Beaugrand';
  const { id } = await member(name);
  await change('enableMembers', { membershipIds: [id] });
  await change('revokePermissions', { membershipIds: [id], permissions: ['MANAGE_REUSES'] });
  await enter(`/console/riverton/users/${id}?do=disable`);
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Disable' })).toBeEnabled();
  await change('grantPermissions', { membershipIds: [id], permissions: ['MANAGE_REUSES'] });
  await dialog.getByRole('button', { name: 'Disable' }).click();
  await expect(dialog.getByText('Something changed in the meantime', { exact: false })).toBeVisible();
  await change('enableMembers', { membershipIds: [id] });
});
