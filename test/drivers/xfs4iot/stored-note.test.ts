/**
 * Goal: what a service says at the end of a cash-in is believed before what it said in escrow: a note that is no money is offered to nobody, one that was kept was not given back, and one stored as
 * another is in doubt. Method: the driver on its simulated service in virtual time. [xfs4iot §3, §5]
 */
import { describe, expect, it } from 'vitest';
import { acceptorBench } from '../../support/xfs-acceptor-bench.ts';

const FIVE = 500_000;
const TWO = 200_000;

async function takingBench() {
  const bench = acceptorBench();
  bench.device.start();
  await bench.untilState('ready');
  expect((await bench.enable(TWO, FIVE)).kind).toBe('completed');
  await bench.clock.advance(10);
  const fault = (name: string, at: string) => bench.hand({ do: 'fault', fault: name, at });
  const ends = () => bench.events.flatMap((event) => (event.kind === 'noteStacked' || event.kind === 'noteReturned' ? [[event.kind, event.note?.noteId, event.denominationMinor, event.currency]] : []));
  return { ...bench, fault, ends };
}

describe('a service', () => {
  it('that takes a counterfeit in has it given back, and offers it to nobody', async () => {
    const bench = await takingBench();
    bench.fault('counterfeitTaken', 'enter');
    bench.hand({ do: 'insertNote', denominationMinor: FIVE, kind: 'counterfeit' });
    await bench.untilEvent('noteRejected');
    await bench.clock.advance(2_000);
    expect(bench.events.filter(({ kind }) => kind === 'noteEscrowed')).toEqual([]);
    expect(bench.world()).toEqual({ box: [], returned: [FIVE], inside: [] });
    await bench.escrow(FIVE);
  });

  it('that keeps it is told so, without an owner and a value', async () => {
    const bench = await takingBench();
    bench.fault('counterfeitTaken', 'enter');
    bench.hand({ do: 'keepNext' });
    bench.hand({ do: 'insertNote', denominationMinor: FIVE, kind: 'counterfeit' });
    await bench.untilEvent('noteStacked');
    expect(bench.ends()).toEqual([['noteStacked', undefined, 0, null]]);
    expect(bench.world().box).toEqual([FIVE]);
    await bench.clock.advance(2_000);
    expect((await bench.enable(TWO, FIVE)).kind).toBe('completed');
    await bench.clock.advance(10);
    await bench.escrow(FIVE);
  });

  it('that keeps what was to go back has not given it back', async () => {
    const bench = await takingBench();
    const noteId = await bench.escrow(FIVE);
    bench.hand({ do: 'keepNext' });
    expect(await bench.settle(bench.device.return(noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    expect(bench.ends()).toEqual([['noteStacked', noteId, 0, null]]);
    expect(bench.world()).toEqual({ box: [FIVE], returned: [], inside: [] });
  });

  it('that keeps it, and whose word of it is lost, is asked: nothing says that it was given back', async () => {
    const bench = await takingBench();
    const noteId = await bench.escrow(FIVE);
    bench.hand({ do: 'keepNext' });
    bench.fault('connectionLost', 'completion');
    expect((await bench.settle(bench.device.return(noteId))).kind).toBe('uncertain');
    await bench.untilState('ready');
    // One note and no money: what became of it, it does not say.
    expect(bench.ends()).toEqual([]);
    expect(bench.events.findLast(({ kind }) => kind === 'poweredUp')).toMatchObject({ position: 'none' });
  });

  it.each([true, false])('that keeps it when a broken connection has it given back says so then (in this life: %s)', async (isThisLife) => {
    const bench = await takingBench();
    const noteId = await bench.escrow(FIVE);
    if (isThisLife) {
      bench.fault('silence', 'command');
      expect((await bench.settle(bench.device.stack(noteId))).kind).toBe('uncertain');
    } else {
      await bench.settle(bench.device.stop());
      bench.device.start();
    }
    bench.hand({ do: 'keepNext' });
    await bench.untilState('ready');
    expect(bench.ends()).toEqual([['noteStacked', isThisLife ? noteId : undefined, 0, null]]);
    expect(bench.world().box).toEqual([FIVE]);
  });

  it('that stores a note as another one leaves it in doubt with both', async () => {
    const bench = await takingBench();
    const noteId = await bench.escrow(FIVE);
    bench.fault('misread', 'store');
    expect(await bench.settle(bench.device.stack(noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    expect(bench.ends()).toEqual([['noteStacked', noteId, TWO, 'KZT']]);
    expect(bench.device.status().lastFaults).toMatchObject([{ code: 'CIM_STACK_UNCERTAIN' }]);
  });
});
