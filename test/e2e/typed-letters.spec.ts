import { expect, test } from '@playwright/test';
import { customerAt } from './support/customer.ts';
import type { Customer } from './support/customer.ts';
import type { LaunchedShell } from './support/launch-shell.ts';
import { launchShell } from './support/launch-shell.ts';
import type { RunningTerminal } from './support/running-terminal.ts';
import { startTerminal } from './support/running-terminal.ts';

/** What is typed in letters, on the screen's own keyboard: no terminal has another one. */
const PHONE = '+77000001234';
let terminal: RunningTerminal;
let shell: LaunchedShell;
let customer: Customer;

test.beforeEach(async () => {
  terminal = await startTerminal();
  shell = await launchShell({ runFolder: terminal.runFolder, profile: 'portrait' });
  customer = customerAt(shell.page);
});
test.afterEach(async () => {
  await shell.close();
  await terminal.stop();
});

type Layout = 'cyrillic' | 'latin' | 'upper' | 'digits';
/** A key that only this layout has. */
const SHOWN: Readonly<Record<Layout, string>> = { cyrillic: 'Й', latin: 'q', upper: 'Q', digits: '1' };

/** Letters, digits and marks, by the keys that show them. */
async function typesLetters(text: string): Promise<void> {
  const key = (button: string) => shell.page.locator(`.simple-keyboard [data-skbtn="${button}"]`);
  const isShown = async (layout: Layout) => (await key(SHOWN[layout]).count()) > 0;
  const change = async (layout: Layout) => {
    if (await isShown(layout)) return;
    if (layout === 'digits') await key('{digits}').click();
    else if (layout === 'cyrillic') await key('{cyrillic}').click();
    else if (layout === 'upper') {
      await change('latin');
      await key('{shift}').click();
    } else await key((await isShown('upper')) ? '{shift}' : '{latin}').click();
    await expect(key(SHOWN[layout])).toBeVisible();
  };
  for (const letter of text) {
    await change(/\d/.test(letter) ? 'digits' : /[a-z-]/.test(letter) ? 'latin' : /[A-Z]/.test(letter) ? 'upper' : 'cyrillic');
    await key(letter).click();
  }
}

test('a technician logs in, sets the first password and sees the devices', async () => {
  await customer.sees('attract');
  await terminal.device('switches', { do: 'turnKey', on: true });
  await customer.sees('service-login');
  const field = async (key: string, text: string) => {
    await shell.page.locator(`[data-field="${key}"]`).click();
    await typesLetters(text);
    await expect(shell.page.locator(`[data-field="${key}"]`)).toHaveValue(text);
  };
  await field('login', 't-014');
  await field('password', 'Qolma-2026');
  await shell.page.locator('[data-intent="submit"]').click();
  await customer.sees('service-password');
  await field('current', 'Qolma-2026');
  await field('next', 'Zhana-Kilt-77');
  await field('repeat', 'Zhana-Kilt-77');
  await shell.page.locator('[data-intent="submit"]').click();
  await customer.sees('service-status');
  await expect(shell.page.locator('.service')).toContainText('CCNET', { ignoreCase: true });
});

test('a provider is found by the letters of its name', async () => {
  await customer.reachesMenu();
  await customer.touches('chooseOperation', 'op-05');
  await customer.sees('identify-phone');
  await customer.types('7000001234');
  await customer.touches('submitPhone');
  await customer.sees('otp');
  await expect.poll(() => terminal.code(PHONE).catch(() => null)).not.toBeNull();
  await customer.types(await terminal.code(PHONE));
  await customer.sees('provider-category');
  await shell.page.locator('.field.search').click();
  await typesLetters('СУ');
  await customer.touches('searchProviders');
  await customer.sees('provider');
  await expect(shell.page.locator('[data-intent="chooseProvider"]').first()).toBeVisible();
});
