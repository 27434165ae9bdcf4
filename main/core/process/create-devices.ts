import type { BarcodeReader } from '../../../drivers/interfaces/barcode-reader.ts';
import type { CardReader } from '../../../drivers/interfaces/card-reader.ts';
import type { CashAcceptor } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { CashDispenser } from '../../../drivers/interfaces/cash-dispenser.ts';
import type { Device, DeviceClass } from '../../../drivers/interfaces/device.ts';
import type { Printer } from '../../../drivers/interfaces/printer.ts';
import type { DriverContext } from '../../../drivers/interfaces/protocol-row.ts';
import type { Switches } from '../../../drivers/interfaces/switches.ts';
import { protocolRow } from '../../../drivers/protocol-table.ts';
import { NodeHidTransport, SocketHidTransport } from '../../../drivers/transport/hid.ts';
import { createSerialTransport } from '../../../drivers/transport/serial.ts';
import type { Config, ConfigProblem, DeviceLine } from '../../contracts/config.ts';
import { SAMPLE_DEVICES } from '../../contracts/run-folder.ts';
import { assert } from '../../foundation/assert.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { TerminalDevices } from '../core-parts.ts';

type Part = keyof Config['devices'];
/** Of what was found, in a message. */
const FOUND_TEXT_MAX = 80;

const PARTS: Readonly<Record<Part, DeviceClass>> = {
  acceptor: 'cashAcceptor', dispenser: 'cashDispenser', printer: 'printer', cardReader: 'cardReader', swipeReader: 'cardReader', scanner: 'barcodeReader', switches: 'auxiliaries',
};

/** What the protocols say of their devices in the configuration: class, kind of line, options. Loads no driver. */
export function deviceProblems(config: Config): readonly ConfigProblem[] {
  return chosenDevices(config).flatMap(({ part, protocol, line, options }): readonly ConfigProblem[] => {
    const at = `devices.${part}`;
    const row = protocolRow(protocol);
    if (row === undefined || row.deviceClass !== PARTS[part]) return [{ path: `${at}.protocol`, found: protocol, expected: `a protocol of class ${PARTS[part]}` }];
    if (kindOf(line) !== row.lineKind) return [{ path: `${at}.line.kind`, found: line.kind, expected: row.lineKind }];
    const parsed = row.options.safeParse(options);
    return parsed.success ? [] : parsed.error.issues.map((issue) => ({ path: [at, 'options', ...issue.path].join('.'), found: JSON.stringify(options).slice(0, FOUND_TEXT_MAX), expected: issue.message }));
  });
}

/** The drivers of the configured devices, each over its line; only their code is loaded. Assertion: `deviceProblems` found none. */
export async function createDevices(config: Config, common: { readonly clock: Clock; readonly log: Log }): Promise<TerminalDevices> {
  const made = new Map<Part, Device>();
  for (const { part, protocol, line, options } of chosenDevices(config)) {
    const row = protocolRow(protocol);
    assert(row !== undefined && row.deviceClass === PARTS[part], 'a checked configuration');
    made.set(part, await row.create(contextOf(SAMPLE_DEVICES[part], line, common), row.options.parse(options)));
  }
  // That the device of a part is of its class was just asserted, by the table of protocols.
  const of = <D extends Device>(part: Part) => (made.get(part) ?? null) as D | null;
  return {
    acceptor: of<CashAcceptor>('acceptor'),
    dispenser: of<CashDispenser>('dispenser'),
    printer: of<Printer>('printer'),
    cardReaders: [of<CardReader>('cardReader'), of<CardReader>('swipeReader')].filter((reader) => reader !== null),
    scanner: of<BarcodeReader>('scanner'),
    switches: of<Switches>('switches'),
  };
}

function chosenDevices({ devices }: Config) {
  return (Object.keys(PARTS) as Part[]).flatMap((part) => {
    const chosen = devices[part];
    return chosen === undefined ? [] : [{ part, protocol: chosen.protocol, line: chosen.line, options: chosen.options }];
  });
}

function kindOf(line: DeviceLine): 'serial' | 'hid' | 'url' {
  return line.kind === 'usb' || line.kind === 'hidSocket' ? 'hid' : line.kind;
}

function contextOf(deviceId: string, line: DeviceLine, { clock, log }: { readonly clock: Clock; readonly log: Log }): DriverContext {
  return {
    deviceId, clock, log,
    serial: () => {
      assert(line.kind === 'serial', 'a serial line');
      return createSerialTransport(line);
    },
    hid: () => {
      assert(line.kind === 'usb' || line.kind === 'hidSocket', 'a HID line');
      return line.kind === 'usb' ? new NodeHidTransport({ vendorId: line.vendorId, productId: line.productId }) : new SocketHidTransport(line.path);
    },
    url: () => {
      assert(line.kind === 'url', 'an address');
      return line.url;
    },
  };
}
