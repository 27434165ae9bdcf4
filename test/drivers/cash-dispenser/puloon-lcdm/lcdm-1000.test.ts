import { describe, expect, it } from 'vitest';
import { decodeSensors } from '../../../../drivers/cash-dispenser/puloon-lcdm/codec.ts';
import { createLcdmDispenser } from '../../../../drivers/cash-dispenser/puloon-lcdm/device.ts';
import type { LcdmModel } from '../../../../drivers/cash-dispenser/puloon-lcdm/models.ts';
import { createLcdmSimulator } from '../../../../simulators/cash-dispenser/puloon-lcdm/simulator.ts';
import { createDeviceBench } from '../../../support/device-bench.ts';

/** The unit with one cassette: the second sensor byte is another one. [lcdm §4.2] */
async function readyBench(model: LcdmModel = 'LCDM-1000') {
  const bench = createDeviceBench({
    simulator: (environment) => createLcdmSimulator(environment, { unit: 'LCDM-1000', cassettes: [{ cassetteNumber: 1, denominationMinor: 500_000, noteCount: 50 }] }),
    driver: (common) => createLcdmDispenser({ ...common, model }),
  });
  bench.device.start();
  await bench.untilState('ready');
  return bench;
}

describe('LCDM-1000', () => {
  it('is healthy at 80 80, and tells tray and cassette by its own bits', () => {
    expect(decodeSensors(0x80, 0x80, 'LCDM-1000')).toEqual({ isCheckBlocked: false, isDiverterBlocked: false, isEjectBlocked: false, isExitBlocked: false, isUpperNearEnd: false, isLowerNearEnd: false, isUpperPresent: true, isLowerPresent: false, isRejectTrayPresent: true });
    expect(decodeSensors(0x80, 0x81, 'LCDM-1000')).toMatchObject({ isRejectTrayPresent: false, isUpperPresent: true });
    expect(decodeSensors(0x80, 0x82, 'LCDM-1000')).toMatchObject({ isRejectTrayPresent: true, isUpperPresent: false });
  });

  it('pays from its one cassette and knows of no other', async () => {
    const bench = await readyBench();
    expect(bench.device.status()).toMatchObject({ model: 'LCDM-1000', faults: [], lastFaults: [] });
    expect(bench.device.capabilities.cassetteCount).toBe(1);
    expect(await bench.settle(bench.device.readSensors())).toMatchObject({ kind: 'completed', value: { cassettes: [{ cassetteNumber: 1, isPresent: true }], isRejectTrayPresent: true } });
    expect(await bench.settle(bench.device.dispense({ cassetteNumber: 1, noteCount: 3 }))).toMatchObject({ kind: 'completed', value: { presentedCount: 3 } });
    expect(await bench.settle(bench.device.dispense({ cassetteNumber: 2, noteCount: 1 }))).toMatchObject({ kind: 'failed', errorCode: 'CDM_CASSETTE_MISSING' });
    bench.hand({ do: 'removeTray' });
    await bench.until(() => bench.device.status().faults.includes('CDM_REJECT_TRAY_MISSING'), 'the tray is missed');
  });

  it('says so when it is configured as another one', async () => {
    const bench = await readyBench('LCDM-2000');
    expect(bench.device.status().lastFaults).toMatchObject([{ code: 'LNK_PROTOCOL', detail: 'configured as LCDM-2000, the unit calls itself LCDM-1000' }]);
  });
});
