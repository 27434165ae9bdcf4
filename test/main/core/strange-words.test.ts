/** Goal: what a customer's window sends, whatever it is, meets a screen that says no, and no assertion. Method: whole visits in virtual time. */
import { afterEach, describe, expect, it } from 'vitest';
import { DeskWorld, SAMPLE } from '../../support/virtual-desk.ts';

describe('words of a window that does not check them', () => {
  let world: DeskWorld;
  afterEach(() => world.stop());

  it('a birth date of three digits, or of letters, is asked for again', async () => {
    world = new DeskWorld();
    await world.boot();
    await world.chooseOperation('op-01');
    await world.identify(SAMPLE.sharedPhone);
    await world.until('disambiguate');
    for (const birthDate of ['', '020', '0202200x', '12345678'.slice(0, 7)]) {
      await world.press('submitBirthDate', { birthDate });
      expect(world.model.screen).toBe('disambiguate');
    }
    await world.press('submitBirthDate', { birthDate: SAMPLE.sharedBirthDate });
    await world.until('otp');
  });

  it('an amount that no forty notes make is not possible, also beside coins of a tenge, when there is as much inside', async () => {
    world = new DeskWorld({ coins: { denominationMinor: 100, coinCount: 100 } });
    await world.boot();
    await world.toAmount();
    for (const amountMinor of [250_000_000, 10_000_000_000, 250_000_050, 1]) {
      await world.press('chooseAmount', { amountMinor });
      await world.when(() => world.data('cash-out-amount').impossible?.amountMinor === amountMinor, 'it is said to be impossible');
    }
  });
});
