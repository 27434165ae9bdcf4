import { describe, expect, it } from 'vitest';
import type { BarcodeReader } from '../../../drivers/interfaces/barcode-reader.ts';
import { createProtocolRig, protocolsOf } from '../../support/protocol-rig.ts';
import { lifeContract } from '../life.contract.ts';

/** Hands show a code in the words of each simulator. */
const SHOWN = { 'xfs4iot-barcode-reader': 'show' } as Readonly<Record<string, string>>;
const CODE = 'https://pay.example/kz?ref=0123456789&сумма=5000';

describe.each(protocolsOf('barcodeReader'))('BarcodeReader contract on %s', (protocol) => {
  lifeContract<BarcodeReader>(protocol, (reader) => reader.arm());

  const readyRig = async () => {
    const rig = await createProtocolRig<BarcodeReader>(protocol);
    const texts: string[] = [];
    rig.device.onCode(({ text }) => texts.push(text));
    await rig.ready();
    return { ...rig, texts, show: (text: string) => rig.tryHand({ do: SHOWN[protocol] ?? 'showCode', text }) };
  };

  it('tells an armed code once, as it stands', async () => {
    const rig = await readyRig();
    expect((await rig.settle(rig.device.arm())).kind).toBe('completed');
    await rig.clock.advance(500);
    expect(rig.show(CODE)).toBe(true);
    await rig.until(() => rig.texts.length > 0, 10_000);
    await rig.clock.advance(5_000);
    expect(rig.texts).toEqual([CODE]);
  });

  it('tells nothing that is shown before it is armed or after it is disarmed', async () => {
    const rig = await readyRig();
    rig.show(CODE);
    await rig.clock.advance(5_000);
    rig.tryHand({ do: 'hideCode' });
    await rig.settle(rig.device.arm());
    await rig.clock.advance(3_000);
    expect((await rig.settle(rig.device.disarm())).kind).toBe('completed');
    rig.show('other');
    await rig.clock.advance(5_000);
    expect(rig.texts).toEqual([]);
  });

  it('tells a code that stays before the window once', async () => {
    const rig = await readyRig();
    await rig.settle(rig.device.arm());
    for (let look = 0; look < 6; look++) {
      await rig.clock.advance(300);
      rig.show(CODE);
    }
    await rig.clock.advance(500);
    expect(rig.texts).toEqual([CODE]);
  });

  it('is armed still after the line was lost', async () => {
    const rig = await readyRig();
    await rig.settle(rig.device.arm());
    await rig.clock.advance(500);
    expect(rig.tryHand({ do: 'unplug' })).toBe(true);
    await rig.until(() => rig.device.status().state === 'offline', 30_000);
    expect(rig.tryHand({ do: 'plug' })).toBe(true);
    await rig.until(() => rig.device.status().state !== 'offline', 30_000);
    await rig.clock.advance(2_000);
    rig.show(CODE);
    await rig.until(() => rig.texts.length > 0, 10_000);
    expect(rig.texts).toEqual([CODE]);
  });

  it('writes no code into the log', async () => {
    const rig = await readyRig();
    await rig.settle(rig.device.arm());
    await rig.clock.advance(500);
    rig.show(CODE);
    await rig.until(() => rig.texts.length > 0, 10_000);
    expect(rig.said.filter((line) => line.includes('0123456789'))).toEqual([]);
  });
});
