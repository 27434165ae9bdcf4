import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import type { IntentKind } from '../../../main/contracts/intent.ts';
import type { ScreenId } from '../../../main/contracts/screen-model.ts';

/** A finger on the real window: touches what the screen offers, by what it means and not by where it lies. */
export interface Customer {
  sees(screen: ScreenId): Promise<void>;
  touches(kind: IntentKind, value?: string): Promise<void>;
  /** Digits on the keypad of the screen. */
  types(digits: string): Promise<void>;
}

const SCREEN_TIMEOUT_MS = 20_000;

export function customerAt(page: Page): Customer {
  const touch = async (selector: string) => {
    const control = page.locator(selector).first();
    await expect(control).toBeEnabled({ timeout: SCREEN_TIMEOUT_MS });
    await control.click();
  };
  return {
    sees: (screen) => expect(page.locator(`[data-screen="${screen}"]`)).toBeVisible({ timeout: SCREEN_TIMEOUT_MS }),
    touches: (kind, value) => touch(value === undefined ? `[data-intent="${kind}"]` : `[data-intent="${kind}"][data-value="${value}"]`),
    types: async (digits) => {
      for (const digit of digits) await touch(`[data-key="${digit}"]`);
    },
  };
}
