import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transport } from '../../../drivers/transport/transport.ts';
import { RUN_FILES, SAMPLE_DEVICES } from '../../../main/contracts/run-folder.ts';
import { cryptoRandom } from '../../../main/system/crypto-random.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import type { ControlServer } from '../../../simulators/control/control-socket.ts';
import { serveControl } from '../../../simulators/control/control-socket.ts';
import type { Hardware } from '../../../simulators/devices/hardware.ts';
import { createHardware } from '../../../simulators/devices/hardware.ts';
import { createMemoryLine } from '../../../simulators/lines/memory-line.ts';
import { SAMPLE_CASSETTES } from '../../../simulators/terminal/sample-config.ts';
import type { Workbench } from '../../../simulators/workbench/server.ts';
import { startWorkbench } from '../../../simulators/workbench/server.ts';

/** The built page in a browser of the system, on devices without a terminal. Without such a browser: pending. */
const CHROMIUM = process.env['QOLMA_CHROMIUM'] ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

describe.skipIf(CHROMIUM === undefined)('workbench page', () => {
  let folder: string;
  const problems: string[] = [];
  let hardware: Hardware;
  let control: ControlServer;
  let workbench: Workbench;
  let browser: Browser;
  let page: Page;
  let coinLine: Transport;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qolma-page-'));
    await build({ configFile: join(import.meta.dirname, '../../../simulators/workbench/page/vite.config.ts'), logLevel: 'error', build: { outDir: join(folder, 'dist/workbench') } });
    const clock = systemClock();
    const memory = Object.fromEntries(Object.values(SAMPLE_DEVICES).map((name) => [name, createMemoryLine({ name, clock })]));
    coinLine = memory[SAMPLE_DEVICES.coinAcceptor]!.transport;
    const lines = Object.fromEntries(Object.entries(memory).map(([name, { line }]) => [name, line])) as unknown as Parameters<typeof createHardware>[0]['lines'];
    hardware = createHardware({ lines, clock, random: cryptoRandom(), timeFactor: 0.1, cassettes: SAMPLE_CASSETTES });
    hardware.start();
    control = await serveControl({ socketPath: join(folder, RUN_FILES.devicesControl), targets: hardware.targets, nowUtcMs: () => clock.nowUtcMs() });
    workbench = await startWorkbench({ runFolder: folder, port: 0, clock, random: cryptoRandom(), distFolder: join(folder, 'dist') });
    browser = await chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
    page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|violates/.test(message.text())) problems.push(message.text());
    });
    await page.goto(workbench.url);
    await page.getByText('simulated, running').waitFor();
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await workbench?.close();
    await control?.close();
    hardware?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows everything at 1440 × 900 without scrolling the page, and keeps the key out of the address', async () => {
    expect(await page.title()).toBe('Qolma workbench');
    expect(await page.evaluate('[document.documentElement.scrollWidth, document.documentElement.scrollHeight]')).toEqual([1440, 900]);
    expect(new URL(page.url()).search).toBe('');
    expect(await page.locator('.lever').count()).toBe(0);
  });

  it('turns the key on the board itself, and shows what the board says', async () => {
    const key = page.getByRole('switch', { name: 'Service key' });
    await key.click();
    await expect.poll(() => key.getAttribute('aria-checked')).toBe('true');
    expect(hardware.devices.get(SAMPLE_DEVICES.switches)!.world()).toMatchObject({ operatorKey: true });
    await key.click();
    await expect.poll(() => key.getAttribute('aria-checked')).toBe('false');
  });

  it('says why a hand could not do what it wanted', async () => {
    await page.getByRole('button', { name: 'Insert note' }).click();
    await page.getByText(/Not done \(acceptor, insertNote\)/).waitFor();
  });

  it('arms a fault at a chosen step, shows it in red and in a sentence, and disarms it', async () => {
    await page.getByRole('tab', { name: 'Dispenser' }).click();
    await page.getByRole('button', { name: 'Jam', exact: true }).click();
    await page.getByLabel('Step').selectOption('exit');
    await page.getByRole('button', { name: 'Arm' }).click();
    await page.getByText('Armed: dispenser jam at exit, once').waitFor();
    expect(hardware.devices.get(SAMPLE_DEVICES.dispenser)!.world()).toMatchObject({ faults: [{ fault: 'jam', at: 'exit' }] });
    expect(await page.locator('.fault.is-armed').innerText()).toContain('Jam');
    await page.getByRole('button', { name: 'Disarm' }).click();
    await page.getByText('Nothing is armed.').waitFor();
    expect(hardware.devices.get(SAMPLE_DEVICES.dispenser)!.world()).toMatchObject({ faults: [] });
  });

  it('has coins to throw in once a core has set the coin acceptor up, and still does not scroll', async () => {
    expect(await page.getByRole('button', { name: 'Throw in 100 tenge' }).count()).toBe(0);
    await coinLine.open();
    // A mask with all coins open. [misc §5.6]
    coinLine.write(Buffer.from('020201E7FFFF16', 'hex'));
    await page.getByRole('button', { name: 'Throw in 100 tenge' }).click();
    await expect.poll(() => (hardware.devices.get(SAMPLE_DEVICES.coinAcceptor)!.world() as { coins: { place: string }[] }).coins.map((coin) => coin.place)).toEqual(['box']);
    expect(await page.evaluate('[document.documentElement.scrollWidth, document.documentElement.scrollHeight]')).toEqual([1440, 900]);
  });

  it('has no finding of axe and broke no rule of its own policy', async () => {
    const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
    expect(problems).toEqual([]);
  });
}, 60_000);
