import { normalize } from 'node:path';
import type { BarcodeReader } from '../../../drivers/interfaces/barcode-reader.ts';
import type { CardReader } from '../../../drivers/interfaces/card-reader.ts';
import type { CashAcceptor } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { CashRecycler } from '../../../drivers/interfaces/cash-recycler.ts';
import type { CashDispenser } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { CoinAcceptor } from '../../../drivers/interfaces/coin-acceptor.ts';
import type { CoinDispenser } from '../../../drivers/interfaces/coin-dispenser.ts';
import type { Device, DeviceClass } from '../../../drivers/interfaces/device.ts';
import type { LightBoard } from '../../../drivers/interfaces/lights.ts';
import type { Printer } from '../../../drivers/interfaces/printer.ts';
import type { DriverContext } from '../../../drivers/interfaces/protocol-row.ts';
import type { PowerSupply } from '../../../drivers/interfaces/power-supply.ts';
import type { Switches } from '../../../drivers/interfaces/switches.ts';
import type { Watchdog } from '../../../drivers/interfaces/watchdog.ts';
import { protocolRow } from '../../../drivers/protocol-table.ts';
import { NodeHidTransport, SocketHidTransport } from '../../../drivers/transport/hid.ts';
import { createSerialTransport } from '../../../drivers/transport/serial.ts';
import type { Config, ConfigProblem, DeviceLine } from '../../contracts/config.ts';
import { UNITS_MAX } from '../../cash/mix.ts';
import { SAMPLE_DEVICES } from '../../contracts/run-folder.ts';
import { assert } from '../../foundation/assert.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import { cryptoRandom } from '../../system/crypto-random.ts';
import { joinedDispenser } from '../cash/joined-dispenser.ts';
import type { TerminalDevices } from '../core-parts.ts';
import type { TracedDevice, WireTrace } from './wire-trace.ts';

type Part = Exclude<keyof Config['devices'], 'others' | 'coinDispensers'>;
/** The sample terminal has its lights on the board of the switches. */
const LIGHTS_ID = 'lights';
/** Of every sum in the terminal. */
const CURRENCY = 'KZT';
/** Of what was found, in a message. */
const FOUND_TEXT_MAX = 80;

const PARTS: Readonly<Record<Part, DeviceClass>> = {
  acceptor: 'cashAcceptor', recycler: 'cashRecycler', dispenser: 'cashDispenser', coinAcceptor: 'coinAcceptor', printer: 'printer', cardReader: 'cardReader', swipeReader: 'cardReader', scanner: 'barcodeReader', switches: 'auxiliaries', lights: 'lights', powerSupply: 'powerSupply', watchdog: 'watchdog',
};

interface Chosen {
  /** Where it stands in the configuration. */
  readonly at: string;
  readonly deviceId: string;
  /** null: any class may stand there. */
  readonly deviceClass: DeviceClass | null;
  readonly protocol: string;
  readonly line: DeviceLine;
  readonly options: unknown;
}

/** What the protocols say of their devices in the configuration: class, kind of line, options, cassettes. Loads no driver. */
export function deviceProblems(config: Config): readonly ConfigProblem[] {
  const chosen = [...chosenParts(config).values(), ...chosenHoppers(config), ...chosenOthers(config)];
  return [...joinProblems(config), ...watchdogProblems(config), ...cassetteProblems(config), ...lineProblems(chosen), ...chosen.flatMap(({ at, deviceClass, protocol, line, options }): readonly ConfigProblem[] => {
    const row = protocolRow(protocol);
    if (row === undefined || (deviceClass !== null && row.deviceClass !== deviceClass)) return [{ path: `${at}.protocol`, found: protocol, expected: `a protocol of class ${deviceClass ?? 'any'}` }];
    if (kindOf(line) !== row.lineKind) return [{ path: `${at}.line.kind`, found: line.kind, expected: row.lineKind }];
    const parsed = row.options.safeParse(options);
    return parsed.success ? currencyProblems({ at, deviceClass }, parsed.data) : parsed.error.issues.map((issue) => ({ path: [at, 'options', ...issue.path].join('.'), found: JSON.stringify(options).slice(0, FOUND_TEXT_MAX), expected: issue.message }));
  })];
}

/**
 * A port has one driver: two would take each other's answers. Also on a bus where each device has an address (ccTalk), a hopper or acceptor needs a port of its own. Compared is what is
 * written; the same port under two names is found by the driver that cannot open it.
 */
function lineProblems(chosen: readonly Chosen[]): readonly ConfigProblem[] {
  const takenBy = new Map<string, string>();
  return chosen.flatMap(({ at, line }): readonly ConfigProblem[] => {
    if (line.kind === 'url') return [];
    const isUsb = line.kind === 'usb';
    const found = isUsb ? `usb ${line.vendorId} ${line.productId}` : line.path;
    const path = isUsb ? found : normalize(found);
    const first = takenBy.get(path);
    if (first === undefined) takenBy.set(path, at);
    return first === undefined ? [] : [{ path: isUsb ? `${at}.line` : `${at}.line.path`, found, expected: `a line of its own: ${first} is on this one, and devices do not share a line, on a bus either` }];
  });
}

/** Two mouths, notes of a recycler or coins in a bunch, or more units than a mix is made of, are no terminal that this software drives. */
function joinProblems({ devices }: Config): readonly ConfigProblem[] {
  const payingCount = (devices.dispenser?.cassettes.length ?? 0) + (devices.recycler?.units.length ?? 0) + devices.coinDispensers.length;
  const isGathering = devices.dispenser !== undefined && protocolRow(devices.dispenser.protocol)?.capabilities['presentsWhileDispensing'] === false;
  return [
    ...(devices.acceptor === undefined || devices.recycler === undefined ? [] : [{ path: 'devices.acceptor', found: devices.acceptor.protocol, expected: 'nothing: the recycler takes its place' }]),
    ...(payingCount > UNITS_MAX ? [{ path: 'devices', found: `${payingCount} units that pay out`, expected: `cassettes, units of a recycler and hoppers, ${UNITS_MAX} of them in all` }] : []),
    ...(isGathering && (devices.recycler !== undefined || devices.coinDispensers.length > 0) ? [{ path: 'devices.dispenser.protocol', found: devices.dispenser?.protocol ?? '', expected: 'a dispenser without a stacker beside a recycler or hopper' }] : []),
  ];
}

/** Units of another money would be counted, credited and paid out as tenge. A device that no operation uses may know any. */
function currencyProblems({ at, deviceClass }: Pick<Chosen, 'at' | 'deviceClass'>, options: unknown): readonly ConfigProblem[] {
  const currency = typeof options === 'object' && options !== null && 'currency' in options ? options.currency : CURRENCY;
  return deviceClass === null || currency === CURRENCY ? [] : [{ path: `${at}.options.currency`, found: JSON.stringify(currency), expected: `"${CURRENCY}": the terminal takes and pays nothing else` }];
}

/** A cassette that the model has not would be counted, mixed from, and never pay. */
function cassetteProblems({ devices: { dispenser } }: Config): readonly ConfigProblem[] {
  const row = dispenser === undefined ? undefined : protocolRow(dispenser.protocol);
  const options = row?.options.safeParse(dispenser?.options);
  // Wrong options are told as such.
  if (dispenser === undefined || row === undefined || options?.success !== true) return [];
  const told = row.cassetteCountOf?.(options.data) ?? row.capabilities['cassetteCount'];
  if (typeof told !== 'number') return [];
  return dispenser.cassettes.flatMap(({ cassetteNumber }, index) => (cassetteNumber <= told ? [] : [{ path: `devices.dispenser.cassettes.${index}.cassetteNumber`, found: String(cassetteNumber), expected: told === 1 ? 'only cassette 1: the dispenser has one' : `at most ${told}: the dispenser has that many cassettes` }]));
}

/** One that nobody feeds would restart the computer again and again. */
function watchdogProblems({ devices }: Config): readonly ConfigProblem[] {
  return devices.others.flatMap(({ protocol }, index) => (protocolRow(protocol)?.deviceClass === 'watchdog' ? [{ path: `devices.others.${index}.protocol`, found: protocol, expected: 'no watchdog: its place is devices.watchdog' }] : []));
}

/** The drivers of the configured devices, each over its line; only their code is loaded. Assertion: `deviceProblems` found none. */
export async function createDevices(config: Config, common: CommonParts): Promise<TerminalDevices> {
  const made = new Map<Part, Device>();
  for (const [part, chosen] of chosenParts(config)) made.set(part, await createDevice(chosen, common));
  const coinDispensers: CoinDispenser[] = [];
  for (const chosen of chosenHoppers(config)) coinDispensers.push((await createDevice(chosen, common)) as CoinDispenser);
  const others: Device[] = [];
  for (const chosen of chosenOthers(config)) others.push(await createDevice(chosen, common));
  // That the device of a part is of its class was asserted, by the table of protocols.
  const of = <D extends Device>(part: Part) => (made.get(part) ?? null) as D | null;
  const recycler = of<CashRecycler>('recycler');
  const switches = of<Switches>('switches');
  const lights = of<LightBoard>('lights');
  return {
    acceptor: recycler ?? of<CashAcceptor>('acceptor'),
    dispenser: joinedDispenser(config, { recycler, dispenser: of<CashDispenser>('dispenser'), hoppers: coinDispensers }),
    coinAcceptor: of<CoinAcceptor>('coinAcceptor'),
    coinDispensers,
    printer: of<Printer>('printer'),
    cardReaders: [of<CardReader>('cardReader'), of<CardReader>('swipeReader')].filter((reader) => reader !== null),
    scanner: of<BarcodeReader>('scanner'),
    switches,
    lights: lights ?? switches?.lights ?? null,
    powerSupply: of<PowerSupply>('powerSupply'),
    watchdog: of<Watchdog>('watchdog'),
    others: lights === null ? others : [...others, lights],
  };
}

function createDevice({ deviceId, deviceClass, protocol, line, options }: Chosen, common: CommonParts): Promise<Device> {
  const row = protocolRow(protocol);
  assert(row !== undefined && (deviceClass === null || row.deviceClass === deviceClass), 'a checked configuration');
  return row.create(contextOf({ deviceId, deviceClass: row.deviceClass, protocol }, line, common), row.options.parse(options));
}

function chosenParts({ devices }: Config): ReadonlyMap<Part, Chosen> {
  return new Map((Object.keys(PARTS) as Part[]).flatMap((part): [Part, Chosen][] => {
    const chosen = devices[part];
    if (chosen === undefined) return [];
    const { protocol, line, options } = chosen;
    return [[part, { at: `devices.${part}`, deviceId: part === 'recycler' ? SAMPLE_DEVICES.acceptor : part === 'lights' ? LIGHTS_ID : SAMPLE_DEVICES[part], deviceClass: PARTS[part], protocol, line, options }]];
  }));
}

/** The first has the name that it has alone. */
function chosenHoppers({ devices }: Config): readonly Chosen[] {
  return devices.coinDispensers.map(({ protocol, line, options }, index) => ({ at: `devices.coinDispensers.${index}`, deviceId: `${SAMPLE_DEVICES.coinDispenser}${index === 0 ? '' : `-${index + 1}`}`, deviceClass: 'coinDispenser', protocol, line, options }));
}

function chosenOthers({ devices }: Config): readonly Chosen[] {
  return devices.others.map(({ deviceId, protocol, line, options }, index) => ({ at: `devices.others.${index}`, deviceId, deviceClass: null, protocol, line, options }));
}

function kindOf(line: DeviceLine): 'serial' | 'hid' | 'url' {
  return line.kind === 'usb' || line.kind === 'hidSocket' ? 'hid' : line.kind;
}

interface CommonParts {
  readonly clock: Clock;
  readonly log: Log;
  /** null: nothing is recorded. */
  readonly trace: WireTrace | null;
}

function contextOf(device: TracedDevice, line: DeviceLine, { clock, log, trace }: CommonParts): DriverContext {
  return {
    deviceId: device.deviceId, clock, log, random: cryptoRandom(),
    serial: () => {
      assert(line.kind === 'serial', 'a serial line');
      const transport = createSerialTransport(line, { clock });
      return trace?.serial(device, transport) ?? transport;
    },
    hid: () => {
      assert(line.kind === 'usb' || line.kind === 'hidSocket', 'a HID line');
      const transport = line.kind === 'usb' ? new NodeHidTransport({ vendorId: line.vendorId, productId: line.productId }) : new SocketHidTransport(line.path);
      return trace?.hid(device, transport) ?? transport;
    },
    url: () => {
      assert(line.kind === 'url', 'an address');
      return line.url;
    },
  };
}
