import { createCcnetAcceptor } from '../../../drivers/cash-acceptor/ccnet/device.ts';
import { createLcdmDispenser } from '../../../drivers/cash-dispenser/puloon-lcdm/device.ts';
import { createEscposPrinter } from '../../../drivers/printer/escpos/device.ts';
import { createSerialTransport } from '../../../drivers/transport/serial.ts';
import type { Transport } from '../../../drivers/transport/transport.ts';
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
    acceptor: devices.acceptor === undefined ? null : createCcnetAcceptor({ ...common(SAMPLE_DEVICES.acceptor), transport: serial(devices.acceptor.line), address: devices.acceptor.address, currencyByCountryCode: CURRENCY_BY_COUNTRY_CODE }),
    dispenser: devices.dispenser === undefined ? null : createLcdmDispenser({ ...common(SAMPLE_DEVICES.dispenser), transport: serial(devices.dispenser.line) }),
    printer: devices.printer === undefined ? null : createEscposPrinter({ ...common(SAMPLE_DEVICES.printer), transport: serial(devices.printer.line), widthDots: devices.printer.widthDots }),
    cardReaders: [],
    scanner: null,
    switches: null,
  };
}

function serial(line: NonNullable<Config['devices']['acceptor']>['line']): Transport {
  return createSerialTransport(line);
}
