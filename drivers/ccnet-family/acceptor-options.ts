import type { Clock } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { Currency } from '../../main/foundation/money.ts';
import type { DeviceClass } from '../interfaces/device.ts';
import type { Transport } from '../transport/transport.ts';

export interface CcnetAcceptorOptions {
  readonly deviceId: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  /** 3, a bill validator, unless the configuration says otherwise. */
  readonly address?: number;
  /** The letters of the device's bill table → ISO 4217, `{ KAZ: 'KZT' }`. Types with other letters stay disabled. [ccnet §9] */
  readonly currencyByCountryCode: Readonly<Record<string, Currency>>;
}

/** What a unit with more than a validator changes. */
export interface CcnetUnitKind {
  readonly protocol: string;
  readonly deviceClass: DeviceClass;
}
