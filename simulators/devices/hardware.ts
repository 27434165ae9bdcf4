import { SAMPLE_DEVICES } from '../../main/contracts/run-folder.ts';
import type { Clock } from '../../main/foundation/clock.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import type { Random } from '../../main/foundation/random.ts';
import { createIoBoardSimulator } from '../auxiliaries/io-board/simulator.ts';
import { createNutUpsSimulator } from '../auxiliaries/nut-ups/simulator.ts';
import { createOsmpWatchdogSimulator } from '../auxiliaries/osmp-watchdog/simulator.ts';
import { createSerialScannerSimulator } from '../barcode-reader/serial-scanner/simulator.ts';
import { createCrt571Simulator } from '../card-reader/crt-571/simulator.ts';
import { createMagtekSimulator } from '../card-reader/magtek-hid/simulator.ts';
import { createCcnetSimulator } from '../cash-acceptor/ccnet/simulator.ts';
import { createCoinAcceptorSimulator } from '../coin-acceptor/cctalk-coin-acceptor/simulator.ts';
import { createHopperSimulator } from '../coin-dispenser/cctalk-hopper/simulator.ts';
import { DISPENSER_SIMULATORS } from '../cash-dispenser/dispenser-simulators.ts';
import { RECYCLER_SIMULATORS } from '../cash-recycler/recycler-simulators.ts';
import type { ControlTarget } from '../control/control-socket.ts';
import { createEscposSimulator } from '../printer/escpos/simulator.ts';
import type { DeviceSimulator, SimulatorEnvironment, SimulatorEvent, SimulatorLine } from '../simulator.ts';
import type { SampleCoins, SampleDispenser, SampleRecyclerProtocol } from '../terminal/sample-config.ts';
import { createWireLog, tapLine } from './wire-tap.ts';

/** The target of the control socket that tells the bytes of all lines. */
export const WIRE_TARGET = 'wire';
/** 80 mm paper at 8 dots per mm. */
const PAPER_WIDTH_DOTS = 576;
/** Frame head and command of a card reader; what follows may be a track. */
const CARD_CLEAR_BYTES_MAX = 6;

export type SampleDeviceId = (typeof SAMPLE_DEVICES)[keyof typeof SAMPLE_DEVICES];
export interface Cassette {
  readonly cassetteNumber: number;
  readonly denominationMinor: number;
  readonly noteCount: number;
}

export interface HardwareOptions {
  /** One line for each device id; the swipe reader's carries reports, the UPS's is a connection. */
  readonly lines: Readonly<Record<SampleDeviceId, SimulatorLine>>;
  readonly clock: Clock;
  readonly random: Random;
  /** 1 = real times of the mechanics. */
  readonly timeFactor: number;
  /** At most two, as the dispenser has. */
  readonly cassettes: readonly Cassette[];
  /** @default puloon-lcdm */
  readonly dispenser?: SampleDispenser;
  /** In the acceptor's place. */
  readonly recycler?: SampleRecyclerProtocol;
  /** What the hopper holds. @default 200 × 100 ₸ */
  readonly coins?: SampleCoins;
}

export interface Hardware {
  readonly devices: ReadonlyMap<SampleDeviceId, DeviceSimulator>;
  /** One per device and `wire`, for the control server. */
  readonly targets: ReadonlyMap<string, ControlTarget>;
  start(): void;
  stop(): void;
}

/** What each kind of device is made of. */
const MAKERS: Readonly<Record<SampleDeviceId, (environment: SimulatorEnvironment, options: HardwareOptions) => DeviceSimulator>> = {
  [SAMPLE_DEVICES.acceptor]: (environment, { recycler }) => (recycler === undefined ? createCcnetSimulator(environment, {}) : RECYCLER_SIMULATORS[recycler](environment, {})),
  [SAMPLE_DEVICES.dispenser]: (environment, { dispenser = 'puloon-lcdm', cassettes }) => DISPENSER_SIMULATORS[dispenser](environment, { cassettes }),
  [SAMPLE_DEVICES.printer]: (environment) => createEscposSimulator(environment, { widthDots: PAPER_WIDTH_DOTS }),
  [SAMPLE_DEVICES.cardReader]: (environment) => createCrt571Simulator(environment, {}),
  [SAMPLE_DEVICES.swipeReader]: (environment) => createMagtekSimulator(environment, {}),
  [SAMPLE_DEVICES.scanner]: (environment) => createSerialScannerSimulator(environment, {}),
  [SAMPLE_DEVICES.switches]: (environment) => createIoBoardSimulator(environment, {}),
  [SAMPLE_DEVICES.powerSupply]: (environment) => createNutUpsSimulator(environment, {}),
  [SAMPLE_DEVICES.watchdog]: (environment) => createOsmpWatchdogSimulator(environment, {}),
  [SAMPLE_DEVICES.coinAcceptor]: (environment) => createCoinAcceptorSimulator(environment, {}),
  [SAMPLE_DEVICES.coinDispenser]: (environment, { coins }) => createHopperSimulator(environment, coins ?? {}),
};
/** Lines whose bytes are shown only at their head: tracks, chip data, what stands in a code. */
const CLEAR_BYTES_MAX: Readonly<Partial<Record<SampleDeviceId, number>>> = { [SAMPLE_DEVICES.cardReader]: CARD_CLEAR_BYTES_MAX, [SAMPLE_DEVICES.swipeReader]: 0, [SAMPLE_DEVICES.scanner]: CARD_CLEAR_BYTES_MAX };

/** All device simulators of the sample terminal 0427, their lines tapped for the time-line. Nothing answers before `start()`. */
export function createHardware(options: HardwareOptions): Hardware {
  const { clock, random, timeFactor } = options;
  const wire = createWireLog(clock);
  const devices = new Map<SampleDeviceId, DeviceSimulator>();
  const targets = new Map<string, ControlTarget>();
  for (const [deviceId, make] of Object.entries(MAKERS) as [SampleDeviceId, (typeof MAKERS)[SampleDeviceId]][]) {
    const clearBytesMax = CLEAR_BYTES_MAX[deviceId];
    const line = tapLine(options.lines[deviceId], { deviceId, clock, onEvent: (event) => wire.tell(event), ...(clearBytesMax === undefined ? {} : { clearBytesMax }) });
    const device = make({ line, clock, random, timeFactor }, options);
    devices.set(deviceId, device);
    targets.set(deviceId, targetOf(device));
  }
  targets.set(WIRE_TARGET, {
    control: (command) => ((command as { do?: unknown }).do === 'recent' ? ok(wire.recent()) : err({ code: 'unknownCommand', detail: 'there is recent' })),
    world: () => ({ recent: wire.recent() }),
    faultBoard: () => [],
    onEvent: (listener) => wire.onEvent(listener),
  });
  return {
    devices,
    targets,
    start: () => devices.forEach((device) => device.start()),
    stop: () => devices.forEach((device) => device.stop()),
  };
}

/** Some simulators keep one listener only; here everybody may listen. */
function targetOf(device: DeviceSimulator): ControlTarget {
  const listeners: ((event: SimulatorEvent) => void)[] = [];
  device.onEvent((event) => {
    for (const listener of listeners) listener(event);
  });
  return {
    control: (command) => device.control(command),
    world: () => device.world(),
    faultBoard: () => device.faultBoard().map(({ fault, at, label }) => ({ fault, at: [...at], label })),
    onEvent: (listener) => void listeners.push(listener),
  };
}
