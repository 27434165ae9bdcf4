/** Goal: what the driver says of a customer's note is where it lies. Method: the simulated service in virtual time, each fault at each of its moments; then the notes are looked at. */
import { describe, expect, it } from 'vitest';
import { createXfsAcceptor } from '../../../drivers/cash-acceptor/xfs4iot-cash-acceptor/device.ts';
import type { CashAcceptorEvent } from '../../../drivers/interfaces/cash-acceptor.ts';
import { createXfsRecyclerSimulator } from '../../../simulators/cash-recycler/xfs4iot-cash-recycler/simulator.ts';
import { acceptorBench } from '../../support/xfs-acceptor-bench.ts';
import { createXfsBench } from '../../support/xfs-bench.ts';
import { recyclerBench } from '../../support/recycler-bench.ts';
import { xfsRecyclerParts } from '../../support/acceptor-parts.ts';

const FIVE = 500_000;
const sent = (bench: ReturnType<typeof acceptorBench>, name: string) => bench.wire.filter(({ from, text }) => from === 'client' && text.includes(`"${name}"`)).length;
const moved = (bench: ReturnType<typeof acceptorBench>) => bench.events.flatMap((event) => (event.kind === 'noteStacked' || event.kind === 'noteReturned' ? [event.kind] : []));

describe('cash acceptor', () => {
  it('takes one note after the other, stores one, gives one back, refuses what is not enabled', async () => {
    const bench = acceptorBench();
    bench.device.start();
    await bench.untilState('ready');
    expect(bench.device.capabilities).toEqual({ intermediateStacker: 'single', currencies: ['KZT'], denominationsMinor: [200_000, 500_000, 1_000_000] });
    expect((await bench.settle(bench.device.enable({ denominationsMinor: [200_000, 500_000], currency: 'KZT' }))).kind).toBe('completed');
    for (const [denominationMinor, verb] of [[500_000, 'stack'], [200_000, 'return']] as const) {
      bench.events.splice(0);
      bench.hand({ do: 'insertNote', denominationMinor });
      await bench.untilEvent('noteEscrowed');
      const escrowed = bench.events.find((event) => event.kind === 'noteEscrowed');
      expect(escrowed).toMatchObject({ note: { denominationMinor, currency: 'KZT' } });
      const { noteId } = (escrowed as Extract<CashAcceptorEvent, { kind: 'noteEscrowed' }>).note;
      expect(await bench.settle(bench.device[verb](noteId))).toEqual({ kind: 'completed', value: verb === 'stack' ? 'stacked' : 'returned' });
      expect(await bench.settle(bench.device.stack(noteId))).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
      await bench.clock.advance(2_000);
    }
    bench.hand({ do: 'insertNote', denominationMinor: 1_000_000 });
    await bench.untilEvent('noteRejected');
    expect((await bench.settle(bench.device.disable())).kind).toBe('completed');
    expect(bench.simulator.control({ do: 'insertNote', denominationMinor: 500_000 }).ok).toBe(false);
    expect(bench.world()).toMatchObject({ box: [500_000], returned: [200_000, 1_000_000], inside: [] });
  });

  it('tells a stacked event again that could not be made durable', async () => {
    const bench = acceptorBench();
    let postponedCount = 0;
    bench.device.onEvent((event) => {
      if (event.kind === 'noteStacked' && postponedCount++ === 0) event.postpone();
    });
    bench.device.start();
    await bench.untilState('ready');
    await bench.settle(bench.device.enable({ denominationsMinor: [500_000], currency: 'KZT' }));
    bench.hand({ do: 'insertNote', denominationMinor: 500_000 });
    await bench.untilEvent('noteEscrowed');
    const escrowed = bench.events.find((event) => event.kind === 'noteEscrowed') as Extract<CashAcceptorEvent, { kind: 'noteEscrowed' }>;
    await bench.settle(bench.device.stack(escrowed.note.noteId));
    await bench.clock.advance(15_000);
    expect(postponedCount).toBe(2);
  });

  it.each([
    ['powerCut', 'beforeStack', 'stack'], ['powerCut', 'afterStack', 'stack'], ['powerCut', 'beforeReturn', 'return'], ['powerCut', 'afterReturn', 'return'],
    ['powerCut', 'storing', 'stack'], ['cheat', 'store', 'stack'], ['deviceOff', 'beforeStack', 'stack'], ['deviceOff', 'storing', 'stack'], ['deviceOff', 'afterStack', 'stack'], ['deviceOff', 'beforeReturn', 'return'], ['full', 'store', 'stack'], ['boxOut', 'store', 'stack'],
    ['completionLost', 'completion', 'stack'], ['connectionLost', 'completion', 'stack'], ['connectionLost', 'completion', 'return'], ['silence', 'command', 'stack'],
  ] as const)('%s at %s of %s: the service itself says afterwards where the note is', async (fault, at, verb) => {
    const bench = acceptorBench();
    bench.device.start();
    await bench.untilState('ready');
    await bench.settle(bench.device.enable({ denominationsMinor: [500_000], currency: 'KZT' }));
    bench.hand({ do: 'insertNote', denominationMinor: 500_000 });
    await bench.untilEvent('noteEscrowed');
    const escrowed = bench.events.find((event) => event.kind === 'noteEscrowed') as Extract<CashAcceptorEvent, { kind: 'noteEscrowed' }>;
    bench.hand({ do: 'fault', fault, at });
    bench.events.splice(0);
    expect((await bench.settle(bench.device[verb](escrowed.note.noteId))).kind).toBe('uncertain');
    await bench.untilEvent('poweredUp');
    const position = (bench.events.findLast((event) => event.kind === 'poweredUp') as Extract<CashAcceptorEvent, { kind: 'poweredUp' }>).position;
    // Told once, as the event of this very note.
    const moved = bench.events.flatMap((event) => (event.kind === 'noteStacked' || event.kind === 'noteReturned' ? [`${event.kind} ${event.note?.noteId}`] : []));
    expect(moved).toEqual([`${position === 'inStackerPath' ? 'noteStacked' : 'noteReturned'} ${escrowed.note.noteId}`]);
    const { box, returned, inside } = bench.world();
    expect(inside).toEqual([]);
    expect({ position, box, returned }).toEqual(box.length === 1 ? { position: 'inStackerPath', box: [500_000], returned: [] } : { position: 'inHead', box: [], returned: [500_000] });
  });
});

/** Its CashIn waits for a note. */
async function takingBench(): Promise<ReturnType<typeof acceptorBench>> {
  const bench = acceptorBench();
  bench.device.start();
  await bench.untilState('ready');
  await bench.settle(bench.device.enable({ denominationsMinor: [500_000], currency: 'KZT' }));
  await bench.clock.advance(10);
  return bench;
}

describe('a CashIn that takes what was not enabled', () => {
  it('gives it back, and takes the next note', async () => {
    const bench = await takingBench();
    bench.hand({ do: 'fault', fault: 'unasked', at: 'enter' });
    bench.hand({ do: 'insertNote', denominationMinor: 1_000_000 });
    await bench.untilEvent('noteRejected');
    await bench.clock.advance(2_000);
    expect(bench.world()).toMatchObject({ box: [], returned: [1_000_000], inside: [] });
    expect(bench.events.filter(({ kind }) => kind === 'noteEscrowed')).toEqual([]);
    await bench.escrow(500_000);
  });

  it.each(['completionLost', 'connectionLost'])('and loses the word that it gave it back (%s): the service is asked, and notes are taken again', async (fault) => {
    const bench = await takingBench();
    bench.hand({ do: 'fault', fault: 'unasked', at: 'enter' });
    bench.hand({ do: 'insertNote', denominationMinor: 1_000_000 });
    await bench.until(() => bench.world().inside.length === 1 && sent(bench, 'CashAcceptor.CashInRollback') > 0, 'it is being given back');
    bench.hand({ do: 'fault', fault, at: 'completion' });
    await bench.until(() => bench.world().returned.length === 1, 'it is given back');
    await bench.until(() => bench.device.status().state === 'offline', 'the line is given up');
    await bench.untilState('ready');
    expect(moved(bench)).toEqual([]);
    expect((await bench.enable(500_000)).kind).toBe('completed');
    await bench.clock.advance(10);
    await bench.escrow(500_000);
  });

  it('while it is told to take nothing any more: it is given back, and no transaction stays open', async () => {
    const bench = await takingBench();
    bench.hand({ do: 'fault', fault: 'unasked', at: 'enter' });
    bench.hand({ do: 'insertNote', denominationMinor: 1_000_000 });
    await bench.until(() => sent(bench, 'CashAcceptor.CashInRollback') > 0, 'it is being given back');
    expect((await bench.settle(bench.device.disable())).kind).toBe('completed');
    await bench.clock.advance(5_000);
    expect(bench.world()).toMatchObject({ box: [], returned: [1_000_000], inside: [] });
    expect(bench.simulator.world()).not.toMatchObject({ transaction: 'active' });
    expect(bench.simulator.control({ do: 'insertNote', denominationMinor: 500_000 }).ok).toBe(false);
  });
});

describe('a CashIn that does not end', () => {
  it('although its note lies inside: the note is given back, and the next one is taken', async () => {
    const bench = await takingBench();
    bench.hand({ do: 'fault', fault: 'completionLost' });
    bench.hand({ do: 'insertNote', denominationMinor: 500_000 });
    await bench.until(() => bench.world().returned.length === 1, 'the note is given back');
    await bench.clock.advance(2_000);
    await bench.untilState('ready');
    expect(bench.events.filter(({ kind }) => kind === 'noteStacked' || kind === 'noteEscrowed')).toEqual([]);
    expect((await bench.settle(bench.device.enable({ denominationsMinor: [500_000], currency: 'KZT' }))).kind).toBe('completed');
    await bench.clock.advance(10);
    bench.hand({ do: 'insertNote', denominationMinor: 500_000 });
    await bench.untilEvent('noteEscrowed');
  });

  it.each(['silence', 'completionLost'])('when it is cancelled (%s): nobody waits for it for ever', async (fault) => {
    const bench = await takingBench();
    bench.hand({ do: 'fault', fault });
    expect(await bench.settle(bench.device.disable())).toMatchObject({ kind: 'failed', completionCode: 'deviceNotReady' });
    await bench.untilState('offline');
    await bench.untilState('ready');
    expect((await bench.settle(bench.device.enable({ denominationsMinor: [500_000], currency: 'KZT' }))).kind).toBe('completed');
  });

  it('and leaves its transaction open: it is rolled back when notes are taken again', async () => {
    const bench = await takingBench();
    // The roll-back behind the cancel fails.
    bench.hand({ do: 'fault', fault: 'hardwareError' });
    await bench.settle(bench.device.disable());
    expect(bench.simulator.world()).toMatchObject({ transaction: 'active' });
    expect((await bench.settle(bench.device.enable({ denominationsMinor: [500_000], currency: 'KZT' }))).kind).toBe('completed');
  });
});

describe('the record that the service keeps of the last note', () => {
  it('is not overwritten by a next transaction before the outcome is durable', async () => {
    const bench = acceptorBench({ acknowledges: false });
    bench.device.start();
    await bench.untilState('ready');
    await bench.enable(FIVE);
    expect((await bench.settle(bench.device.stack(await bench.escrow(FIVE)))).kind).toBe('completed');
    await bench.clock.advance(60_000);
    expect([sent(bench, 'CashAcceptor.CashInStart'), moved(bench)]).toEqual([1, ['noteStacked']]);
    const event = bench.events.find((each) => each.kind === 'noteStacked')!;
    event.postpone();
    await bench.clock.advance(10_000);
    expect([sent(bench, 'CashAcceptor.CashInStart'), moved(bench).length]).toEqual([1, 2]);
    expect(bench.simulator.world()).toMatchObject({ transaction: 'ok' });
    event.acknowledge();
    await bench.clock.advance(1_000);
    expect(sent(bench, 'CashAcceptor.CashInStart')).toBe(2);
    await bench.escrow(FIVE);
  });

  it('is not overwritten by the next customer, either', async () => {
    const bench = acceptorBench({ acknowledges: false });
    bench.device.start();
    await bench.untilState('ready');
    await bench.enable(FIVE);
    await bench.settle(bench.device.stack(await bench.escrow(FIVE)));
    await bench.settle(bench.device.disable());
    expect(await bench.enable(FIVE)).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    expect(bench.simulator.world()).toMatchObject({ transaction: 'ok' });
  });
});

describe('a service that has lost its last transaction with its power', () => {
  it.each(['storing', 'afterStack'])('(power cut at %s) leaves the note in doubt: nothing is credited, nothing is said to be the customer’s', async (at) => {
    const bench = acceptorBench();
    bench.device.start();
    await bench.untilState('ready');
    await bench.enable(FIVE);
    const noteId = await bench.escrow(FIVE);
    bench.hand({ do: 'fault', fault: 'powerCut', at });
    bench.hand({ do: 'fault', fault: 'forgotten' });
    bench.events.splice(0);
    expect((await bench.settle(bench.device.stack(noteId))).kind).toBe('uncertain');
    await bench.untilEvent('poweredUp');
    expect(bench.events).toMatchObject([{ kind: 'poweredUp', position: 'none' }]);
    expect(bench.world()).toEqual({ box: [FIVE], returned: [], inside: [] });
  });
});

describe('a note in escrow that no transaction has', () => {
  it('is given out where the service lost the transaction with its power; which note it was nobody knows', async () => {
    const bench = acceptorBench();
    bench.device.start();
    await bench.untilState('ready');
    await bench.enable(FIVE);
    const noteId = await bench.escrow(FIVE);
    bench.hand({ do: 'fault', fault: 'powerCut', at: 'beforeStack' });
    bench.hand({ do: 'fault', fault: 'forgotten' });
    bench.events.splice(0);
    expect((await bench.settle(bench.device.stack(noteId))).kind).toBe('uncertain');
    await bench.untilEvent('poweredUp');
    await bench.untilState('ready');
    expect(bench.events).toMatchObject([{ kind: 'poweredUp', position: 'none' }]);
    expect(bench.world()).toEqual({ box: [], returned: [FIVE], inside: [] });
    await bench.enable(FIVE);
    await bench.clock.advance(2_000);
    await bench.escrow(FIVE);
  });

  it('is for hands where it cannot be given out', async () => {
    const bench = acceptorBench();
    bench.device.start();
    await bench.untilState('ready');
    await bench.enable(FIVE);
    const noteId = await bench.escrow(FIVE);
    bench.hand({ do: 'fault', fault: 'full', at: 'store' });
    bench.hand({ do: 'fault', fault: 'jam', at: 'return' });
    expect((await bench.settle(bench.device.stack(noteId))).kind).toBe('uncertain');
    await bench.untilState('faulty');
    expect(bench.device.status().faults).toContain('CIM_JAMMED');
    expect(moved(bench)).toEqual([]);
    bench.hand({ do: 'clearPath' });
    await bench.untilState('ready');
    expect(bench.world().inside).toEqual([]);
  });

  it('stays for hands in a recycler, whose Reset would move the notes of a payout', async () => {
    const bench = recyclerBench(xfsRecyclerParts());
    await bench.ready([FIVE]);
    await bench.settled(bench.recycler.enable({ denominationsMinor: [FIVE], currency: 'KZT' }));
    bench.hand({ do: 'insertNote', denominationMinor: FIVE });
    const escrowed = await bench.untilEvent('noteEscrowed');
    bench.hand({ do: 'fault', fault: 'full', at: 'store' });
    expect(escrowed.kind === 'noteEscrowed' && (await bench.settled(bench.recycler.stack(escrowed.note.noteId))).kind).toBe('uncertain');
    expect(await bench.until('faulty')).toBe(true);
    expect(bench.recycler.status().faults).toContain('CIM_JAMMED');
    bench.hand({ do: 'clearPath' });
    expect(await bench.until('ready')).toBe(true);
    expect(bench.notes()).toMatchObject([{ place: 'technician' }]);
  });

  it('stays for hands as well where the service pays out for another driver', async () => {
    const bench = createXfsBench((common) => createXfsAcceptor(common), (environment) => createXfsRecyclerSimulator(environment, {}));
    bench.device.start();
    await bench.untilState('ready');
    await bench.settle(bench.device.enable({ denominationsMinor: [FIVE], currency: 'KZT' }));
    bench.hand({ do: 'insertNote', denominationMinor: FIVE });
    await bench.until(() => (bench.simulator.world() as unknown as { readonly notes: readonly { readonly place: string }[] }).notes.some(({ place }) => place === 'escrow'), 'the note');
    bench.hand({ do: 'fault', fault: 'forgotten', at: 'powerUp' });
    bench.hand({ do: 'powerOff' });
    bench.hand({ do: 'powerOn' });
    await bench.untilState('faulty');
    expect(bench.device.status().faults).toContain('CIM_JAMMED');
    expect(bench.wire.filter(({ from, text }) => from === 'client' && text.includes('"CashManagement.Reset"'))).toEqual([]);
  });
});

describe('a jam', () => {
  it.each(['enter', 'store', 'return'])('at %s is shown until hands have taken the note out, of which nothing is said', async (at) => {
    const bench = acceptorBench();
    bench.device.start();
    await bench.untilState('ready');
    await bench.enable(FIVE);
    bench.hand({ do: 'fault', fault: 'jam', at });
    if (at === 'enter') bench.hand({ do: 'insertNote', denominationMinor: FIVE });
    else expect((await bench.settle(bench.device[at === 'store' ? 'stack' : 'return'](await bench.escrow(FIVE)))).kind).toBe('uncertain');
    await bench.untilState('faulty');
    expect([bench.device.status().faults, moved(bench)]).toEqual([['CIM_JAMMED'], []]);
    bench.hand({ do: 'clearPath' });
    await bench.untilState('ready');
    expect([bench.world(), moved(bench)]).toEqual([{ box: [], returned: [], inside: [] }, []]);
    await bench.enable(FIVE);
    await bench.escrow(FIVE);
  });
});
