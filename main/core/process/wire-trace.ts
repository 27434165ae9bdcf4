import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceClass } from '../../../drivers/interfaces/device.ts';
import type { RecorderOptions, WireChunk } from '../../../drivers/transport/recorder.ts';
import { recordHidTransport, recordTransport } from '../../../drivers/transport/recorder.ts';
import { CRT_571_FRAME, maskAfterHead, maskAll } from '../../../drivers/transport/trace-mask.ts';
import type { HidTransport, Transport } from '../../../drivers/transport/transport.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import { createTraceFile } from '../../system/trace-file.ts';

/** Two files of this length a device: about three hours of polling. */
const TRACE_FILE_BYTES_MAX = 8 * 1024 * 1024;
/** Of one chunk; a receipt is 50 KB of dots. */
const SHOWN_BYTES_MAX = 256;

export interface WireTrace {
  serial(device: TracedDevice, transport: Transport): Transport;
  hid(device: TracedDevice, transport: HidTransport): HidTransport;
}

export interface TracedDevice {
  readonly deviceId: string;
  readonly deviceClass: DeviceClass;
  readonly protocol: string;
}

/**
 * `<folder>/<deviceId>.trace.jsonl`, what passes on each line: `{ atUtcMs, monotonicMs, line, direction, byteCount, hex }`. Card data, chip data, codes and
 * whatever a device for PINs says are masked before they leave the recorder (bytes `2A`); a class that is not known to be harmless is masked whole.
 *
 * @throws when the folder cannot be written
 */
export function createWireTrace(options: { readonly folder: string; readonly clock: Clock; readonly log: Log }): WireTrace {
  const { folder, clock, log } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  accessSync(folder, constants.W_OK);
  const recorder = (device: TracedDevice): RecorderOptions => {
    const file = createTraceFile({
      path: join(folder, `${device.deviceId}.trace.jsonl`), bytesMax: TRACE_FILE_BYTES_MAX,
      onEnd: (detail) => log.warn('lnk.trace.ended', { deviceId: device.deviceId, detail }),
    });
    const redact = redactionOf(device);
    return { clock, listener: (chunk) => file.write(recordOf(chunk)), ...(redact === null ? {} : { redact }) };
  };
  return {
    serial: (device, transport) => recordTransport(transport, recorder(device)),
    hid: (device, transport) => recordHidTransport(transport, recorder(device)),
  };
}

function recordOf({ line, direction, atUtcMs, monotonicMs, bytes }: WireChunk): object {
  return { atUtcMs, monotonicMs, line, direction, byteCount: bytes.length, hex: Buffer.from(bytes.subarray(0, SHOWN_BYTES_MAX)).toString('hex') };
}

type Redact = NonNullable<RecorderOptions['redact']>;

/** Classes on whose lines there is nothing about a person but what the receipt says, and that is masked by its writer. */
const HARMLESS: readonly DeviceClass[] = ['cashAcceptor', 'cashDispenser', 'cashRecycler', 'auxiliaries', 'watchdog', 'powerSupply', 'printer'];

function redactionOf({ deviceClass, protocol }: TracedDevice): Redact | null {
  if (protocol === 'crt-571') return maskAfterHead(CRT_571_FRAME);
  return HARMLESS.includes(deviceClass) ? null : maskAll();
}
