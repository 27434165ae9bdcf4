import { describe, expect, it } from 'vitest';
import type { Printer } from '../../../drivers/interfaces/printer.ts';
import { DEPOSIT } from '../../main/receipt/sample-records.ts';
import { bitmapOf } from '../../support/printer-bench.ts';
import { createProtocolRig } from '../../support/protocol-rig.ts';
import { lifeContract } from '../life.contract.ts';

const SLIP = bitmapOf(DEPOSIT, 'kk');
const blackDots = SLIP.bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);

describe('Printer contract on xfs4iot-printer', () => {
  lifeContract<Printer>('xfs4iot-printer', (printer) => printer.print({ bitmap: SLIP }));

  const readyRig = async () => {
    const rig = await createProtocolRig<Printer>('xfs4iot-printer');
    await rig.ready();
    return rig;
  };

  it('prints every dot of a receipt', async () => {
    const rig = await readyRig();
    expect(await rig.settle(rig.device.print({ bitmap: SLIP }))).toEqual({ kind: 'completed', value: { progress: 'drained' } });
    expect(rig.world()['papers']).toEqual([{ widthDots: SLIP.widthDots, heightDots: SLIP.heightDots, blackDots, isWhole: true }]);
  });

  it('begins nothing without paper, tells that it is low, and goes on with a new roll', async () => {
    const rig = await readyRig();
    rig.hand({ do: 'setPaper', paper: 'out' });
    expect(await rig.until(() => rig.device.status().faults.includes('PTR_PAPER_OUT'), 10_000)).toBe(true);
    expect(await rig.settle(rig.device.print({ bitmap: SLIP }))).toMatchObject({ kind: 'failed', errorCode: 'PTR_PAPER_OUT' });
    expect(rig.world()['papers']).toEqual([]);
    rig.hand({ do: 'setPaper', paper: 'low' });
    expect(await rig.until(() => rig.device.isPaperLow && rig.device.status().state === 'ready', 10_000)).toBe(true);
    expect((await rig.settle(rig.device.print({ bitmap: SLIP }))).kind).toBe('completed');
  });

  it.each(['jam', 'paperEnds', 'completionLost', 'connectionLost', 'hardwareError'])('leaves uncertain what %s cut off, and never repeats it', async (fault) => {
    const rig = await readyRig();
    rig.hand({ do: 'fault', fault });
    expect((await rig.settle(rig.device.print({ bitmap: SLIP }))).kind).toBe('uncertain');
    await rig.clock.advance(20_000);
    expect((rig.world()['papers'] as readonly unknown[]).length).toBeLessThanOrEqual(1);
  });
});
