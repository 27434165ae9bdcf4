import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Result } from '../../main/foundation/outcome.ts';
import { err, ok } from '../../main/foundation/outcome.ts';
import { ReportReader, encodeReport } from './report-framing.ts';
import type { HidTransport, TransportError } from './transport.ts';

/** What this transport uses of node-hid's `HIDAsync`; also the shape of the fake that its test gives. */
export interface HidDevice {
  on(event: 'data', listener: (report: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  write(report: Buffer): Promise<number>;
  getFeatureReport(reportId: number, byteCount: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface HidAddress {
  readonly vendorId: number;
  readonly productId: number;
  /** Several devices of one kind: the port's path as the system names it. */
  readonly path?: string;
}

/** Opens a device with node-hid, which is loaded only now: a machine without libusb still runs everything else. */
export async function openNodeHid(address: HidAddress): Promise<HidDevice> {
  const { HIDAsync } = await import('node-hid');
  return address.path === undefined ? HIDAsync.open(address.vendorId, address.productId) : HIDAsync.open(address.path);
}

/** Of any device that has feature reports without an id; a shorter one is given as it is. */
const FEATURE_BYTES = 65;

/** A USB HID device; only node-hid's asynchronous class is used, the other blocks the process. */
export class NodeHidTransport implements HidTransport {
  readonly name: string;
  readonly #open: () => Promise<HidDevice>;
  #device: HidDevice | undefined;
  #onReport: (report: Uint8Array) => void = () => {};
  #onClosed: (detail: string) => void = () => {};

  constructor(address: HidAddress, open: () => Promise<HidDevice> = () => openNodeHid(address)) {
    this.name = `hid:${hex16(address.vendorId)}:${hex16(address.productId)}`;
    this.#open = open;
  }

  async open(): Promise<Result<void, TransportError>> {
    await this.close();
    let device: HidDevice;
    try {
      device = await this.#open();
    } catch (error) {
      return err({ code: 'LNK_PORT_UNAVAILABLE', detail: words(error) });
    }
    this.#device = device;
    device.on('data', (report) => {
      if (this.#device === device) this.#onReport(report);
    });
    device.on('error', (error) => this.#lose(device, error));
    return ok(undefined);
  }

  async write(report: Uint8Array): Promise<Result<void, TransportError>> {
    const device = this.#device;
    if (device === undefined) return err({ code: 'LNK_LOST', detail: 'not open' });
    try {
      await device.write(Buffer.from(report));
      return ok(undefined);
    } catch (error) {
      this.#lose(device, error);
      return err({ code: 'LNK_LOST', detail: words(error) });
    }
  }

  /** A control transfer: USB answers it, or the device refuses it, whatever its protocol. */
  async probe(): Promise<boolean> {
    try {
      return (await this.#device?.getFeatureReport(0, FEATURE_BYTES)) !== undefined;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    const device = this.#device;
    this.#device = undefined;
    // A device that was pulled cannot be closed properly, and need not be.
    await device?.close().catch(() => {});
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#onReport = listener;
  }

  onClosed(listener: (detail: string) => void): void {
    this.#onClosed = listener;
  }

  #lose(device: HidDevice, error: unknown): void {
    if (this.#device !== device) return;
    void this.close();
    this.#onClosed(words(error));
  }
}

/** The same reports over a Unix socket, to a simulator's process. An empty report stands for the control transfer: no report on USB is empty. */
export class SocketHidTransport implements HidTransport {
  readonly name: string;
  readonly #path: string;
  #socket: Socket | undefined;
  #onProbed: ((isAnswered: boolean) => void) | null = null;
  #onReport: (report: Uint8Array) => void = () => {};
  #onClosed: (detail: string) => void = () => {};

  constructor(path: string) {
    this.#path = path;
    this.name = path;
  }

  async open(): Promise<Result<void, TransportError>> {
    await this.close();
    const socket = connect(this.#path);
    const failure = await new Promise<string | null>((resolve) => {
      socket.once('connect', () => resolve(null));
      socket.once('error', (error) => resolve(error.message));
    });
    if (failure !== null) return err({ code: 'LNK_PORT_UNAVAILABLE', detail: failure });
    this.#socket = socket;
    const reader = new ReportReader();
    socket.on('data', (chunk) => {
      const { reports, isBroken } = reader.push(chunk);
      for (const report of reports) {
        if (this.#socket !== socket) continue;
        if (report.length === 0) this.#probed(true);
        else this.#onReport(report);
      }
      if (isBroken) this.#lose(socket, 'the other end does not send reports');
    });
    socket.on('error', (error) => this.#lose(socket, error.message));
    socket.on('close', () => this.#lose(socket, 'closed by the other end'));
    return ok(undefined);
  }

  async write(report: Uint8Array): Promise<Result<void, TransportError>> {
    const socket = this.#socket;
    if (socket === undefined) return err({ code: 'LNK_LOST', detail: 'not open' });
    const failure = await new Promise<string | null>((resolve) => {
      socket.write(encodeReport(report), (error) => resolve(error?.message ?? null));
    });
    return failure === null ? ok(undefined) : err({ code: 'LNK_LOST', detail: failure });
  }

  probe(): Promise<boolean> {
    this.#probed(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#onProbed = resolve;
    void this.write(new Uint8Array()).then((written) => {
      if (!written.ok) resolve(false);
    });
    return promise;
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#probed(false);
    socket?.destroy();
  }

  #probed(isAnswered: boolean): void {
    this.#onProbed?.(isAnswered);
    this.#onProbed = null;
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#onReport = listener;
  }

  onClosed(listener: (detail: string) => void): void {
    this.#onClosed = listener;
  }

  #lose(socket: Socket, detail: string): void {
    if (this.#socket !== socket) return;
    void this.close();
    this.#onClosed(detail);
  }
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, '0');
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
