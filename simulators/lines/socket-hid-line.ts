import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import type { SimulatorLine } from '../simulator.ts';

/**
 * HID reports on a Unix socket: two bytes of length, big-endian, then the report (the same words as in `drivers/transport/report-framing.ts`,
 * written again here, because a simulator shares no code with drivers).
 */
const HEADER_BYTES = 2;
const REPORT_BYTES_MAX = 1025;

export interface SocketHidLine extends SimulatorLine {
  readonly path: string;
  close(): Promise<void>;
}

/** The device's end: one `write` is one report, one chunk of `onData` is one report. One driver at a time, the newest one wins. */
export async function openSocketHidLine(options: { readonly path: string }): Promise<SocketHidLine> {
  let listener: (report: Uint8Array) => void = () => {};
  let connection: Socket | undefined;
  let server: Server | undefined;
  mkdirSync(dirname(options.path), { recursive: true });

  function accept(socket: Socket): void {
    connection?.destroy();
    connection = socket;
    let pending: Buffer = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= HEADER_BYTES) {
        const reportBytes = pending.readUInt16BE(0);
        if (reportBytes > REPORT_BYTES_MAX) {
          socket.destroy();
          return;
        }
        if (pending.length < HEADER_BYTES + reportBytes) return;
        const report = Uint8Array.from(pending.subarray(HEADER_BYTES, HEADER_BYTES + reportBytes));
        pending = pending.subarray(HEADER_BYTES + reportBytes);
        listener(report);
      }
    });
  }

  function listen(): Promise<void> {
    rmSync(options.path, { force: true });
    const started = createServer(accept);
    server = started;
    return new Promise((resolve, reject) => {
      started.once('error', reject);
      started.listen(options.path, () => {
        chmodSync(options.path, 0o600);
        resolve();
      });
    });
  }

  function unplug(): void {
    connection?.destroy();
    connection = undefined;
    server?.close();
    server = undefined;
    rmSync(options.path, { force: true });
  }

  await listen();
  return {
    path: options.path,
    write(report) {
      if (report.length > REPORT_BYTES_MAX) throw new RangeError(`a report has at most ${REPORT_BYTES_MAX} bytes`);
      const header = Buffer.from([report.length >> 8, report.length & 0xff]);
      connection?.write(Buffer.concat([header, report]));
    },
    onData(newListener) {
      listener = newListener;
    },
    unplug,
    plug() {
      if (server === undefined) void listen();
    },
    async close() {
      unplug();
    },
  };
}
