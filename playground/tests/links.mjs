// What links in mails lead to, in three languages, narrow and wide, light and dark. Part of browser.mjs.
import { pale } from './contrast.mjs';

const PASSWORD = 'copper lantern nine bridges';

/** An invitation in each language, and what its page says. */
const LANGUAGES = {
  EN: {
    offer: { accessStartsAt: '2036-01-01T00:00:00Z', accessEndsAt: '2036-07-01T00:00:00Z' },
    names: ['Edith', 'Ash'],
    join: /^Join Riverton/,
    access: /^from January 1, 2036 at .* until July 1, 2036 at /,
  },
  FR: {
    offer: { accessDurationSeconds: 2_592_000 },
    names: ['Lucie', 'Martin'],
    join: /^Rejoindre Riverton/,
    access: /^30\s+jours à compter de votre acceptation$/,
  },
  NL: { offer: {}, names: ['Jan', 'de Vries'], join: /^Lid worden van Riverton/, access: /^zonder einddatum$/ },
};

export async function checkLinks({ page, origin, check, assert, fits, invited, signIn, screenshot }) {
  const heading = (name) => page.getByRole('heading', { level: 2, name });
  const visit = async (path) => {
    // A link that differs behind the # alone loads nothing.
    await page.goto('about:blank');
    await page.goto(`${origin}${path}`);
  };
  const isSound = async (what) => {
    await fits();
    const forms = await page.locator('form').count();
    assert(forms <= 1, `${what}: ${forms} forms`);
    const unlabelled = await page.locator('input, select, textarea').evaluateAll((inputs) => inputs.filter((input) => !input.labels?.length).length);
    assert(unlabelled === 0, `${what}: ${unlabelled} fields without a label`);
    const lines = await page.evaluate(pale);
    assert(lines.length === 0, `${what}: ${lines.join('; ')}`);
  };
  const shoot = async (name) => {
    if (screenshot) await page.screenshot({ path: screenshot.replace('.png', `-${name}.png`) });
  };
  /** Narrow and wide, light and dark. */
  const everywhere = async (what) => {
    for (const [width, height] of [
      [360, 740],
      [1440, 900],
    ]) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of ['dark', 'light']) {
        await page.emulateMedia({ colorScheme });
        await isSound(`${what}, ${width} px, ${colorScheme}`);
        await shoot(`${what}-${width}-${colorScheme}`);
      }
    }
  };
  const links = {};

  for (const [locale, { offer, names, join, access }] of Object.entries(LANGUAGES)) {
    await check(`an invitation in ${locale} opens in its language, with names and duration`, async () => {
      const [givenName, familyName] = names;
      links[locale] = await invited(`${givenName.toLowerCase()}.${Date.now()}@example.org`, { ...offer, locale }, { givenName, familyName });
      await visit(links[locale]);
      await heading(join).waitFor();
      assert((await page.locator('html').getAttribute('lang')) === locale.toLowerCase(), 'another language is declared');
      const facts = await page.locator('.cc-facts dd').allInnerTexts();
      assert(facts.some((fact) => access.test(fact)), facts.join(' | '));
      assert((await page.locator('input[name=givenName]').inputValue()) === givenName, 'no given name');
      assert((await page.locator('input[name=familyName]').inputValue()) === familyName, 'no family name');
      assert((await page.locator('select[name=locale]').inputValue()) === locale, 'another language of mails');
      await everywhere(`invitation-${locale.toLowerCase()}`);
    });
  }

  let membership;
  await check('whoever accepts is signed in, and goes on to what they may do there', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await visit(links.FR);
    await page.getByLabel('Mot de passe').fill(PASSWORD);
    await page.getByText('Conditions d’utilisation', { exact: true }).click();
    await page.getByLabel(/J’ai lu/).check();
    await page.getByRole('button', { name: 'Créer le compte et accepter' }).click();
    await page.getByText(/Votre compte est prêt/).waitFor();
    await everywhere('accepted');
    await page.getByRole('link', { name: /^Continuer vers Riverton/ }).click();
    await page.locator('.graphiql-tab-active', { hasText: 'MyAccess' }).waitFor();
    await page.locator('.cc-header').getByText('Lucie Martin').waitFor();
    membership = await page.evaluate(async () => {
      const { secret } = JSON.parse(sessionStorage.getItem('concierge:credential'));
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` },
        body: JSON.stringify({ query: '{ workspace(slug: "riverton") { viewerMembership { id } } }' }),
        credentials: 'omit',
      });
      return (await response.json()).data.workspace.viewerMembership.id;
    });
  });

  await check('a member whose access ends sees where and when, and asks for more time', async () => {
    await visit(`/playground/link/?membership=${membership}`);
    await heading(/^Ask for more time in Riverton/).waitFor();
    const facts = await page.locator('.cc-facts dd').allInnerTexts();
    assert(/Riverton/.test(facts[0]) && /\(2[89]\sdays\)/.test(facts[1]), facts.join(' | '));
    await page.getByLabel('Language').selectOption('NL');
    await heading(/^Om meer tijd vragen in Riverton/).waitFor();
    await everywhere('renewal');
    await page.getByLabel('Bericht').fill('Nog één maand.');
    await page.getByRole('button', { name: 'Om meer tijd vragen' }).click();
    await page.getByText('Uw verzoek is verstuurd.').waitFor();
    await page.getByRole('link', { name: /^Doorgaan naar Riverton/ }).waitFor();
  });

  await check('signed out, a member is asked to sign in first', async () => {
    await page.getByRole('button', { name: 'Afmelden' }).click();
    await page.getByText('Meld u aan om te zien').waitFor();
    await visit(`/playground/link/?membership=${membership}`);
    await page.getByText('Sign in to see which workspace this is about').waitFor();
    await everywhere('renewal-signed-out');
  });

  await check('declining is a step of its own, and leads on', async () => {
    await visit(links.NL);
    await page.getByRole('button', { name: 'Uitnodiging afslaan' }).click();
    await heading(/^De uitnodiging voor Riverton .* afslaan\?$/).waitFor();
    await everywhere('decline');
    await page.getByRole('button', { name: 'Terug naar de uitnodiging' }).click();
    await page.getByRole('button', { name: 'Uitnodiging afslaan' }).click();
    await page.getByRole('button', { name: 'Afslaan', exact: true }).click();
    await page.getByText('U hebt de uitnodiging afgeslagen.').waitFor();
    await page.getByRole('link', { name: 'Doorgaan' }).waitFor();
  });

  await check('an invitation that was answered offers no more than to refuse further mail', async () => {
    await visit(links.NL);
    await heading('This invitation is no longer open').waitFor();
    await everywhere('closed');
    await page.getByRole('button', { name: 'Stop invitation mails to this address' }).click();
    await page.getByText('This address gets no more invitation mails.').waitFor();
  });

  await check('a new address is confirmed by whoever is signed in', async () => {
    await visit('/playground/link/#ccl_chg_0');
    await heading('Confirm your new address').waitFor();
    await page.getByText(/Sign in first/).waitFor();
    await everywhere('change');
    await signIn();
    await page.getByRole('button', { name: 'Confirm the address' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText(/Sign in first/).waitFor();
  });

  for (const [token, english, french] of [
    ['ccl_reg_0', 'Confirm your address', 'Confirmer votre adresse'],
    ['ccl_rst_0', 'Set a new password', 'Choisir un nouveau mot de passe'],
    ['ccl_chg_0', 'Confirm your new address', 'Confirmer votre nouvelle adresse'],
    ['ccl_und_0', 'Undo the change of address', 'Annuler le changement d’adresse'],
    ['ccl_fac_0', 'Keep your second factors', 'Conserver vos seconds facteurs'],
    ['ccl_nix_0', 'This link is not complete', 'Ce lien est incomplet'],
  ]) {
    await check(`the link page knows ${token.slice(0, 8)}… and takes the token out of the address bar`, async () => {
      await visit(`/playground/link/#${token}`);
      await heading(english).waitFor();
      assert(!page.url().includes('#'), page.url());
      await page.getByLabel('Language').selectOption('FR');
      await heading(french).waitFor();
      await everywhere(token.slice(0, 7));
    });
  }

  await check('what a portal shows on a page of its own, the playground shows by an example', async () => {
    await visit('/playground/link/?request=req_0');
    await heading('In your portal').waitFor();
    await everywhere('elsewhere');
    await page.getByRole('link', { name: 'Look it up in the playground' }).click();
    await page.locator('.graphiql-tab-active', { hasText: 'WhoWaits' }).waitFor();
  });
  await page.emulateMedia({ colorScheme: 'light' });
}
