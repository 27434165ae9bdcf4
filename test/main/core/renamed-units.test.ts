/**
 * Goal: notes in the units of a recycler are counted, paid and taken away as what they are, whatever the next configuration calls their units.
 * Method: the whole terminal in virtual time over each simulated recycler, restarted with another order of kinds and with one less.
 */
import { describe, expect, it } from 'vitest';
import { actOnNotes } from '../../../main/core/service/note-acts.ts';
import { actOnRecycler } from '../../../main/core/service/recycler-acts.ts';
import { WORLD_RECYCLERS } from '../../../simulators/terminal/sample-config.ts';
import type { NoteAct } from '../../../state-machines/service/service.types.ts';
import { DeskWorld, IMPATIENT } from '../../support/virtual-desk.ts';

const FIVE = 500_000;
const TWO = 200_000;
const STAFF = { login: 't-014', name: 'T.', level: 'cashOfficer' } as const;
const units = (world: DeskWorld) => Object.fromEntries(world.journal.cashUnits().filter(({ noteCount }) => noteCount > 0).map((row) => [`${row.unitId} ${row.denominationMinor}`, row.noteCount]));

/** An act waits for a device, whose time is the world's. */
async function ended<Result>(world: DeskWorld, acting: Promise<Result>): Promise<Result> {
  let isOver = false;
  acting.finally(() => (isOver = true)).catch(() => undefined);
  await world.when(() => isOver, 'the act ends', 900_000);
  return acting;
}

describe.each(WORLD_RECYCLERS)('units of a %s that the next configuration names otherwise', (protocol) => {
  const STORED = [{ denominationMinor: FIVE, noteCount: 4 }, { denominationMinor: TWO, noteCount: 6 }];

  async function restarted(denominationsMinor: readonly number[]): Promise<DeskWorld> {
    const recycler = { protocol, denominationsMinor: [FIVE, TWO] as readonly number[], isAlone: true, stored: STORED };
    const options = { limits: IMPATIENT, recycler };
    const world = new DeskWorld(options);
    await world.boot();
    expect(units(world)).toEqual({ [`recycler.1 ${FIVE}`]: 4, [`recycler.2 ${TWO}`]: 6 });
    options.recycler = { ...recycler, denominationsMinor };
    world.restart();
    await world.boot();
    await world.clock.advance(10_000);
    return world;
  }

  async function takenAway(world: DeskWorld): Promise<void> {
    expect(await ended(world, actOnRecycler(world.parts, { staff: STAFF, act: 'empty', keepCount: 0 }))).toBe('moved');
    expect(units(world)).toEqual({ [`acceptor.box ${FIVE}`]: 4, [`acceptor.box ${TWO}`]: 6 });
    for (const [act, result] of [['startExchange', 'exchangeOpen'], ['collect', 'collected'], ['endExchange', 'exchangeEnded']] as const satisfies readonly (readonly [NoteAct, string])[]) {
      expect(await ended(world, actOnNotes(world.parts, { staff: STAFF, act, cassetteNumber: 0, noteCount: 0 }))).toBe(result);
    }
    expect(units(world)).toEqual({});
    expect(world.journal.suspense({ state: 'open' })).toEqual([]);
    expect(world.journal.compareBooks()).toEqual([]);
    await world.stop();
  }

  it('in another order: each keeps its notes, pays them, and they are taken away counted', async () => {
    const world = await restarted([TWO, FIVE]);
    expect(units(world)).toEqual({ [`recycler.1 ${TWO}`]: 6, [`recycler.2 ${FIVE}`]: 4 });
    expect(world.parts.unitComparison.differences).toEqual([]);
    await takenAway(world);
  });

  it('not at all: what lies in it is not paid, and taken away counted', async () => {
    const world = await restarted([TWO]);
    expect(units(world)).toEqual({ [`recycler.1 ${TWO}`]: 6, [`recycler.1 ${FIVE}`]: 4 });
    expect(world.parts.unitComparison.differences).toEqual([]);
    await world.toAmount();
    expect(world.data('cash-out-amount').denominationsMinor).toEqual([TWO]);
    await world.press('cancel');
    await world.until('attract', 300_000);
    await takenAway(world);
  });
});
