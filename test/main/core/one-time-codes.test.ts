import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeskWorld, SAMPLE } from '../../support/virtual-desk.ts';

describe('the one-time code at the terminal', () => {
  let world: DeskWorld;
  beforeEach(async () => {
    world = new DeskWorld();
    await world.boot();
    await world.chooseOperation('op-01');
    await world.identify();
    await world.when(() => world.model.screen === 'otp' && world.data('otp').state === 'awaitingEntry', 'the code is awaited');
  });
  afterEach(() => world.stop());

  const wrongCode = () => (world.code(SAMPLE.onePhone) === '111111' ? '222222' : '111111');
  const isWrong = () => world.model.screen === 'otp' && world.data('otp').problem === 'wrongCode' && world.data('otp').state === 'awaitingEntry';

  it('blocks after three wrong tries, with the time until which (S-13, Q-02)', async () => {
    for (const triesLeft of [2, 1]) {
      await world.press('submitCode', { code: wrongCode() });
      await world.when(isWrong, 'said to be wrong');
      expect(world.data('otp').triesLeft).toBe(triesLeft);
    }
    await world.press('submitCode', { code: wrongCode() });
    await world.until('result-refused');
    expect(world.data('result-refused')).toMatchObject({ refusal: 'RF-20', keptMinor: 0 });
    expect(world.data('result-refused').blockedForMs).toBeGreaterThan(14 * 60_000);
    expect(world.dataOf('otp.failed')).toHaveLength(3);
  });

  it('lets a code die at its own time, also after a wrong try, and then takes only a resend (R-8.12)', async () => {
    const expiresInMs = world.data('otp').expiresInMs ?? 0;
    expect(expiresInMs).toBeLessThanOrEqual(15 * 60_000);
    const since = world.clock.monotonicMs();
    // Somebody types all the time, so that patience does not end it first.
    while (world.clock.monotonicMs() - since < expiresInMs - 40_000) {
      await world.clock.advance(30_000);
      await world.press('activity');
    }
    await world.press('submitCode', { code: wrongCode() });
    await world.when(isWrong, 'said to be wrong');
    await world.when(() => world.data('otp').problem === 'expired', 'expired', 45_000);
    expect(world.model.intents).not.toContain('submitCode');
    expect(world.model.intents).toContain('resendCode');
    await world.press('resendCode');
    await world.when(() => world.data('otp').state === 'awaitingEntry' && world.data('otp').problem === null, 'a new code');
    await world.enterCode();
    await world.until('cash-in-intro');
  });

  it('waits for the whole cool-down and a patience after it, so that a resend can be asked for without a touch before (Q-02, PS-12.5)', async () => {
    expect(world.model.intents).not.toContain('resendCode');
    await world.clock.advance(61_000);
    expect(world.model).toMatchObject({ screen: 'otp', data: { resendInMs: 0 } });
    expect(world.model.intents).toContain('resendCode');
    await world.clock.advance(55_000);
    expect(world.model.screen).toBe('otp');
    // Nobody is there at all: warned, then over.
    await world.clock.advance(30_000);
    expect(world.screens).toContain('timeout-warning');
    await world.until('attract');
  });

  it('a resend voids the old code (Q-02)', async () => {
    const old = world.code(SAMPLE.onePhone);
    expect(world.model.intents).not.toContain('resendCode');
    await world.clock.advance(61_000);
    await world.press('resendCode');
    await world.when(() => world.data('otp').state === 'awaitingEntry' && world.dataOf('otp.requested').length === 2, 'a new code');
    expect(world.code(SAMPLE.onePhone)).not.toBe(old);
    await world.press('submitCode', { code: old });
    await world.when(isWrong, 'the old one is void');
  });

  it('keeps no code anywhere in the journal', async () => {
    const code = world.code(SAMPLE.onePhone);
    await world.enterCode();
    await world.until('cash-in-intro');
    expect(JSON.stringify(world.entries())).not.toContain(code);
  });
});
