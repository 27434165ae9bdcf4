import { expect, test } from '@playwright/test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ScreenModel } from '../../main/contracts/screen-model.ts';
import { PROFILES, type ProfileName } from '../../main/shell/shell-options.ts';
import { createFakeCore, type FakeCore } from './support/fake-core.ts';
import { firstPaintMs, launchShell, type LaunchedShell } from './support/launch-shell.ts';

/**
 * The window alone, on a socket that only says what the test says: what comes in is shown, what is touched goes out, and nothing else is
 * possible. What the terminal does is tested elsewhere.
 */
const frame = {
  language: 'kk', terminal: { number: '0427', helpNumber: '0000' }, display: { lowReach: false, largeText: false, highContrast: false, voice: false },
  timeLimit: null, toast: null, beneath: null,
} as const;
const operations = [{ operation: 'op-01', available: true, reason: null }] as never;

function attract(revision: number): ScreenModel {
  return { ...frame, revision, intents: ['touch', 'language'], screen: 'attract', data: { operations, acceptedMinor: [100_000], dispensedMinor: [200_000] } };
}
function farewell(revision: number): ScreenModel {
  return { ...frame, revision, intents: ['touch'], screen: 'farewell', data: { hasReceipt: false } };
}
function serviceLogin(revision: number): ScreenModel {
  return { ...frame, language: 'en', revision, intents: ['serviceLogin', 'activity', 'cancel'], screen: 'service-login', data: { problem: null, busy: false, canLogIn: true, troubles: [] } };
}

const result = {
  operation: 'op-01', amountMinor: 1_480_000, feeMinor: 20_000, target: '•• 0012', targetTrilingual: null, receiptNumber: null, reference: 'Q7K-482', providerRef: null, receipt: null,
  paper: 'unavailable', electronic: null, selectedReceipt: 'paper', canContinue: true, outcome: 'credited',
} as const;

let runFolder: string;
let core: FakeCore;
let shell: LaunchedShell | null = null;

test.beforeEach(async () => {
  runFolder = mkdtempSync(join(tmpdir(), 'qolma-shell-'));
  core = createFakeCore(runFolder);
  core.show(attract(7));
  await core.start();
});
test.afterEach(async () => {
  await shell?.close();
  shell = null;
  await core.stop();
  rmSync(runFolder, { recursive: true, force: true });
});

async function open(more: { profile?: ProfileName; isKiosk?: boolean } = {}): Promise<LaunchedShell> {
  shell = await launchShell({ runFolder, profile: 'portrait', ...more });
  return shell;
}

/** A touch while the screen changes is dropped; a person touches again. */
async function touched(touch: () => Promise<void>, check: () => void): Promise<void> {
  await expect(async () => {
    await touch();
    check();
  }).toPass();
}

test('shows the model and sends what is touched with its revision', async () => {
  const { page } = await open();
  await expect(page.locator('[data-screen="attract"]')).toBeVisible();
  await expect.poll(() => core.received.filter((message) => message.type === 'shown').map((message) => message.revision)).toContain(7);
  await touched(() => page.mouse.click(540, 1100), () => expect(core.received.filter((message) => message.type === 'intent').map((message) => message.intent)).toContainEqual({ kind: 'touch', revision: 7 }));
  core.show(farewell(8));
  await expect(page.locator('[data-screen="farewell"]')).toBeVisible();
});

test('keeps the letters of its keyboard on view while the core tells the screen anew', async () => {
  core.show(serviceLogin(8));
  const { page } = await open();
  const key = (button: string) => page.locator(`.simple-keyboard [data-skbtn="${button}"]`);
  await key('{shift}').click();
  await key('Q').click();
  core.show(serviceLogin(9));
  await expect(page.locator('.app')).toHaveAttribute('data-revision', '9');
  await key('W').click({ timeout: 5_000 });
  await expect(page.locator('[data-field="login"]')).toHaveValue('QW');
});

test('every open item can be reached, and a list that became shorter shows its last page', async () => {
  const item = (n: number) => ({ suspenseId: `item-${n}`, amountMinor: n * 100_000, kind: 'unassigned', openedAtUtcMs: 0, reference: `R-${n}`, operationId: null, evidence: '', told: 'told' as const });
  const page = (revision: number, count: number): ScreenModel => ({
    ...frame, language: 'en', revision, intents: ['serviceSettle', 'serviceLogout', 'activity'], screen: 'service-suspense',
    data: { login: 't-014', name: 'T.', level: 'technician', softwareVersion: '1', businessDay: null, incidentCount: 0, queueCount: 0, items: Array.from({ length: count }, (_, n) => item(n + 1)), unfollowed: [], maySettleAs: ['matched'], settled: [] },
  });
  core.show(page(8, 8));
  const { page: shell } = await open();
  await expect(shell.locator('tbody tr')).toHaveCount(6);
  await shell.getByRole('button', { name: '→' }).click();
  await expect(shell.locator('tbody tr')).toHaveCount(2);
  await shell.locator('tbody tr button').last().click();
  await shell.locator('[data-intent="serviceSettle"]').click();
  await expect.poll(() => core.received.filter((message) => message.type === 'intent').map((message) => message.intent)).toContainEqual({ kind: 'serviceSettle', revision: 8, suspenseId: 'item-8', to: 'matched', why: 'countAgrees' });
  core.show(page(9, 6));
  await expect(shell.locator('tbody tr')).toHaveCount(6);
});

test('a second tap on the end of an item, or on the confirmation of a message, is none on the next one that stands there', async () => {
  const staff = { login: 't-014', name: 'T.', level: 'cashOfficer', softwareVersion: '1', businessDay: null, incidentCount: 0, queueCount: 0 } as const;
  const item = (n: number) => ({ suspenseId: `item-${n}`, amountMinor: n * 100_000, kind: 'unassigned', openedAtUtcMs: 0, reference: `R-${n}`, operationId: null, evidence: '', told: 'told' as const });
  const items = (revision: number, ns: readonly number[]): ScreenModel => ({ ...frame, language: 'en', revision, intents: ['serviceSettle', 'serviceLogout', 'activity'], screen: 'service-suspense', data: { ...staff, items: ns.map(item), unfollowed: [], maySettleAs: ['paid'], settled: [] } });
  const message = (n: number) => ({ messageId: `M${n}`, operation: 'cash.deposit', state: 'parked' as const, createdAtUtcMs: n, attemptCount: 9, lastError: null, canRetry: true, canAct: true, proposal: { act: 'settle' as const, by: 't-021', why: 'bankKnows', isOwn: false } });
  const queue = (revision: number, ns: readonly number[]): ScreenModel => ({ ...frame, language: 'en', revision, intents: ['serviceMessage', 'serviceLogout', 'activity'], screen: 'service-queue', data: { ...staff, linkUp: true, messages: ns.map(message) } });
  const acts = () => core.received.flatMap((received) => (received.type === 'intent' && received.intent.kind !== 'activity' ? [received.intent.kind === 'serviceSettle' ? received.intent.suspenseId : received.intent.kind === 'serviceMessage' ? received.intent.messageId : received.intent.kind] : []));
  core.show(items(8, [1, 2, 3]));
  const { page } = await open();
  for (const [name, first, rest] of [['Paid', 'item-1', items(9, [2, 3])], ['Confirm', 'M1', queue(11, [2, 3])]] as const) {
    if (name === 'Confirm') core.show(queue(10, [1, 2, 3]));
    const button = page.getByRole('button', { name, exact: true });
    await touched(() => button.click(), () => expect(acts().at(-1)).toBe(first));
    core.show(rest);
    await expect(page.locator('.app')).toHaveAttribute('data-revision', String(rest.revision));
    await expect(button).toHaveCount(0);
  }
  await page.locator('tbody tr button').first().click();
  await touched(() => page.getByRole('button', { name: 'Confirm', exact: true }).click(), () => expect(acts()).toEqual(['item-1', 'M1', 'M2']));
});

test('waits for a core that is not there yet', async () => {
  await core.stop();
  const { page } = await open();
  await page.waitForTimeout(300);
  await core.start();
  await expect(page.locator('[data-screen="attract"]')).toBeVisible();
});

test('comes back to the same screen when the core starts again with another token', async () => {
  const { page } = await open();
  await expect(page.locator('[data-screen="attract"]')).toBeVisible();
  await core.stop();
  core.show(farewell(3));
  await core.start();
  await expect(page.locator('[data-screen="farewell"]')).toBeVisible();
  expect(core.refusedCount()).toBe(0);
});

test('shows the same screen again after its renderer crashed', async () => {
  const { app, page, lines } = await open();
  await expect(page.locator('[data-screen="attract"]')).toBeVisible();
  const shownCount = (): number => core.received.filter((message) => message.type === 'shown' && message.revision === 7).length;
  await expect.poll(shownCount).toBe(1);
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
  await expect.poll(() => lines().map((line) => line.event)).toContain('shell.renderer.gone');
  await expect.poll(shownCount, { timeout: 10_000 }).toBe(2);
});

test('a screen that cannot be drawn says so, and the next one is drawn', async () => {
  const { page, lines } = await open();
  await expect(page.locator('[data-screen="attract"]')).toBeVisible();
  // No calendar has this day.
  core.show({ ...frame, revision: 8, intents: ['cancel', 'next'], screen: 'result-success', data: { ...result, atUtcMs: Number.MAX_SAFE_INTEGER } });
  await expect(page.locator('h1')).toContainText('жұмыс істемейді');
  await expect.poll(() => lines().map((line) => line.event)).toContain('shell.page.error');
  await page.waitForTimeout(200); // touches during the change of a screen are dropped
  await page.locator('[data-intent="cancel"]').click();
  await expect.poll(() => core.received.filter((message) => message.type === 'intent').map((message) => message.intent)).toContainEqual({ kind: 'cancel', revision: 8 });
  core.show(farewell(9));
  await expect(page.locator('[data-screen="farewell"]')).toContainText('Рахмет');
});

test('gives the page nothing but the bridge', async () => {
  const { app, page } = await open();
  await expect(page.locator('[data-screen="attract"]')).toBeVisible();
  // Scripts for the page are text: the page's globals are not known to the type checker of the tests.
  const found = await page.evaluate(`({
    node: ['process', 'require', 'module', 'Buffer', 'global'].filter((name) => name in globalThis),
    bridge: Object.keys(globalThis.qolma).sort(),
    isSecure: isSecureContext,
    address: location.href,
  })`);
  expect(found).toEqual({ node: [], bridge: ['onScreen', 'reportShown', 'sendIntent'], isSecure: true, address: 'app://kiosk/' });
  const preferences = await app.evaluate(({ BrowserWindow }) => (BrowserWindow.getAllWindows()[0]?.webContents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences());
  expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false });
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.openDevTools());
  await page.waitForTimeout(300);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.isDevToolsOpened())).toBe(false);
});

test('refuses other pages, windows, permissions, downloads, inline script and the network', async () => {
  const { app, page } = await open();
  await expect(page.locator('[data-screen="attract"]')).toBeVisible();
  expect(await page.evaluate("open('https://example.invalid/')")).toBeNull();
  expect(await page.evaluate("navigator.permissions.query({ name: 'geolocation' }).then((status) => status.state)")).toBe('denied');
  expect(await page.evaluate('Notification.requestPermission()')).toBe('denied');
  expect(await page.evaluate("fetch('https://example.invalid/').then(() => 'answered', () => 'refused')")).toBe('refused');
  expect(await page.evaluate("fetch('app://kiosk/%2e%2e%2f%2e%2e%2fpackage.json').then((answer) => answer.status)")).toBe(404);
  await page.evaluate("const script = document.createElement('script'); script.textContent = 'globalThis.inlineRan = true'; document.head.append(script)");
  expect(await page.evaluate("'inlineRan' in globalThis")).toBe(false);
  await page.evaluate("const link = document.createElement('a'); link.href = 'data:text/plain,kept'; link.download = 'kept.txt'; link.click()");
  await page.evaluate("location.href = 'https://example.invalid/'");
  await page.waitForTimeout(300);
  expect(page.url()).toBe('app://kiosk/');
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  core.show(farewell(9)); // and the page lives on
  await expect.poll(() => core.received.filter((message) => message.type === 'shown').map((message) => message.revision)).toContain(9);
});

test('sends no more intents than a person can', async () => {
  const { page, lines } = await open();
  await expect(page.locator('[data-screen="attract"]')).toBeVisible();
  await page.evaluate("for (let tap = 0; tap < 200; tap += 1) qolma.sendIntent({ kind: 'touch', revision: 7 })");
  await expect.poll(() => lines().filter((line) => line.event === 'shell.intent.tooMany').length).toBeGreaterThan(150);
  expect(core.received.filter((message) => message.type === 'intent').length).toBeLessThan(40);
});

for (const [profile, { widthPx, heightPx }] of Object.entries(PROFILES)) {
  test(`gives the page ${widthPx}×${heightPx} pixels in profile ${profile}`, async () => {
    const { page } = await open({ profile: profile as ProfileName });
    await expect(page.locator('[data-screen="attract"]')).toBeVisible();
    await expect.poll(() => page.evaluate('[innerWidth, innerHeight]')).toEqual([widthPx, heightPx]);
  });
}

test('tells when its first content is on the screen', async () => {
  const measuredMs = await firstPaintMs(runFolder);
  // A figure, not a limit: speed is judged by `npm run bench` on a quiet machine.
  test.info().annotations.push({ type: 'shell.firstPaint', description: `${measuredMs} ms` });
  expect(measuredMs).toBeGreaterThan(0);
});
