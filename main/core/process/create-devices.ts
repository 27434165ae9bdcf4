import { createIoBoardSwitches } from '../../../drivers/auxiliaries/io-board/device.ts';
import { createSerialScanner } from '../../../drivers/barcode-reader/serial-scanner/device.ts';
import { createCrt571Reader } from '../../../drivers/card-reader/crt-571/device.ts';
import { createMagtekSwipeReader } from '../../../drivers/card-reader/magtek-hid/device.ts';
import { createCcnetAcceptor } from '../../../drivers/cash-acceptor/ccnet/device.ts';
import { createLcdmDispenser } from '../../../drivers/cash-dispenser/puloon-lcdm/device.ts';
import { createEscposPrinter } from '../../../drivers/printer/escpos/device.ts';
import { NodeHidTransport, SocketHidTransport } from '../../../drivers/transport/hid.ts';
import { createSerialTransport } from '../../../drivers/transport/serial.ts';
import type { HidTransport, Transport } from '../../../drivers/transport/transport.ts';
import type { Config } from '../../contracts/config.ts';
import { SAMPLE_DEVICES } from '../../contracts/run-folder.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { TerminalDevices } from '../core-parts.ts';

/** Letters of bill tables → ISO 4217; the letters are no currency code. [ccnet §9] */
const CURRENCY_BY_COUNTRY_CODE = { KAZ: 'KZT' } as const;

/** The drivers of the configured devices, each over its line. Which protocol is which driver is said here and nowhere else. */
export function createDevices(config: Config, options: { readonly clock: Clock; readonly log: Log }): TerminalDevices {
  const { clock, log } = options;
  const { devices } = config;
  const common = (deviceId: string) => ({ deviceId, clock, log });
  return {
    acceptor: devices.acceptor === undefined ? null : createCcnetAcceptor({
      ...common(SAMPLE_DEVICES.acceptor),
      transport: serial(devices.acceptor.line),
      address: devices.acceptor.address,
      currencyByCountryCode: CURRENCY_BY_COUNTRY_CODE,
    }),
    dispenser: devices.dispenser === undefined ? null : createLcdmDispenser({ ...common(SAMPLE_DEVICES.dispenser), transport: serial(devices.dispenser.line) }),
    printer: devices.printer === undefined ? null : createEscposPrinter({
      ...common(SAMPLE_DEVICES.printer),
      transport: serial(devices.printer.line),
      widthDots: devices.printer.widthDots,
    }),
    cardReaders: [
      ...(devices.cardReader === undefined ? [] : [createCrt571Reader({ ...common(SAMPLE_DEVICES.cardReader), transport: serial(devices.cardReader.line) })]),
      ...(devices.swipeReader === undefined ? [] : [createMagtekSwipeReader({ ...common(SAMPLE_DEVICES.swipeReader), transport: hid(devices.swipeReader.hid) })]),
    ],
    scanner: devices.scanner === undefined ? null : createSerialScanner({ ...common(SAMPLE_DEVICES.scanner), transport: serial(devices.scanner.line) }),
    switches: devices.switches === undefined ? null : createIoBoardSwitches({ ...common(SAMPLE_DEVICES.switches), transport: serial(devices.switches.line) }),
  };
}

function serial(line: NonNullable<Config['devices']['acceptor']>['line']): Transport {
  return createSerialTransport(line);
}

function hid(line: NonNullable<Config['devices']['swipeReader']>['hid']): HidTransport {
  return line.kind === 'usb' ? new NodeHidTransport({ vendorId: line.vendorId, productId: line.productId }) : new SocketHidTransport(line.path);
}
