/** Goal: what holds while the terminal closes, who may clear a tamper alarm and when, and what the journal could not be told at once. Method: the guards by themselves, with a UPS, switches and a customer that the test moves. */
import { describe, expect, it } from 'vitest';
import type { PowerReading, PowerSupply } from '../../../drivers/interfaces/power-supply.ts';
import type { SwitchName } from '../../../drivers/interfaces/switches.ts';
import { clockDoubt } from '../../../main/core/guards/clock-guard.ts';
import { firstPowerReading } from '../../../main/core/guards/first-power-reading.ts';
import { CASH_MS_MAX, PowerClose } from '../../../main/core/guards/power-close.ts';
import { SiteGuard } from '../../../main/core/guards/site-guard.ts';
import { Troubles } from '../../../main/core/guards/troubles.ts';
import type { TerminalDevices } from '../../../main/core/core-parts.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import type { Journal } from '../../../main/journal/journal.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';
import { memoryJournal, messageDraft, standingClock } from '../journal/journal-fixture.ts';

const MAINS: PowerReading = { source: 'mains', isBatteryLow: false, mustReplaceBattery: false, chargePercent: 100, runtimeS: 900 };
const alarm = (journal: Journal) => () => messageDraft(journal.peekSeq(), { operation: 'device.exception' });

function place(journal?: Journal) {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
  const told: { power?: ((reading: PowerReading) => void) | undefined; switched?: ((change: { readonly name: SwitchName; readonly on: boolean }) => void) | undefined } = {};
  const devices = { powerSupply: { onChange: (listener: typeof told.power) => void (told.power = listener), reading: () => MAINS }, switches: { onChange: (listener: typeof told.switched) => void (told.switched = listener) } } as unknown as TerminalDevices;
  const guard = new SiteGuard({ devices, log: silentLog, troubles: new Troubles(clock), onChange: () => {} });
  if (journal !== undefined) guard.join(journal, alarm(journal));
  return { guard, power: (more: Partial<PowerReading>) => told.power!({ ...MAINS, ...more }), turn: (name: SwitchName, on: boolean) => told.switched!({ name, on }) };
}

const kindsIn = (journal: Journal) => journal.entries({ limit: 100 }).map(({ kind }) => kind).filter((kind) => !['message.staged', 'fact.put'].includes(kind));

describe('the place', () => {
  it('lets nobody in any more once the terminal closes, whatever mains do meanwhile', () => {
    const { guard, power } = place(memoryJournal());
    power({ source: 'battery', isBatteryLow: true });
    guard.beginClosing();
    power({});
    expect([guard.hindrance(), guard.isClosing, guard.isBatteryLow]).toEqual(['power', true, false]);
  });

  it('stays tampered with as long as the contact sees it, and over a restart; cleared, it stays so', () => {
    const journal = memoryJournal();
    const first = place(journal);
    first.turn('tamper', true);
    expect([first.guard.clearTamper('t-014'), first.guard.hindrance(), place(journal).guard.hindrance()]).toEqual([false, 'security', 'security']);
    first.turn('tamper', false);
    expect([first.guard.hindrance(), first.guard.clearTamper('t-014'), first.guard.hindrance()]).toEqual(['security', true, null]);
    expect([place(journal).guard.hindrance(), first.guard.clearTamper('t-014')]).toEqual([null, false]);
  });

  it('of before the journal was open is written as it opens, once, with the alarm to the bank', () => {
    const journal = memoryJournal();
    const { guard, power, turn } = place();
    power({ source: 'battery' });
    turn('tamper', true);
    expect(guard.writeRest()).toBe(false);
    guard.join(journal, alarm(journal));
    expect([kindsIn(journal), journal.messages({ limit: 9 }).length, guard.writeRest(), kindsIn(journal).length]).toEqual([['power.changed', 'security.raised'], 1, true, 2]);
  });

  it('of a night without a journal fills no memory: the first changes are kept', () => {
    const journal = memoryJournal();
    const { guard, turn } = place();
    for (let time = 0; time < 500; time += 1) turn('safeDoor', time % 2 === 0);
    guard.join(journal, alarm(journal));
    expect(kindsIn(journal).length).toBe(20);
  });
});

describe('the orderly end', () => {
  async function closedAfter(visit: { readonly isServing: boolean; readonly movesUntilMs?: number }): Promise<number> {
    const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
    const closed: number[] = [];
    new PowerClose({ clock, log: silentLog, isServing: () => visit.isServing, isCashMoving: () => clock.monotonicMs() < (visit.movesUntilMs ?? 0), onBegin: () => {}, endVisit: () => {}, onClosed: () => closed.push(clock.monotonicMs()) }).begin();
    await clock.advance(200_000);
    expect(closed.length).toBe(1);
    return closed[0]!;
  }

  it.each([
    ['nobody is there', { isServing: false }, 0],
    ['a customer does not leave', { isServing: true }, 45_000],
    ['notes move longer than that', { isServing: true, movesUntilMs: 60_000 }, 60_000],
    ['notes never come to rest', { isServing: true, movesUntilMs: Infinity }, CASH_MS_MAX],
  ] as const)('comes where %s', async (_, visit, afterMs) => {
    const closedMs = await closedAfter(visit);
    expect(closedMs - afterMs).toBeLessThan(1_000);
    expect(closedMs).toBeGreaterThanOrEqual(afterMs);
  });
});

describe('the first word of the UPS', () => {
  async function waited(says: readonly (readonly [number, PowerReading['source']])[]): Promise<number> {
    const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 1) });
    let [source, listener]: [PowerReading['source'], () => void] = ['unknown', () => {}];
    for (const [afterMs, word] of says) clock.setTimeout(() => {
      source = word;
      listener();
    }, afterMs);
    const supply = { reading: () => ({ ...MAINS, source }), onChange: (heard: () => void) => ((listener = heard), () => {}) } as unknown as PowerSupply;
    let endedMs = Number.NaN;
    void firstPowerReading(supply, clock).then(() => (endedMs = clock.monotonicMs()));
    await clock.advance(10_000);
    return endedMs;
  }

  it.each([
    ['that says how it stands', [[500, 'battery']], 500],
    ['that first says that it does not know', [[500, 'unknown'], [900, 'mains']], 900],
    ['that says nothing', [], 3_000],
  ] as const)('%s', async (_, says, endedMs) => {
    expect(await waited(says)).toBe(endedMs);
  });
});

describe('the clock, where the bank has said what time it is', () => {
  const DAY_MS = 86_400_000;
  const doubt = (journal: Journal, clock: { nowUtcMs(): number }, bankUtcMs: number | null) => clockDoubt({ journal, clock: clock as never, gateway: { bankNowUtcMs: () => bankUtcMs } });

  it('is wrong by its word alone; what is dated goes on by that, also where nothing here spoke against the clock', () => {
    const clock = standingClock();
    const journal = memoryJournal({ clock });
    journal.commit({ facts: { a: 'b' } });
    const bankUtcMs = clock.nowUtcMs() - DAY_MS;
    expect([doubt(journal, clock, null), doubt(journal, clock, bankUtcMs), journal.nowUtcMs() - bankUtcMs]).toEqual([null, { byMs: DAY_MS, against: 'bank' }, 0]);
  });

  it('is right by its word, whatever spoke against it here, and dates what comes', () => {
    const clock = standingClock();
    const journal = memoryJournal({ clock });
    journal.commit({ facts: { a: 'b' } });
    clock.jump(DAY_MS);
    expect([doubt(journal, clock, null), doubt(journal, clock, clock.nowUtcMs()), journal.clockDoubt(), journal.nowUtcMs() - clock.nowUtcMs()]).toEqual([{ byMs: DAY_MS, against: 'monotonic' }, null, null, 0]);
  });
});
