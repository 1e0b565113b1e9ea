import { member } from './api';
import { expect, faultless, test } from './fixtures';

const WORDS = { en: 'Users', fr: 'Utilisateurs', nl: 'Gebruikers' } as const;

// Flow 21, as far as there are pages: three languages, light and dark, wide and narrow.
for (const language of ['en', 'fr', 'nl'] as const) {
  test(`ui_60 all pages in ${language}, light and dark, wide and narrow`, async ({ page, enter }, info) => {
    test.setTimeout(150_000);
    const { id } = await member('joelle besancon');
    await enter();
    // The language of the page alone: flows that run beside this one read English from the same profile.
    await page.route('**/graphql', async (route) => {
      const response = await route.fetch().catch(() => null);
      if (!response) return;
      const text = (await response.text()).replace(/"locale":"(EN|FR|NL)"/, `"locale":"${language.toUpperCase()}"`);
      await route.fulfill({ response, body: text }).catch(() => undefined);
    });
    const pages = {
      users: '/console/riverton/users',
      empty: '/console/riverton/users?q=nobody-is-called-so',
      user: `/console/riverton/users/${id}?why=BROWSE_ALL_PAGES`,
      quotas: `/console/riverton/users/${id}?tab=quotas`,
      groups: `/console/riverton/users/${id}?tab=groups`,
      items: `/console/riverton/users/${id}?tab=items`,
      keys: `/console/riverton/users/${id}?tab=keys`,
      history: `/console/riverton/users/${id}?tab=history`,
      role: `/console/riverton/users/${id}?do=role`,
      grant: `/console/riverton/users/${id}?do=grant:CREATE_PAGES`,
      period: `/console/riverton/users/${id}?do=period`,
      revoke: `/console/riverton/users/${id}?do=revoke`,
      why: `/console/riverton/why?who=${id}&may=PUBLISH_OWN_DATASETS`,
    };
    for (const [name, path] of Object.entries(pages)) {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.goto(path);
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      await page.locator('h1, [role=dialog] h2').first().waitFor();
      await expect(page.locator('[aria-busy=true], .skeleton')).toHaveCount(0);
      // Colours are the same in every language: the light ones are looked at once.
      if (language === 'en') await faultless(page, `${name} light`);
      await page.screenshot({ path: info.outputPath(`${name}-wide-light.png`) });
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.setViewportSize({ width: 360, height: 800 });
      await faultless(page, `${name} dark, narrow`);
      // UI-63: nothing scrolls sideways, down to 320 px.
      await page.setViewportSize({ width: 320, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${name} at 320 px`).toBeLessThanOrEqual(320);
      await page.setViewportSize({ width: 360, height: 800 });
      await page.screenshot({ path: info.outputPath(`${name}-narrow-dark.png`), fullPage: true });
    }
    await page.goto('/console/riverton/users');
    await expect(page.getByRole('heading', { name: WORDS[language], level: 1 })).toBeVisible();
    // UI-9: a row is a card of at most 96 px.
    const heights = await page.locator('tbody tr').evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
    expect(Math.max(...heights)).toBeLessThanOrEqual(96);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });
}
