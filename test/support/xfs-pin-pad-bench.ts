import { Pan } from '../../drivers/interfaces/card-reader.ts';
import type { PinEntryRequest, PinPad, PinPadEvent } from '../../drivers/interfaces/pin-pad.ts';
import { createXfsPinPad } from '../../drivers/pin-pad/xfs4iot-pin-pad/device.ts';
import type { StoredKey } from '../../simulators/pin-pad/xfs4iot-pin-pad/key-store.ts';
import type { XfsPinPadSimulatorOptions } from '../../simulators/pin-pad/xfs4iot-pin-pad/simulator.ts';
import { createXfsPinPadSimulator } from '../../simulators/pin-pad/xfs4iot-pin-pad/simulator.ts';
import type { XfsBench } from './xfs-bench.ts';
import { createXfsBench } from './xfs-bench.ts';

const bytes = (hex: string) => Buffer.from(hex, 'hex');

/** Keys of the published examples: what the bank's side of a test knows too. */
export const XFS_PAD_KEYS = {
  MasterKey: { usage: 'K0', algorithm: 'T', key: bytes('0123456789ABCDEFFEDCBA9876543210') },
  MasterAes: { usage: 'K1', algorithm: 'A', key: bytes('88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6') },
  PinKey: { usage: 'P0', algorithm: 'T', key: bytes('042666B49184CF5C68DE9628D0397B36') },
} as const satisfies Record<string, StoredKey>;

export const XFS_PAD_PAN = '4012345678909';

export interface XfsPinPadBench extends XfsBench<PinPad> {
  readonly events: PinPadEvent[];
  readonly pad: PinPad;
  press(keys: readonly string[]): Promise<void>;
  /** Begins an entry and comes back when the pad takes keys, or the entry is over. */
  ask(request?: Partial<PinEntryRequest>): Promise<{ readonly entry: ReturnType<PinPad['enterPin']> }>;
  enter(pin: string, request?: Partial<PinEntryRequest>): ReturnType<PinPad['enterPin']>;
}

export function createXfsPinPadBench(options: XfsPinPadSimulatorOptions = {}, seed = 1): XfsPinPadBench {
  const bench = createXfsBench<PinPad>(
    (common) => createXfsPinPad({ ...common, keys: { master: 'MasterKey', masterAes: 'MasterAes', pin: 'PinKey', pinAes: 'PinAes', dukpt: 'Dukpt', dukptAes: 'DukptAes', none: 'Nothing' } }),
    (environment) => createXfsPinPadSimulator(environment, { keys: XFS_PAD_KEYS, ...options }),
    seed,
  );
  const events: PinPadEvent[] = [];
  bench.device.onEvent((event) => events.push(event));
  const press = async (keys: readonly string[]) => {
    for (const key of keys) {
      bench.simulator.control({ do: 'press', key });
      await bench.clock.advance(150);
    }
  };
  const ask = async (request: Partial<PinEntryRequest> = {}) => {
    events.splice(0);
    let isOver = false;
    const entry = bench.device.enterPin({ pan: new Pan(XFS_PAD_PAN), format: 'iso0', keyName: 'pin', lengthMin: 4, lengthMax: 6, timeoutMs: 30_000, ...request }).finally(() => {
      isOver = true;
    });
    await bench.until(() => isOver || events.some((event) => event.kind === 'entryReady'), 'the prompt');
    return { entry };
  };
  return {
    ...bench, events, pad: bench.device, press, ask,
    async enter(pin, request) {
      const { entry } = await ask(request);
      await press([...pin, 'enter']);
      return bench.settle(entry);
    },
  };
}
