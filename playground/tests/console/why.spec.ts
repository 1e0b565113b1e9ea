import { change, member, workspace } from './api';
import { byHand, expect, test } from './fixtures';

// Flow 6.
test('ui_30 three ways lead to a permission, and are closed one by one', async ({ page, hand, enter, stop }) => {
  const name = byHand(hand, 'Joëlle Besançon', 'Jean-Noël Beaugrand');
  const { id } = await member(name);
  const { roles, groups } = await workspace();
  const role = roles.find(({ name }) => name === 'Communications')!;
  const group = groups.nodes.find(({ title }) => title === 'Press Desk')!;
  await change('setMemberRole', { membershipIds: [id], roleId: role.id });
  await change('grantPermissions', { membershipIds: [id], permissions: ['BROWSE_ALL_PAGES'] });
  await change('addGroupMembers', { membershipIds: [id], groupId: group.id });
  await enter(`/console/riverton/users/${id}`);
  const why = page.getByRole('button', { name: 'Why? Browse all pages' });
  await hand.press(why);
  await expect(why).toHaveAttribute('aria-expanded', 'true');
  await expect(page).toHaveURL(/why=BROWSE_ALL_PAGES/);
  const dialog = page.getByRole('dialog');
  const paths = page.locator('.sources > li');
  await expect(page.getByText('Each of these ways is enough on its own.', { exact: false })).toBeVisible();
  const count = await paths.count();
  expect(count).toBeGreaterThanOrEqual(3);
  await stop('paths');
  for (const [button, confirm] of [
    ['Remove the role…', 'Change role'],
    ['Take away…', 'Take away'],
    ['Remove from the group…', 'Remove'],
  ] as const) {
    const closing = page.getByRole('button', { name: button });
    while ((await closing.count()) > 0) {
      const before = await paths.count();
      await hand.press(closing.first());
      await hand.press(dialog.getByRole('button', { name: confirm, exact: true }));
      await hand.press(dialog.getByRole('button', { name: 'Close' }));
      await expect(dialog).toHaveCount(0);
      await expect(async () => expect(await paths.count()).toBeLessThan(before)).toPass();
    }
  }
  await expect(page.getByText(`No: ${name} – Browse all pages`)).toBeVisible();
  await stop('closed');
});

// Flow 7.
test('ui_30 why somebody cannot publish, and what changes that', async ({ page, hand, enter, stop }) => {
  const name = byHand(hand, 'Anjali', 'Bayu');
  const { id } = await member(name);
  await change('revokePermissions', { membershipIds: [id], permissions: ['PUBLISH_OWN_DATASETS'] });
  await enter('/console/riverton/why');
  await expect(page.getByRole('heading', { name: 'Explain access', level: 1 })).toBeVisible();
  await stop('why');
  await hand.type(page.getByRole('combobox', { name: 'Person' }), name.toLowerCase());
  await hand.press(page.getByRole('option', { name: new RegExp(`^${name}`) }).first());
  await hand.choose('Choose… Permission', 'Publish own datasets');
  await expect(page.getByText(`No: ${name} – Publish own datasets`)).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`who=${id}&may=PUBLISH_OWN_DATASETS`));
  await stop('no');
  await hand.press(page.getByRole('button', { name: 'Give the permission directly' }));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(`${name} gains: Publish own datasets`)).toBeVisible();
  await stop('suggestion');
  await hand.press(dialog.getByRole('button', { name: 'Give permissions' }));
  await hand.press(dialog.getByRole('button', { name: 'Close' }));
  await expect(page.getByText(`Yes: ${name} – Publish own datasets`)).toBeVisible();
  await stop('yes');
});
