import type { Page } from 'playwright';
import { atMost, failed, percentile, told, type Figure } from './figure.ts';
import type { ShellCommand } from '../launcher/shell-command.ts';

const TOUCHES = 60;
/** A finger is slower; the screen has settled. */
const TOUCH_GAP_MS = 200;
const SHOWN_AIM_MS = 100;
const WAIT_MS_MAX = 20_000;
const P99 = { name: 'touch: on display p99', unit: 'ms', aim: `≤ ${SHOWN_AIM_MS}` };

/**
 * From a touch on the window to the frame that shows the core's answer: finger, page, preload, shell, core and back, drawn. Touches come from outside by the
 * browser's own input path, times are the page's: the event's stamp, and the second animation frame after the new revision is in the document.
 */
export async function displayFigures(command: ShellCommand, displayEnv: NodeJS.ProcessEnv): Promise<readonly Figure[]> {
  const { _electron } = await import('playwright');
  const env = Object.fromEntries(Object.entries({ ...process.env, ...command.env, ...displayEnv }).flatMap(([name, value]) => (value === undefined || name.startsWith('ELECTRON_') ? [] : [[name, value] as const])));
  const app = await _electron.launch({ executablePath: command.command, args: [...command.args], env, timeout: WAIT_MS_MAX });
  try {
    const page = await app.firstWindow();
    await page.locator('.app[data-screen="attract"] .languages button').first().waitFor({ timeout: WAIT_MS_MAX });
    const shownMs = await touches(page);
    if (shownMs.length < TOUCHES / 2) return [failed(P99, `only ${shownMs.length} of ${TOUCHES} touches changed the screen`)];
    return [
      told({ name: 'touch: on display p50', unit: 'ms', note: `${shownMs.length} language switches in the window` }, percentile(shownMs, 0.5)),
      atMost(SHOWN_AIM_MS, P99, percentile(shownMs, 0.99)),
    ];
  } finally {
    await app.close();
  }
}

/** Runs in the page, as text: the types of a browser are not this project's. */
const WATCH_SCRIPT = `(() => {
  window.shownMs = [];
  let touchedMs = null;
  document.addEventListener('pointerdown', (event) => { touchedMs = event.timeStamp; }, true);
  new MutationObserver(() => {
    if (touchedMs === null) return;
    const fromMs = touchedMs;
    touchedMs = null;
    requestAnimationFrame(() => requestAnimationFrame(() => window.shownMs.push(performance.now() - fromMs)));
  }).observe(document.documentElement, { attributes: true, attributeFilter: ['lang'] });
})()`;

async function touches(page: Page): Promise<readonly number[]> {
  await page.evaluate(WATCH_SCRIPT);
  const buttons = page.locator('.languages button');
  for (let touch = 0; touch < TOUCHES; touch++) {
    await buttons.nth(touch % 2 === 0 ? 1 : 0).click();
    await page.waitForTimeout(TOUCH_GAP_MS);
  }
  return page.evaluate<number[]>('window.shownMs');
}
