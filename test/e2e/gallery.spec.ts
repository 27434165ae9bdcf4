import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test';
import tokens from '../../renderer/theme/tokens.json' with { type: 'json' };

/** Every screen of the contract in every window and language, by the rules of look.md §3. `npm run test:e2e` leaves pictures of all in test-results/gallery. */
const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'dist/gallery');
const PAGE = join(FOLDER, 'gallery.html');
const PICTURES = join(ROOT, 'test-results/gallery');
/** They are for people, prove nothing, and take a quarter of the time. */
const arePicturesWanted = process.env['QOLMA_PICTURES'] === '1';
/** What a theme can break: the rest is the same document. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block', 'target-size'];

interface Look {
  readonly profile: keyof typeof tokens.profiles;
  readonly language: 'kk' | 'ru' | 'en';
  readonly options?: string;
  /** Looked at by people; the others only by the rules. */
  readonly isPictured?: boolean;
}
const LOOKS: readonly Look[] = [
  { isPictured: true, profile: 'portrait', language: 'kk' },
  { isPictured: true, profile: 'portrait', language: 'ru' },
  { profile: 'portrait', language: 'en' },
  { profile: 'landscape', language: 'kk' },
  { isPictured: true, profile: 'landscape', language: 'ru' },
  { isPictured: true, profile: 'compact', language: 'kk' },
  { profile: 'compact', language: 'ru' },
  { isPictured: true, profile: 'portrait', language: 'kk', options: 'theme=high-contrast' },
  { isPictured: true, profile: 'portrait', language: 'kk', options: 'text=large' },
  { isPictured: true, profile: 'portrait', language: 'kk', options: 'reach=low' },
];

let app: ElectronApplication | undefined;
let page: Page;
let samples: readonly string[];
/** What the page threw: a screen that cannot be drawn must not pass because nothing is wrong with nothing. */
const thrown: string[] = [];

test.describe.configure({ mode: 'default', timeout: 300_000 });

test.beforeAll(async () => {
  if (isStale()) execFileSync(process.execPath, [join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '-c', 'renderer/vite.gallery.config.ts', '--logLevel', 'error'], { cwd: ROOT, stdio: 'inherit' });
  // Electron opens a folder by its package.json.
  writeFileSync(join(FOLDER, 'package.json'), JSON.stringify({ name: 'qolma-gallery', version: '0.0.0', main: '../../test/e2e/support/gallery-window.mjs' }));
  mkdirSync(PICTURES, { recursive: true });
  const { executable } = JSON.parse(readFileSync(join(ROOT, '.runtime/electron.json'), 'utf8')) as { executable: string };
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const env = Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined || name.startsWith('ELECTRON_') ? [] : [[name, value] as const])));
  app = await _electron.launch({ executablePath: executable, args: [...asRoot, FOLDER], env, timeout: 20_000 });
  page = await app.firstWindow();
  page.on('pageerror', (error) => thrown.push(error.message));
  await page.emulateMedia({ reducedMotion: 'reduce' });
  // Not waitForFunction: it polls by evaluating text in the page, which the page's own policy refuses.
  await expect.poll(() => page.evaluate(`'gallery' in window`)).toBe(true);
  samples = await page.evaluate<string[]>('gallery.samples');
});
test.afterAll(() => app?.close());

for (const look of LOOKS) {
  const title = [look.profile, look.language, look.options].filter(Boolean).join(' ');
  test(`every screen holds together: ${title}`, async () => {
    thrown.length = 0;
    const { px, min } = tokens.profiles[look.profile];
    await page.setViewportSize({ width: px[0] as number, height: px[1] as number });
    const faults: string[] = [];
    for (const sample of samples) {
      await show(sample, look);
      const found = await page.evaluate<string[]>(`gallery.faults(${JSON.stringify({ minTextPx: min.text, minTargetPx: min.target })})`);
      faults.push(...found.map((fault) => `${sample}: ${fault}`));
      if (arePicturesWanted && look.isPictured === true) await page.screenshot({ path: join(PICTURES, `${sample.replace('/', '.')}.${title.replaceAll(/[ =]/g, '-')}.jpg`), quality: 80, type: 'jpeg' });
    }
    expect([...thrown, ...faults]).toEqual([]);
  });
}

test('a result says reference and receipt number in words, in every window: that it was shown proves that the receipt was given (Q-07)', async () => {
  const results = samples.filter((sample) => sample.startsWith('result-') && !sample.endsWith('/no-receipt') && !sample.endsWith('/blocked'));
  const silent: string[] = [];
  for (const look of LOOKS) {
    const { px } = tokens.profiles[look.profile];
    await page.setViewportSize({ width: px[0] as number, height: px[1] as number });
    for (const sample of results) {
      await show(sample, look);
      // Without the picture of the paper, which is not in every window and not read aloud.
      const words = await page.locator('.of-result > .main').innerText();
      if (!words.includes('Q7K-482') || !words.includes('0427-008213')) silent.push(`${sample} ${look.profile} ${look.language} ${look.options ?? ''}`);
    }
  }
  expect(silent).toEqual([]);
});

test('a note whose place is not known is said on the screen on which it went in, with its sum, also beside what was counted', async () => {
  const silent: string[] = [];
  for (const look of LOOKS) {
    const { px } = tokens.profiles[look.profile];
    await page.setViewportSize({ width: px[0] as number, height: px[1] as number });
    for (const sample of ['cash-in/note-doubtful', 'cash-in/note-doubtful-beside']) {
      await show(sample, look);
      const words = (await page.locator('.ledger').innerText()).replaceAll(/[\u2009\u2060]/g, '');
      if (!words.includes('20000')) silent.push(`${sample} ${look.profile} ${look.language} ${look.options ?? ''}`);
    }
  }
  expect(silent).toEqual([]);
});

for (const [theme, rules] of [['light', 'all'], ['high-contrast', COLOUR_RULES]] as const) {
  test(`every screen is accessible: ${theme}`, async () => {
    await page.setViewportSize({ width: 1080, height: 1920 });
    await expectNoViolations(samples.filter((sample) => !sample.startsWith('service-')), { profile: 'portrait', language: 'kk', options: `theme=${theme}` }, rules);
  });
}

test('service mode is accessible', async () => {
  await page.setViewportSize({ width: 1280, height: 1024 });
  await expectNoViolations(samples.filter((sample) => sample.startsWith('service-')), { profile: 'landscape', language: 'ru' });
});

/** In the window that is already open: a load for each of some hundred pictures would take most of the time. */
async function show(sample: string, { language, options = '' }: Look): Promise<void> {
  await page.evaluate(`gallery.show(${JSON.stringify(`?sample=${sample}&language=${language}&${options}`)})`);
}

async function expectNoViolations(wanted: readonly string[], look: Look, rules: readonly string[] | 'all' = 'all'): Promise<void> {
  const violations: string[] = [];
  for (const sample of wanted) {
    await show(sample, look);
    const axe = new AxeBuilder({ page }).setLegacyMode();
    const { violations: found } = await (rules === 'all' ? axe.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']) : axe.withRules([...rules])).analyze();
    for (const violation of found) violations.push(`${sample}: ${violation.id} ${violation.nodes[0]?.html ?? ''}`);
  }
  expect(violations).toEqual([]);
}

function isStale(): boolean {
  if (!existsSync(PAGE)) return true;
  const builtAtMs = statSync(PAGE).mtimeMs;
  const sources = [...readdirSync(join(ROOT, 'renderer'), { recursive: true, withFileTypes: true }), ...readdirSync(join(ROOT, 'main/contracts'), { withFileTypes: true })];
  return sources.some((entry) => entry.isFile() && statSync(join(entry.parentPath, entry.name)).mtimeMs > builtAtMs);
}
