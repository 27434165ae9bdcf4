import { describe, expect, it } from 'vitest';
import type { PinEntryRequest, PinPad, PinPadEvent } from '../../../drivers/interfaces/pin-pad.ts';
import { Pan } from '../../../drivers/interfaces/card-reader.ts';
import type { ZtBench } from '../../support/zt588-bench.ts';
import { BENCH_PAN, createZtBench } from '../../support/zt588-bench.ts';
import type { XfsPinPadBench } from '../../support/xfs-pin-pad-bench.ts';
import { createXfsPinPadBench } from '../../support/xfs-pin-pad-bench.ts';

/** A pad with a PIN key in it, and hands that press its keys. */
interface PinPadRig {
  readonly pad: PinPad;
  readonly events: PinPadEvent[];
  readonly said: string[];
  readonly keyName: string;
  press(keys: readonly string[]): Promise<void>;
  hand(command: { readonly do: string }): void;
  settle<T>(promise: Promise<T>): Promise<T>;
  until(isSo: () => boolean): Promise<boolean>;
  untilState(state: string): Promise<void>;
}

const ofZt = (bench: ZtBench): PinPadRig => ({ ...bench, keyName: 'pin', until: (isSo) => bench.clock.runUntil(isSo, 60_000) });
const ofXfs = (bench: XfsPinPadBench): PinPadRig => ({ ...bench, keyName: 'pin', until: (isSo) => bench.clock.runUntil(isSo, 60_000) });
/** A new driver adds its pad here. */
const PADS: readonly { readonly protocol: string; readonly create: () => PinPadRig }[] = [
  { protocol: 'szzt-zt588, key blocks', create: () => ofZt(createZtBench({ commandSet: 'keyBlocks' })) },
  { protocol: 'xfs4iot-pin-pad', create: () => ofXfs(createXfsPinPadBench()) },
  { protocol: 'szzt-zt588, bytes cut', create: () => ofZt(createZtBench({ commandSet: 'keyBlocks', bytesMax: 3, seed: 5 })) },
];
const DIGITS = ['1', '2', '3', '4'];

describe.each(PADS)('PinPad contract on $protocol', ({ create }) => {
  const request = (rig: PinPadRig, more: Partial<PinEntryRequest> = {}): PinEntryRequest => ({ pan: new Pan(BENCH_PAN), format: 'iso0', keyName: rig.keyName, lengthMin: 4, lengthMax: 6, timeoutMs: 30_000, ...more });
  const readyRig = async () => {
    const rig = create();
    rig.pad.start();
    await rig.untilState('ready');
    return rig;
  };
  /** The pad takes keys from now on. */
  const asked = async (rig: PinPadRig, more: Partial<PinEntryRequest> = {}) => {
    const entry = rig.pad.enterPin(request(rig, more));
    expect(await rig.until(() => rig.events.at(-1)?.kind === 'entryReady')).toBe(true);
    return { entry };
  };

  it('takes a PIN, tells that keys were pressed and never which digit, and gives its block once', async () => {
    const rig = await readyRig();
    const { entry } = await asked(rig);
    await rig.press([...DIGITS, 'enter']);
    expect(await rig.settle(entry)).toMatchObject({ kind: 'completed', value: { completion: 'enter', digitCount: 4 } });
    const block = await rig.settle(rig.pad.pinBlock());
    expect(block).toMatchObject({ kind: 'completed', value: { format: 'iso0', keyName: rig.keyName } });
    if (block.kind === 'completed') expect(block.value.block).toHaveLength(8);
    expect(await rig.settle(rig.pad.pinBlock())).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    expect(rig.events.filter((event) => event.kind === 'keyPressed' && event.key === 'digit')).toHaveLength(4);
    expect([JSON.stringify(rig.events), ...rig.said].filter((text) => text.includes('1234') || text.includes(BENCH_PAN))).toEqual([]);
  });

  it('holds nothing after cancel or after its time', async () => {
    const rig = await readyRig();
    const { entry } = await asked(rig);
    await rig.press(['1', '2', 'cancel']);
    expect(await rig.settle(entry)).toMatchObject({ kind: 'completed', value: { completion: 'cancel' } });
    expect((await rig.settle(rig.pad.pinBlock())).kind).toBe('failed');
    expect(await rig.settle((await asked(rig, { timeoutMs: 5_000 })).entry)).toMatchObject({ kind: 'completed', value: { completion: 'timeOut' } });
    expect((await rig.settle(rig.pad.pinBlock())).kind).toBe('failed');
  });

  it('ends an entry that the terminal cancels', async () => {
    const rig = await readyRig();
    const { entry } = await asked(rig);
    await rig.press(['1']);
    rig.pad.cancelEntry();
    expect(await rig.settle(entry)).toMatchObject({ kind: 'completed', value: { completion: 'cancel' } });
  });

  it('is lost and back, without the PIN that it held', async () => {
    const rig = await readyRig();
    const { entry } = await asked(rig);
    await rig.press([...DIGITS, 'enter']);
    await rig.settle(entry);
    rig.hand({ do: 'unplug' });
    await rig.untilState('offline');
    expect((await rig.settle(rig.pad.enterPin(request(rig)))).kind).toBe('failed');
    rig.hand({ do: 'plug' });
    await rig.untilState('ready');
    expect((await rig.settle(rig.pad.pinBlock())).kind).toBe('failed');
    await rig.settle(rig.pad.stop());
  });
});
