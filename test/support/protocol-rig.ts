import type { Device } from '../../drivers/interfaces/device.ts';
import type { ProtocolRow } from '../../drivers/interfaces/protocol-row.ts';
import { PROTOCOLS } from '../../drivers/protocol-table.ts';
import type { Transport } from '../../drivers/transport/transport.ts';
import { assert } from '../../main/foundation/assert.ts';
import type { Clock } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import { silentLog } from '../../main/foundation/log.ts';
import type { Random } from '../../main/foundation/random.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import { SINGLE_DEVICES } from '../../simulators/single/single-devices.ts';
import type { DeviceSimulator, Json } from '../../simulators/simulator.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import type { VirtualClock } from '../../simulators/world/virtual-clock.ts';
import { createVirtualClock } from '../../simulators/world/virtual-clock.ts';
import { createMemoryHid } from './memory-hid.ts';
import { settled } from './settled.ts';

interface Common {
  readonly deviceId: string;
  readonly clock: Clock;
  readonly log: Log;
}
type ServiceDriver = (common: Common, transport: Transport) => Promise<Device>;

const XFS_URL = 'ws://127.0.0.1:5846/xfs4iot/v1.0/Device1';
const xfs = (common: Common, transport: Transport) => ({ ...common, url: XFS_URL, connect: () => transport });

/** Drivers that reach their device through a service: over a line in memory in place of its socket. */
const SERVICE_DRIVERS: Readonly<Record<string, ServiceDriver>> = {
  'nut-ups': async (common, transport) => (await import('../../drivers/auxiliaries/nut-ups/device.ts')).createNutUps({ ...common, transport, upsName: 'ups' }),
  'capture-service': async (common, transport) => (await import('../../drivers/biometric/capture-service/device.ts')).createCaptureService({ ...common, transport, qualityPercentMin: 40, mustBeLive: true }),
  'pc-sc': async (common, transport) => {
    const [{ createPcscReader }, { SocketSmartCardAdapter }] = await Promise.all([import('../../drivers/card-reader/pc-sc/device.ts'), import('../../drivers/card-reader/pc-sc/socket-adapter.ts')]);
    return createPcscReader({ ...common, adapter: new SocketSmartCardAdapter({ transport, clock: common.clock }) });
  },
  'xfs4iot-cash-acceptor': async (common, transport) => (await import('../../drivers/cash-acceptor/xfs4iot-cash-acceptor/device.ts')).createXfsAcceptor(xfs(common, transport)),
  'xfs4iot-cash-dispenser': async (common, transport) => (await import('../../drivers/cash-dispenser/xfs4iot-cash-dispenser/device.ts')).createXfsDispenser({ ...xfs(common, transport), cassetteCount: 2, bunchNotesMax: 40, hasStacker: true, tokenKey: null }),
  'xfs4iot-cash-recycler': async (common, transport) => (await import('../../drivers/cash-recycler/xfs4iot-cash-recycler/device.ts')).createXfsRecycler({ ...xfs(common, transport), currency: 'KZT', tokenKey: null }),
  'xfs4iot-card-reader': async (common, transport) => (await import('../../drivers/card-reader/xfs4iot-card-reader/device.ts')).createXfsCardReader(xfs(common, transport)),
  'xfs4iot-printer': async (common, transport) => (await import('../../drivers/printer/xfs4iot-printer/device.ts')).createXfsPrinter({ ...xfs(common, transport), widthDots: 576, formName: 'QolmaReceipt', imageField: 'image', presenter: false }),
  'xfs4iot-pin-pad': async (common, transport) => (await import('../../drivers/pin-pad/xfs4iot-pin-pad/device.ts')).createXfsPinPad({ ...xfs(common, transport), keys: { master: 'MasterKey', pin: 'PinKey' } }),
  'xfs4iot-biometric': async (common, transport) => (await import('../../drivers/biometric/xfs4iot-biometric/device.ts')).createXfsBiometric({ ...xfs(common, transport), qualityPercentMin: 40, mustBeLive: true, format: 'reservedTemplate1' }),
  'xfs4iot-lights': async (common, transport) => (await import('../../drivers/lights/xfs4iot-lights/device.ts')).createXfsLights(xfs(common, transport)),
  'xfs4iot-auxiliaries': async (common, transport) => (await import('../../drivers/auxiliaries/xfs4iot-auxiliaries/device.ts')).createXfsAuxiliaries(xfs(common, transport)),
  'xfs4iot-barcode-reader': async (common, transport) => (await import('../../drivers/barcode-reader/xfs4iot-barcode-reader/device.ts')).createXfsBarcodeReader(xfs(common, transport)),
};

/** Any protocol's driver and its simulator on a line in memory, nothing started. */
export async function joinProtocol(row: ProtocolRow, { clock, random, log = silentLog }: { readonly clock: Clock; readonly random: Random; readonly log?: Log }): Promise<{ readonly device: Device; readonly simulator: DeviceSimulator }> {
  const hid = row.lineKind === 'hid' ? createMemoryHid() : null;
  const serial = hid === null ? createMemoryLine({ name: row.protocol, clock }) : null;
  const single = SINGLE_DEVICES[row.protocol];
  assert(single !== undefined, `${row.protocol} has a simulator`);
  const simulator = single.create({ line: (hid ?? serial)!.line, clock, random, timeFactor: 1 });
  const common = { deviceId: row.protocol, clock, log };
  if (row.lineKind === 'url') {
    const create = SERVICE_DRIVERS[row.protocol];
    assert(create !== undefined && serial !== null, `${row.protocol} can be reached in memory`);
    return { device: await create(common, serial.transport), simulator };
  }
  const context = {
    ...common, random,
    serial: () => (assert(serial !== null, 'a serial line'), serial.transport),
    hid: () => (assert(hid !== null, 'a HID line'), hid.transport),
    url: () => '',
  };
  return { device: await row.create(context, row.options.parse({})), simulator };
}

export interface ProtocolRig<D extends Device> {
  readonly clock: VirtualClock;
  readonly device: D;
  /** Every log line and simulator event as text, for looking for what must not be there. */
  readonly said: string[];
  hand(command: { readonly do: string; readonly [key: string]: unknown }): void;
  /** False: the simulator says that it cannot be done now. */
  tryHand(command: { readonly do: string; readonly [key: string]: unknown }): boolean;
  world(): Readonly<Record<string, Json>>;
  until(isSo: () => boolean, limitMs?: number): Promise<boolean>;
  settle<T>(promise: Promise<T>): Promise<T>;
  ready(): Promise<void>;
}

/** @param protocol  name in the table; the device is of its class's interface */
export async function createProtocolRig<D extends Device>(protocol: string, { seed = 1 }: { readonly seed?: number } = {}): Promise<ProtocolRig<D>> {
  const row = PROTOCOLS.find((each) => each.protocol === protocol);
  assert(row !== undefined, `there is a protocol ${protocol}`);
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 0, 5) });
  const said: string[] = [];
  const write = (event: string, fields: unknown) => void said.push(`${event} ${JSON.stringify(fields)}`);
  const { device, simulator } = await joinProtocol(row, { clock, random: seededRandom(seed), log: { error: write, warn: write, info: write, debug: (event, fields) => write(event, fields?.()) } });
  simulator.onEvent((event) => write(event.event, event.fields));
  simulator.start();
  const until = (isSo: () => boolean, limitMs = 120_000) => clock.runUntil(isSo, limitMs);
  return {
    clock, said, until,
    device: device as D,
    hand(command) {
      const result = simulator.control(command);
      if (!result.ok) throw new Error(`${command.do}: ${result.error.detail}`);
    },
    tryHand: (command) => simulator.control(command).ok,
    world: () => simulator.world() as Readonly<Record<string, Json>>,
    settle: (promise) => settled(promise, (isSettled) => until(isSettled, 300_000)),
    async ready() {
      device.start();
      if (!(await until(() => device.status().state === 'ready'))) throw new Error(`${protocol} is ${device.status().state} ${device.status().faults.join()}`);
    },
  };
}

export const protocolsOf = (deviceClass: ProtocolRow['deviceClass']): readonly string[] => PROTOCOLS.filter((row) => row.deviceClass === deviceClass).map(({ protocol }) => protocol);
