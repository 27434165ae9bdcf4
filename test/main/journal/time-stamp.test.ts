/** Goal: what an entry's stamp follows, and what it does not, at each bound. Method: the stamper by itself on a clock that stands until it is set. */
import { describe, expect, it } from 'vitest';
import { CLOCK_DOUBT_MS, CLOCK_JUMP_MS, OFF_MS_MAX, TimeStamper } from '../../../main/journal/time-stamp.ts';
import { standingClock } from './journal-fixture.ts';

const START = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
/** The computer has run for so long. */
const UP_MS = 7_000;

/** @param sinceLastMs  by the wall clock, from the newest entry to this start; null: there is none */
function started(sinceLastMs: number | null) {
  const clock = standingClock(START - UP_MS);
  clock.pass(UP_MS);
  const last = sinceLastMs === null ? 0 : START - sinceLastMs;
  const stamper = new TimeStamper(clock, last);
  return { clock, stamper, last, look: () => ({ jumpMs: stamper.takeJumpMs(), doubt: stamper.doubt(), nowUtcMs: stamper.nowUtcMs() }) };
}

describe('at a start', () => {
  it.each([
    ['an hour after the newest entry', 3_600_000, 0, null],
    ['as long after it as a terminal may be off', OFF_MS_MAX, 0, null],
    ['longer', OFF_MS_MAX + 1, OFF_MS_MAX + 1, OFF_MS_MAX + 1],
    ['as little behind it as is not worth a word', -CLOCK_JUMP_MS, 0, null],
    ['more behind it', -CLOCK_JUMP_MS - 1, -CLOCK_JUMP_MS - 1, null],
    ['as far behind it as is believed', -CLOCK_DOUBT_MS, -CLOCK_DOUBT_MS, null],
    ['further', -CLOCK_DOUBT_MS - 1, -CLOCK_DOUBT_MS - 1, -CLOCK_DOUBT_MS - 1],
    ['of the first journal', null, 0, null],
  ])('a clock %s', (_, sinceLastMs, jumpMs, byMs) => {
    const { look, last, clock, stamper } = started(sinceLastMs);
    expect(look()).toEqual({ jumpMs, doubt: byMs === null ? null : { byMs, against: 'journal' }, nowUtcMs: byMs === null ? START : last });
    clock.pass(5_000);
    expect(look()).toMatchObject({ jumpMs: 0, nowUtcMs: (byMs === null ? START : last) + 5_000 });
    expect(stamper.utcMsAfter(last)).toBe(Math.max(last + 1, stamper.nowUtcMs()));
  });

  it('a clock that is doubted is believed when it comes back, or when the bank says the same', () => {
    for (const heal of [({ clock }: ReturnType<typeof started>) => clock.jump(DAY_MS), ({ stamper }: ReturnType<typeof started>) => stamper.confirm(START)]) {
      const one = started(-DAY_MS);
      one.look();
      heal(one);
      const { doubt, nowUtcMs } = one.look();
      expect([doubt, nowUtcMs]).toEqual([null, one.clock.nowUtcMs()]);
      one.clock.jump(-DAY_MS);
      expect(one.look().doubt).toEqual({ byMs: -DAY_MS, against: 'monotonic' });
    }
  });
});

describe('while it runs', () => {
  it('a step is told once, where it is worth it; small ones add up until they are', () => {
    const { clock, look } = started(1);
    look();
    for (const [byMs, told] of [[CLOCK_JUMP_MS, 0], [1, CLOCK_JUMP_MS + 1], [0, 0], [-CLOCK_JUMP_MS - 1, -CLOCK_JUMP_MS - 1], [-1_500, 0], [-1_500, -3_000]] as const) {
      clock.jump(byMs);
      expect(look().jumpMs).toBe(told);
      clock.pass(10_000);
    }
  });

  it('a step as far as is believed is followed, and then another; one further is not, until the clock is back', () => {
    const { clock, look } = started(1);
    look();
    for (const byMs of [CLOCK_DOUBT_MS, CLOCK_DOUBT_MS, -CLOCK_DOUBT_MS]) {
      clock.jump(byMs);
      expect(look()).toEqual({ jumpMs: byMs, doubt: null, nowUtcMs: clock.nowUtcMs() });
    }
    const right = clock.nowUtcMs();
    for (const byMs of [CLOCK_DOUBT_MS + 1, -CLOCK_DOUBT_MS - 1]) {
      clock.jump(byMs);
      expect(look()).toEqual({ jumpMs: byMs, doubt: { byMs, against: 'monotonic' }, nowUtcMs: right });
      clock.jump(-byMs);
      expect(look()).toEqual({ jumpMs: -byMs, doubt: null, nowUtcMs: right });
    }
  });

  it('the bank’s word counts where the wall clock is further from it than is believed, also before anybody looked', () => {
    for (const [offMs, isRight] of [[CLOCK_DOUBT_MS, true], [CLOCK_DOUBT_MS + 1, false], [-CLOCK_DOUBT_MS, true], [-CLOCK_DOUBT_MS - 1, false]] as const) {
      for (const looks of [0, 1]) {
        const { clock, look, stamper } = started(1);
        for (let turn = 0; turn < looks; turn += 1) look();
        clock.pass(1_000);
        stamper.confirm(clock.nowUtcMs() - offMs);
        if (looks > 0) expect(look()).toEqual({ jumpMs: 0, doubt: isRight ? null : { byMs: offMs, against: 'bank' }, nowUtcMs: clock.nowUtcMs() - (isRight ? 0 : offMs) });
        else expect(stamper.doubt()).toEqual(isRight ? null : { byMs: offMs, against: 'bank' });
      }
    }
  });
});

it('a wall clock that the bank found right enough is what is gone on from when it jumps, not the bank’s word', () => {
  for (const offMs of [CLOCK_DOUBT_MS, -CLOCK_DOUBT_MS]) {
    const { clock, look, stamper } = started(1);
    look();
    stamper.confirm(START + offMs);
    clock.jump(DAY_MS);
    expect(look()).toEqual({ jumpMs: DAY_MS, doubt: { byMs: DAY_MS, against: 'monotonic' }, nowUtcMs: START });
  }
});

it('a stamp never goes back, and each commit has one of its own by the monotonic clock', () => {
  const { clock, stamper } = started(1);
  expect([stamper.utcMsAfter(START - 5), stamper.utcMsAfter(START - 1), stamper.utcMsAfter(START), stamper.utcMsAfter(START + 7)]).toEqual([START, START, START + 1, START + 8]);
  expect([stamper.commitMs(), stamper.commitMs(), stamper.commitMs()]).toEqual([UP_MS, UP_MS + 1, UP_MS + 2]);
  clock.pass(10.5);
  expect([stamper.commitMs(), stamper.commitMs()]).toEqual([UP_MS + 10, UP_MS + 11]);
});
