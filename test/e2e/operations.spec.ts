import { expect, test } from '@playwright/test';
import type { RunningTerminal } from './support/running-terminal.ts';
import { startTerminal } from './support/running-terminal.ts';
import { customerAt } from './support/customer.ts';
import type { Customer } from './support/customer.ts';
import type { LaunchedShell } from './support/launch-shell.ts';
import { launchShell } from './support/launch-shell.ts';

/** The three operations in the real window, over real serial lines, to the bank's signed answer. */
const PHONE = '+77000001234';
let terminal: RunningTerminal;
let shell: LaunchedShell;
let customer: Customer;

test.beforeEach(async () => {
  terminal = await startTerminal();
  await openWindow();
});
test.afterEach(async () => {
  await shell.close();
  await terminal.stop();
});

async function openWindow(): Promise<void> {
  shell = await launchShell({ runFolder: terminal.runFolder, profile: 'portrait' });
  customer = customerAt(shell.page);
}

async function authenticate(): Promise<void> {
  await customer.sees('identify-phone');
  await customer.types('7000001234');
  await customer.touches('submitPhone');
  await customer.sees('otp');
  await expect.poll(() => terminal.code(PHONE).catch(() => null)).not.toBeNull();
  await customer.types(await terminal.code(PHONE));
}

async function begin(operation: 'op-01' | 'op-05' | 'op-10'): Promise<void> {
  await customer.reachesMenu();
  await customer.touches('chooseOperation', operation);
  await authenticate();
}

/** What the bank booked for this terminal, minor units. */
async function bankCash(): Promise<{ readonly cashInMinor: number; readonly cashOutMinor: number }> {
  const world = JSON.stringify(await terminal.bank({ do: 'world' }));
  return { cashInMinor: Number(/"cashInMinor":(\d+)/.exec(world)?.[1]), cashOutMinor: Number(/"cashOutMinor":(\d+)/.exec(world)?.[1]) };
}

test('OP-01: two notes onto a card, with a paper receipt', async () => {
  await begin('op-01');
  await customer.sees('account-choice');
  await customer.touches('chooseAccount');
  await customer.sees('cash-in-intro');
  await customer.touches('next');
  await customer.sees('cash-in');
  await terminal.device('acceptor', { do: 'insertNote', denominationMinor: 1_000_000 });
  await expect(shell.page.getByText('10\u2009\u2060000').first()).toBeVisible();
  await expect(shell.page.locator('[data-intent="next"]')).toBeEnabled();
  await terminal.device('acceptor', { do: 'insertNote', denominationMinor: 500_000 });
  await expect(shell.page.locator('[data-screen="cash-in"]')).toContainText('14\u2009\u2060800');
  await customer.touches('next');
  await customer.sees('result-success');
  expect(await bankCash()).toEqual({ cashInMinor: 1_500_000, cashOutMinor: 0 });
  await customer.touches('next');
  await customer.sees('take-receipt');
  await expect.poll(async () => ((await terminal.device('printer', { do: 'receipts' })) as unknown as unknown[]).length).toBe(1);
});

test('OP-05: a provider is paid in cash, in Russian, with a receipt by SMS only', async () => {
  await customer.reachesMenu();
  await customer.touches('language', 'ru');
  await customer.touches('chooseOperation', 'op-05');
  await authenticate();
  await customer.sees('provider-category');
  await customer.touches('chooseCategory', 'utilities');
  await customer.sees('provider');
  await customer.touches('chooseProvider', 'p-water');
  await customer.sees('provider-fields');
  await customer.types('12345678');
  await customer.touches('submitFields');
  await customer.sees('confirm');
  await customer.touches('next');
  await customer.sees('cash-in');
  await terminal.device('acceptor', { do: 'insertNote', denominationMinor: 500_000 });
  await expect(shell.page.locator('[data-screen="cash-in"]')).toContainText('5\u2009\u2060000\u00a0₸');
  await customer.touches('next');
  await customer.sees('result-success');
  await customer.touches('chooseReceipt', 'electronic');
  await customer.touches('next');
  await customer.sees('farewell');
  expect(await bankCash()).toEqual({ cashInMinor: 500_000, cashOutMinor: 0 });
});

test('OP-10: cash without a card, in the exact mix', async () => {
  await begin('op-10');
  await customer.sees('account-choice');
  await customer.touches('chooseAccount');
  await customer.sees('cash-out-amount');
  await customer.touches('chooseAmount', '2000000');
  await customer.sees('confirm');
  await customer.touches('next');
  await customer.sees('take-cash');
  await customer.touches('next');
  await customer.sees('result-success');
  // What was paid out is reported behind the screen.
  await expect.poll(async () => (await bankCash()).cashOutMinor).toBe(2_000_000);
});

test('the window killed in the middle of a deposit loses nothing', async () => {
  await begin('op-01');
  await customer.sees('account-choice');
  await customer.touches('chooseAccount');
  await customer.sees('cash-in-intro');
  await customer.touches('next');
  await customer.sees('cash-in');
  await terminal.device('acceptor', { do: 'insertNote', denominationMinor: 2_000_000 });
  await expect(shell.page.locator('[data-screen="cash-in"]')).toContainText('20\u2009\u2060000');
  shell.app.process().kill('SIGKILL');
  await openWindow();
  await customer.sees('cash-in');
  await expect(shell.page.locator('[data-screen="cash-in"]')).toContainText('19\u2009\u2060800');
  await customer.touches('next');
  await customer.sees('result-success');
  expect((await bankCash()).cashInMinor).toBe(2_000_000);
});
