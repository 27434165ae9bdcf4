import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import type { IntentKind } from '../../../main/contracts/intent.ts';
import type { ScreenId } from '../../../main/contracts/screen-model.ts';

/** A finger on the real window: touches what the screen offers, by what it means and not by where it lies. */
export interface Customer {
  sees(screen: ScreenId): Promise<void>;
  /** From attract to the menu; a terminal whose devices are still coming up says so before. */
  reachesMenu(): Promise<void>;
  touches(kind: IntentKind, value?: string): Promise<void>;
  /** Digits on the keypad of the screen. */
  types(digits: string): Promise<void>;
}

const SCREEN_TIMEOUT_MS = 20_000;
const TOUCH_TIMEOUT_MS = 1_500;

export function customerAt(page: Page): Customer {
  const control = async (selector: string) => {
    const found = page.locator(selector).first();
    await expect(found).toBeEnabled({ timeout: SCREEN_TIMEOUT_MS });
    return found;
  };
  const revision = () => page.locator('[data-revision]').first().getAttribute('data-revision');
  /** As a person does: a touch that fell into the change of a screen is made again. */
  const touch = async (selector: string) => {
    const before = await revision();
    await expect(async () => {
      if ((await revision()) !== before) return;
      await (await control(selector)).click({ timeout: TOUCH_TIMEOUT_MS });
      await expect.poll(revision, { timeout: TOUCH_TIMEOUT_MS }).not.toBe(before);
    }).toPass({ timeout: SCREEN_TIMEOUT_MS });
  };
  return {
    sees: (screen) => expect(page.locator(`[data-screen="${screen}"]`)).toBeVisible({ timeout: SCREEN_TIMEOUT_MS }),
    reachesMenu: () =>
      expect(async () => {
        const shown = await page.locator('[data-screen]').first().getAttribute('data-screen');
        if (shown === 'attract') await touch('[data-intent="touch"]');
        // A terminal that is still coming up is out of service without a button; one of which a part is out offers to go on.
        else if (shown === 'out-of-service' && (await page.locator('[data-intent="next"]').count()) > 0) await touch('[data-intent="next"]');
        expect(await page.locator('[data-screen]').first().getAttribute('data-screen')).toBe('menu');
      }).toPass({ timeout: SCREEN_TIMEOUT_MS }),
    touches: (kind, value) => touch(value === undefined ? `[data-intent="${kind}"]` : `[data-intent="${kind}"][data-value="${value}"]`),
    types: async (digits) => {
      for (const digit of digits) await (await control(`[data-key="${digit}"]`)).click();
    },
  };
}
