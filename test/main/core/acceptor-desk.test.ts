/**
 * Goal: one physical note is one credit, and none that moved is forgotten, whatever the acceptor says, in whatever order, how often and however late, and whatever the disk takes. Method: the desk by itself, with
 * an acceptor whose words the test says, a journal in memory and virtual time.
 */
import { describe, expect, it } from 'vitest';
import { A, B, FIVE, ID, LOST, OWNER, REFUSED, STACKED, TEN, disk, life } from './acceptor-desk-bench.ts';

describe('an order', () => {
  it('is durable with its note before the acceptor hears it; where the disk does not take it, it is not given', () => {
    const { begin, journal, ordered, desk } = life();
    begin(A);
    expect([journal.operationEntries(ID).map(({ kind }) => kind), ordered]).toEqual([['note.escrowed', 'intent.stack'], ['stack a']]);
    disk.failuresLeft = 1;
    expect(() => desk.journalStackIntent(B, OWNER)).toThrow();
    expect([journal.operationEntries(ID).length, ordered]).toEqual([2, ['stack a']]);
  });

  it('to give a note back is given all the same: a disk keeps nobody\'s note', async () => {
    const { begin, ordered, moved, outcomes, acks, time } = life();
    disk.failuresLeft = 1;
    const fate = begin(A, 'return');
    expect(ordered).toEqual(['return a']);
    disk.failuresLeft = 1;
    await moved('noteReturned', A);
    await time.advance(0);
    expect([fate.is, outcomes(), acks]).toEqual(['returned', [], ['returned a']]);
  });
});

describe('a note that is given up while the disk takes nothing', () => {
  it('is unknown in the journal before its operation goes on, and found after that', async () => {
    const { begin, device, held, moved, outcomes, box, time } = life();
    const fate = begin(A);
    device.end(LOST);
    disk.failuresLeft = 1_000;
    await time.advance(200_000);
    expect([fate.is, outcomes()]).toEqual(['unknown', []]);
    disk.failuresLeft = 0;
    held.requireWritten();
    expect(outcomes()).toEqual([['a', 'unknown']]);
    await moved('noteStacked', A);
    expect([outcomes(), box()]).toEqual([[['a', 'unknown'], ['a', 'stacked']], { [FIVE]: 1 }]);
  });

  it('is unknown first also where the acceptor tells it before', async () => {
    const { begin, device, moved, outcomes, time } = life();
    begin(A);
    device.end(LOST);
    disk.failuresLeft = 1_000;
    await time.advance(200_000);
    disk.failuresLeft = 0;
    await moved('noteStacked', A);
    expect(outcomes()).toEqual([['a', 'unknown'], ['a', 'stacked']]);
  });
});

describe('a note that the acceptor says is stacked', () => {
  it('is in the box, once, and only then forgotten by the acceptor, however often it says so', async () => {
    const { begin, moved, device, outcomes, box, acks, time, desk } = life();
    const fate = begin(A);
    expect(desk.hasOpenOrders()).toBe(true);
    await moved('noteStacked', A);
    device.end(STACKED);
    await moved('noteStacked', A);
    await time.advance(60_000);
    expect([fate.is, outcomes(), box(), acks, desk.hasOpenOrders()]).toEqual(['stacked', [['a', 'stacked']], { [FIVE]: 1 }, ['stacked a', 'stacked a'], false]);
  });

  it('is so by the end of its order alone, too', async () => {
    const { begin, device, outcomes, box, time } = life();
    const fate = begin(A);
    device.end(STACKED);
    await time.advance(0);
    expect([fate.is, outcomes(), box()]).toEqual(['stacked', [['a', 'stacked']], { [FIVE]: 1 }]);
  });

  it('while the disk takes nothing is not acknowledged, nor is its repeat, until it is durable', async () => {
    const { begin, moved, outcomes, box, acks, postponed, time, desk } = life();
    const fate = begin(A);
    disk.failuresLeft = 5;
    await moved('noteStacked', A);
    await moved('noteStacked', A);
    expect([fate.is, acks, desk.hasOpenOrders()]).toEqual([null, [], true]);
    await time.advance(10_000);
    expect([fate.is, outcomes(), box(), acks, postponed]).toEqual(['stacked', [['a', 'stacked']], { [FIVE]: 1 }, ['stacked a'], []]);
  });

  it('and whose word the disk does not take for longer than anybody waits is unknown until it is said again, and then counts for its customer', async () => {
    const { begin, moved, outcomes, box, postponed, acks, time, told } = life();
    const fate = begin(A);
    disk.failuresLeft = 30;
    await moved('noteStacked', A);
    await time.advance(31_000);
    expect([fate.is, outcomes(), box(), postponed, acks]).toEqual(['unknown', [], {}, ['stacked a'], []]);
    await moved('noteStacked', A);
    expect([outcomes(), box(), acks]).toEqual([[['a', 'stacked']], { [FIVE]: 1 }, ['stacked a']]);
    expect(told.at(-1)).toEqual({ type: 'acceptor.noteFound', note: A });
  });

  it('as another kind than in escrow is neither: in doubt, and acknowledged', async () => {
    const { begin, moved, outcomes, box, acks } = life();
    const fate = begin(A);
    await moved('noteStacked', A, TEN);
    await moved('noteStacked', A, TEN);
    expect([fate.is, outcomes(), box(), acks]).toEqual(['unknown', [['a', 'unknown']], {}, ['stacked a', 'stacked a']]);
  });
});

describe('what is remembered of notes', () => {
  it('is never less than those whose end is not known, however many came after', async () => {
    const { desk, begin, moved, outcomes } = life();
    desk.adopt('stack', A, OWNER);
    for (let index = 0; index < 70; index += 1) {
      const note = { noteId: `n${index}`, denominationMinor: TEN };
      begin(note, 'stack', { ...OWNER, operationId: 'later' });
      await moved('noteStacked', note);
    }
    expect([desk.hasOpenOrders(), outcomes('later').length]).toEqual([true, 70]);
    await moved('noteStacked', null, FIVE);
    expect([outcomes(), desk.hasOpenOrders()]).toEqual([[['a', 'stacked']], false]);
  });

  it('is no power-up from before a note was ordered', async () => {
    const { begin, device, poweredUp, time, outcomes } = life();
    await poweredUp('inStackerPath');
    begin(A);
    device.end(LOST);
    await time.advance(60_000);
    expect(outcomes()).toEqual([['a', 'unknown']]);
  });
});

describe('a note that goes back', () => {
  it.each([['stack', 'noteReturned'], ['return', 'noteReturned']] as const)('although or because it was told to (%s) is nobody\'s', async (verb, kind) => {
    const { begin, moved, outcomes, box, acks } = life();
    const fate = begin(A, verb);
    await moved(kind, A);
    expect([fate.is, outcomes(), box(), acks]).toEqual(['returned', [['a', 'returned']], {}, ['returned a']]);
  });

  it('and falls into the box is in it', async () => {
    const { begin, moved, outcomes, box } = life();
    const fate = begin(A, 'return');
    await moved('noteStacked', A);
    expect([fate.is, outcomes(), box()]).toEqual(['stacked', [['a', 'stacked']], { [FIVE]: 1 }]);
  });

  it('because its order was refused is returned; where it sticks nobody knows', async () => {
    for (const [faults, result] of [[[], 'returned'], [['CIM_BOX_FULL'], 'returned'], [['CIM_JAMMED'], 'unknown'], [['CIM_FAILURE'], 'unknown']] as const) {
      const { begin, device, outcomes, time } = life();
      const fate = begin(A);
      device.faults = [...faults];
      device.end(REFUSED);
      await time.advance(0);
      expect([faults, fate.is, outcomes()]).toEqual([faults, result, [['a', result]]]);
    }
  });
});

describe('a note whose order lost its end', () => {
  const lost = async () => {
    const made = life();
    const fate = made.begin(A);
    made.device.end(LOST);
    await made.time.advance(1_000);
    return { ...made, fate };
  };

  it.each([['inHead', 'returned', {}], ['inStackerPath', 'stacked', { [FIVE]: 1 }]] as const)('is where a power-up finds it: %s', async (position, result, counts) => {
    const { poweredUp, time, fate, outcomes, box, located } = await lost();
    await poweredUp(position);
    expect(located()).toEqual([['a', position]]);
    await time.advance(10_000);
    expect([fate.is, outcomes(), box()]).toEqual([result, [['a', result]], counts]);
  });

  it('is unknown after three quarters of a minute where a power-up finds none, and where there is none', async () => {
    for (const isPoweredUp of [true, false]) {
      const { poweredUp, time, fate, outcomes, box } = await lost();
      if (isPoweredUp) await poweredUp('none');
      await time.advance(43_000);
      expect(fate.is).toBeNull();
      await time.advance(2_000);
      expect([fate.is, outcomes(), box()]).toEqual(['unknown', [['a', 'unknown']], {}]);
    }
  });

  it('found later counts once, also for a customer who is there still', async () => {
    for (const note of [A, null]) {
      const { moved, time, outcomes, box, told, acks } = await lost();
      await time.advance(60_000);
      await moved('noteStacked', note, FIVE);
      await moved('noteStacked', A, FIVE);
      expect([outcomes(), box(), acks.length]).toEqual([[['a', 'unknown'], ['a', 'stacked']], { [FIVE]: 1 }, 2]);
      expect(told.filter(({ type }) => type === 'acceptor.noteFound')).toHaveLength(1);
    }
  });

  it('is not moved on by a reset before the disk has where it was', async () => {
    const { poweredUp, postponed, located, time, fate } = await lost();
    disk.failuresLeft = 1;
    await poweredUp('inStackerPath');
    expect([postponed, located()]).toEqual([['power-up inStackerPath'], []]);
    await time.advance(10_000);
    expect(fate.is).toBeNull();
    await poweredUp('inStackerPath');
    await time.advance(10_000);
    expect(fate.is).toBe('stacked');
  });
});

describe('a word without a note, after a power-up that brought one in', () => {
  /** One that was given up, of an earlier customer; then one that a power-up of the acceptor brought in. */
  const brought = async (told: number) => {
    const made = life();
    made.begin(A, 'stack', { ...OWNER, operationId: 'earlier' });
    made.device.end(LOST);
    await made.time.advance(60_000);
    made.begin(B);
    made.device.end(LOST);
    await made.time.advance(1_000);
    await made.poweredUp('inStackerPath');
    await made.time.advance(10_000);
    expect([made.outcomes('earlier'), made.outcomes(), made.box()]).toEqual([[['a', 'unknown']], [['b', 'stacked']], { [FIVE]: 1 }]);
    await made.moved('noteStacked', null, told);
    return made;
  };

  it.each([['of its kind', FIVE], ['of no value', 0]])('%s is that one\'s, not an older one\'s that was given up', async (_, told) => {
    const { outcomes, box, acks, items } = await brought(told);
    expect([outcomes('earlier'), outcomes(), box(), items(), acks.length]).toEqual([[['a', 'unknown']], [['b', 'stacked']], { [FIVE]: 1 }, [], 1]);
  });

  it('is that one\'s once, and not any more when the next note was ordered', async () => {
    const twice = await brought(FIVE);
    await twice.moved('noteStacked', null, FIVE);
    expect([twice.outcomes('earlier'), twice.box()]).toEqual([[['a', 'unknown'], ['a', 'stacked']], { [FIVE]: 2 }]);
    const later = life();
    later.begin(B);
    later.device.end(LOST);
    await later.time.advance(1_000);
    await later.poweredUp('inStackerPath');
    await later.time.advance(10_000);
    const next = { noteId: 'c', denominationMinor: TEN };
    later.begin(next);
    await later.moved('noteStacked', next);
    await later.moved('noteStacked', null, FIVE);
    expect([later.box(), later.items()]).toEqual([{ [FIVE]: 2, [TEN]: 1 }, [['unassigned', FIVE]]]);
  });
});

describe('a word of a note that nobody ordered', () => {
  it('is in the box and nobody\'s, once; of untold value it is in no count', async () => {
    const { moved, items, box, acks } = life();
    await moved('noteStacked', null, FIVE);
    await moved('noteStacked', null, 0);
    expect([items(), box(), acks.length]).toEqual([[['unassigned', FIVE], ['unassigned', 0]], { [FIVE]: 1 }, 2]);
    await moved('noteReturned', null, FIVE);
    expect([items().length, acks.length]).toEqual([2, 3]);
  });

  it('is told again where the disk does not take it', async () => {
    const { moved, items, acks, postponed, time } = life();
    disk.failuresLeft = 30;
    await moved('noteStacked', null, FIVE);
    await time.advance(31_000);
    expect([items(), acks, postponed]).toEqual([[], [], [`stacked ${FIVE}`]]);
  });

  it('of no value is of the only note that is in doubt, of none where there are two', async () => {
    for (const notes of [[A], [A, B]]) {
      const { begin, device, time, moved, items, outcomes } = life();
      for (const note of notes) {
        begin(note);
        device.end(LOST);
        await time.advance(60_000);
      }
      await moved('noteStacked', null, 0);
      expect([outcomes().filter(([, result]) => result === 'stacked').length, items().length]).toEqual(notes.length === 1 ? [1, 0] : [0, 1]);
    }
  });
});

describe('the mouth', () => {
  it('takes nothing while somebody is at the box; a note in escrow of nobody goes back', async () => {
    const { desk, journal, device, ordered, told } = life();
    expect((await desk.enable([FIVE])).kind).toBe('completed');
    const escrowed = { kind: 'noteEscrowed', note: { ...A, currency: 'KZT' } } as const;
    device.say(escrowed);
    expect([ordered, told]).toEqual([[], [{ type: 'acceptor.noteEscrowed', note: A }]]);
    await desk.disable();
    device.say(escrowed);
    desk.attach(null);
    await desk.enable([FIVE]);
    device.say(escrowed);
    expect([ordered, told.length]).toEqual([['return a', 'return a'], 1]);
    journal.commit({ facts: { 'notes.exchange': 'aliya' } });
    expect((await desk.enable([FIVE])).kind).toBe('failed');
  });

  it('is said to have stopped, and why', () => {
    const { faulty, device, told } = life();
    faulty('CIM_BOX_FULL');
    faulty('CIM_JAMMED');
    device.sayStatus({ state: 'offline', faults: [] });
    device.sayStatus({ state: 'ready', faults: [] });
    expect(told).toEqual([{ type: 'acceptor.stopped', reason: 'boxFull' }, { type: 'acceptor.stopped', reason: 'device' }, { type: 'acceptor.stopped', reason: 'device' }, { type: 'acceptor.resumed' }]);
  });

  it('a note with which the acceptor stood still is given up soon after it is up again: what it finds from then on is another one', async () => {
    const world = life();
    const fate = world.begin(A);
    world.device.end(LOST);
    await world.time.advance(1_000);
    world.faulty('CIM_BOX_REMOVED');
    await world.time.advance(20_000);
    world.device.state = 'ready';
    await world.time.advance(4_000);
    expect(fate.is).toBeNull();
    await world.time.advance(2_000);
    expect([fate.is, world.outcomes()]).toEqual(['unknown', [['a', 'unknown']]]);
    await world.moved('noteStacked', null, FIVE);
    expect([world.box(), world.items()]).toEqual([{ [FIVE]: 1 }, []]);
  });
});
