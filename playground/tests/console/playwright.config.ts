// Drives the console in a browser against a running server with the demo data, each flow by mouse and by keyboard.
//   CONSOLE_URL=http://127.0.0.1:8080 npm run test:console
// The browser is CHROMIUM or /usr/bin/chromium; none is downloaded. Screenshots are kept in test-results/console.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/console',
  globalSetup: './set-up.ts',
  fullyParallel: true,
  workers: 3,
  // In the gate other checks run beside: what passes only at a further try is listed as flaky.
  retries: process.env.CI ? 2 : 0,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    baseURL: process.env.CONSOLE_URL ?? 'http://127.0.0.1:8080',
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Brussels',
    actionTimeout: 10_000,
    permissions: ['clipboard-read', 'clipboard-write'],
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
  projects: [
    { name: 'mouse', metadata: { hand: 'mouse' } },
    { name: 'keyboard', metadata: { hand: 'keyboard' }, testIgnore: 'look.spec.ts' },
  ],
});
