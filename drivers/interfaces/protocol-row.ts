import type { z } from 'zod';
import type { Clock } from '../../main/foundation/clock.ts';
import type { Log } from '../../main/foundation/log.ts';
import type { Random } from '../../main/foundation/random.ts';
import type { HidTransport, Transport } from '../transport/transport.ts';
import type { Device, DeviceClass } from './device.ts';
import type { Probe } from './probe.ts';

/** Who sent the bytes, as the terminal sees it. */
export type Sender = 'host' | 'device';

/** What a driver is made with. It takes the line that its protocol speaks on. */
export interface DriverContext {
  readonly deviceId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** For keys that a protocol negotiates; only protocols that encrypt need it. */
  readonly random: Random;
  /** Assertion in each: the configuration named a line of this kind. */
  serial(): Transport;
  hid(): HidTransport;
  /** Address of a service that the device is reached through: `ws://…`, `wss://…`, `tcp://host:port`. */
  url(): string;
}

export type LineKind = 'serial' | 'hid' | 'url';

/** One protocol: what is known of it, how its bytes read, and how its driver is made. Each driver's folder has one, in `protocol.ts`. */
export interface ProtocolRow {
  readonly protocol: string;
  readonly deviceClass: DeviceClass;
  readonly devices: string;
  readonly lineKind: LineKind;
  /** For people: speed and format, or the kind of connection. */
  readonly line: string;
  /** Manual and revision the driver follows; its README and sheet say more. */
  readonly source: string;
  /** What is known before a device has answered; the names of `drivers/interfaces`. A test holds them equal to the drivers' own. */
  readonly capabilities: Readonly<Record<string, string | number | boolean>>;
  /** What no second source confirms: look here first when a real device behaves otherwise. */
  readonly unverified: readonly string[];
  /** A frame tells by itself, or by what lies before it, who sent it. */
  readonly isSenderInBytes: boolean;
  /** Frames, answers and noise in order, as plain JSON; every byte is accounted for. Loads the driver's codec. */
  readonly decode: (bytes: Uint8Array, from: Sender | undefined) => Promise<readonly unknown[]>;
  /** Of a dispenser: how many cassettes the model that the options name has; absent: as `capabilities.cassetteCount` says. @param options  parsed by `options` */
  readonly cassetteCountOf?: (options: unknown) => number;
  /** Loads how it is found on a port that nobody has named; absent: it is reached by an address, or only by hand. */
  readonly probe?: () => Promise<Probe>;
  /** What a site may set: `devices.….options` of the configuration, strict, with defaults for all that may be left out. */
  readonly options: z.ZodType;
  /** Loads the driver. @param options  parsed by `options`. The device is of the interface that its class says. */
  readonly create: (context: DriverContext, options: unknown) => Promise<Device>;
}

/** A row whose options have a type inside it and none outside. */
export function defineProtocol<Options>(
  row: Omit<ProtocolRow, 'options' | 'create' | 'cassetteCountOf'> & { readonly options: z.ZodType<Options>; readonly create: (context: DriverContext, options: Options) => Promise<Device>; readonly cassetteCountOf?: (options: Options) => number },
): ProtocolRow {
  const { cassetteCountOf, ...others } = row;
  return { ...others, create: (context, options) => row.create(context, options as Options), ...(cassetteCountOf === undefined ? {} : { cassetteCountOf: (options: unknown) => cassetteCountOf(options as Options) }) };
}
