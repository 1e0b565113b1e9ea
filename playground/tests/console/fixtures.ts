import { readFileSync } from 'node:fs';
import axe from 'axe-core';
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { PEOPLE } from './set-up';

export { expect };

/** Does by mouse, or by keyboard alone, what a person would do. */
export class Hand {
  constructor(
    readonly page: Page,
    readonly isKeyboard: boolean,
  ) {}

  /** Moves the focus to a control, by the key that its kind is reached with. */
  async reach(target: Locator): Promise<void> {
    await target.waitFor();
    const role = await target.evaluate((element) => element.getAttribute('role') ?? (element instanceof HTMLInputElement ? element.type : ''));
    const isFocused = () => target.evaluate((element) => (element.contains(document.activeElement) && document.activeElement !== document.body) || (element.role === 'option' && element.hasAttribute('data-focused')));
    if (role === 'menuitem' || role === 'option') {
      for (let presses = 0; presses < 60 && !(await isFocused()); presses += 1) await this.page.keyboard.press('ArrowDown');
    } else if (role === 'tab' || role === 'radio') {
      const group = target.locator(`xpath=ancestor::*[@role="${role === 'tab' ? 'tablist' : 'radiogroup'}"]`);
      const isInside = () => group.evaluate((element) => element.contains(document.activeElement));
      for (let presses = 0; presses < 120 && !(await isInside()); presses += 1) await this.page.keyboard.press('Tab');
      for (let presses = 0; presses < 10 && !(await isFocused()); presses += 1) await this.page.keyboard.press(role === 'tab' ? 'ArrowRight' : 'ArrowDown');
    } else {
      // A dialog takes the focus when it is there.
      for (let presses = 0; presses < 300 && !(await isFocused()); presses += 1) await this.page.keyboard.press('Tab');
    }
    expect(await isFocused(), `no key reaches ${target}`).toBe(true);
  }

  async press(target: Locator): Promise<void> {
    await expect(target).toBeEnabled();
    if (!this.isKeyboard) {
      // The input of a radio button lies behind what is seen of it.
      const isRadio = await target.evaluate((element) => element instanceof HTMLInputElement && element.type === 'radio');
      return isRadio ? target.locator('xpath=ancestor::label').click() : target.click();
    }
    await this.reach(target);
    const role = await target.evaluate((element) => element.getAttribute('role') ?? (element instanceof HTMLInputElement ? element.type : ''));
    await this.page.keyboard.press(role === 'checkbox' || role === 'radio' || role === 'tab' ? 'Space' : 'Enter');
  }

  async type(target: Locator, text: string): Promise<void> {
    if (!this.isKeyboard) return target.fill(text);
    await this.reach(target);
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.type(text);
  }

  /** Chooses from a list that a button opens. */
  async choose(label: string | RegExp, option: string): Promise<void> {
    await this.press(this.page.getByRole('button', { name: label }));
    await this.press(this.page.getByRole('option', { name: option, exact: true }));
  }

  /** Chooses what to do with a person, from the menu of the row or page. */
  async act(menu: Locator, action: string): Promise<void> {
    await this.press(menu);
    await this.press(this.page.getByRole('menuitem', { name: action }));
  }
}

interface Sent {
  documentId?: string;
  query?: string;
  variables?: { input?: { dryRun?: boolean } };
}

type Who = 'administrator' | 'editor' | 'plain';

interface Fixtures {
  hand: Hand;
  /** Looks for faults in accessibility, and keeps a picture. */
  stop(name: string): Promise<void>;
  /** Opens an address with a session: the demo administrator's, if nobody else is named. */
  enter(path?: string, who?: Who): Promise<void>;
  people: Record<'editor' | 'plain', { id: string; email: string; name: string }> & { sessions: Record<Who, string> };
}

export const test = base.extend<Fixtures>({
  hand: async ({ page }, use, info) => use(new Hand(page, info.project.metadata.hand === 'keyboard')),
  people: async ({}, use) => use(JSON.parse(readFileSync(PEOPLE, 'utf8'))),
  stop: async ({ page }, use, info) => {
    await use(async (name) => {
      await faultless(page, name);
      await page.screenshot({ path: info.outputPath(`${name}.png`) });
    });
  },
  enter: async ({ page, context, baseURL, people }, use) => {
    await use(async (path = '/console/riverton/users', who = 'administrator') => {
      await context.addCookies([{ name: 'session', value: people.sessions[who], url: baseURL!, httpOnly: true, sameSite: 'Lax' }]);
      await page.goto(path);
    });
  },
  page: async ({ page, baseURL }, use) => {
    const origin = new URL(baseURL!).origin;
    const faults: string[] = [];
    const rehearsed = new Set<string>();
    await page.exposeFunction('reportViolation', (text: string) => faults.push(text));
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        (globalThis as any).reportViolation(`UI-80: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    page.on('pageerror', (error) => faults.push(`error: ${error}`));
    page.on('request', (request) => {
      const address = request.url();
      if (!/^(data|blob):/.test(address) && new URL(address).origin !== origin) faults.push(`UI-1: ${address}`);
      if (/ccs_|token=/.test(address)) faults.push(`UI-82: ${address}`);
      if (!address.endsWith('/graphql') || !request.postData()) return;
      const { documentId, query, variables } = JSON.parse(request.postData()!) as Sent;
      if (query || !documentId?.startsWith('sha256:')) faults.push('UI-84: a document was sent as text');
      const { dryRun } = variables?.input ?? {};
      if (dryRun === true) rehearsed.add(documentId!);
      if (dryRun === false && !rehearsed.has(documentId!)) faults.push('UI-20: a change was not rehearsed');
    });
    await use(page);
    expect(faults).toEqual([]);
  },
});

/** UI-60: axe finds nothing. */
export async function faultless(page: Page, name: string): Promise<void> {
  await page.locator('h1, [role=dialog] h2').first().waitFor();
  await page.waitForTimeout(150);
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const axe = (globalThis as any).axe;
    const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] });
    return violations.map(({ id, help, nodes }: any) => `${id}: ${help}: ${nodes.slice(0, 3).map((node: any) => `${node.html.slice(0, 160)} [${node.any?.[0]?.message ?? node.failureSummary}]`).join(' | ')}`);
  });
  expect(violations, name).toEqual([]);
}

/** Different people for each hand: flows run side by side. */
export const byHand = <T>(hand: Hand, mouse: T, keyboard: T): T => (hand.isKeyboard ? keyboard : mouse);
