import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { SerialPort } from 'serialport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeHidTransport, SocketHidTransport } from '../../../drivers/transport/hid.ts';
import type { WireChunk } from '../../../drivers/transport/recorder.ts';
import { recordTransport } from '../../../drivers/transport/recorder.ts';
import { REPORT_BYTES_MAX, ReportReader, encodeReport } from '../../../drivers/transport/report-framing.ts';
import { createSerialTransport } from '../../../drivers/transport/serial.ts';
import { createMemoryLine } from '../../../simulators/lines/memory-line.ts';
import { openPtyLine } from '../../../simulators/lines/pty-line.ts';
import { openSocketHidLine } from '../../../simulators/lines/socket-hid-line.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'qolma-line-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const SETTINGS = { baudRateBps: 9600, parity: 'none', stopBits: 1, dataBits: 8 } as const;

describe('serial transport on a pseudo-terminal', () => {
  it('carries all byte values both ways, tells a pulled cable once, and opens again under the same path', async () => {
    const line = openPtyLine({ linkPath: join(folder, 'port') });
    const transport = createSerialTransport({ path: line.path, ...SETTINGS, modemLines: { dtr: true, rts: false } });
    const heardByDevice: number[] = [];
    const heardByHost: number[] = [];
    const losses: string[] = [];
    line.onData((chunk) => void heardByDevice.push(...chunk));
    transport.onData((chunk) => void heardByHost.push(...chunk));
    transport.onClosed((detail) => void losses.push(detail));
    const all = Array.from({ length: 256 }, (_, index) => index);
    try {
      expect(transport.write(Uint8Array.of(1))).toBe(false);
      expect(await transport.open()).toEqual({ ok: true, value: undefined });
      expect(transport.write(Uint8Array.from(all))).toBe(true);
      line.write(Uint8Array.from(all));
      await expect.poll(() => [heardByDevice, heardByHost]).toEqual([all, all]);
      line.unplug();
      await expect.poll(() => losses.length).toBe(1);
      expect(transport.write(Uint8Array.of(1))).toBe(false);
      expect(await transport.open()).toMatchObject({ ok: false, error: { code: 'LNK_PORT_UNAVAILABLE' } });
      line.plug();
      for (let time = 0; time < 3; time++) expect((await transport.open()).ok).toBe(true);
      transport.write(Uint8Array.of(42));
      await expect.poll(() => heardByDevice.at(-1)).toBe(42);
      await transport.close();
      await transport.close();
      expect(losses).toHaveLength(1);
    } finally {
      await transport.close();
      line.close();
    }
  });

  it('does not wait without end for a port that hangs when it is to be closed, and throws away what never left', async () => {
    const calls: string[] = [];
    class HangingPort extends EventEmitter {
      isOpen = false;
      readonly writableLength = 0;
      open(done: (error: Error | null) => void): void {
        this.isOpen = true;
        done(null);
      }
      write(): boolean { return true; }
      drain(): void {}
      flush(): void { calls.push('flush'); }
      close(): void { calls.push('close'); }
    }
    const clock = createVirtualClock({ startUtcMs: 0 });
    const transport = createSerialTransport({ path: 'hanging', ...SETTINGS }, { clock, load: async () => HangingPort as unknown as typeof SerialPort });
    expect((await transport.open()).ok).toBe(true);
    transport.write(Uint8Array.of(1));
    let isClosed = false;
    void transport.close().then(() => (isClosed = true));
    await clock.advance(5_000);
    expect(isClosed).toBe(true);
    expect(calls).toEqual(['flush', 'close']);
    expect(transport.write(Uint8Array.of(1))).toBe(false);
  });

  it('says which port cannot be opened', async () => {
    const transport = createSerialTransport({ path: join(folder, 'nothing'), ...SETTINGS });
    expect(await transport.open()).toMatchObject({ ok: false, error: { code: 'LNK_PORT_UNAVAILABLE', detail: expect.stringContaining('nothing') } });
  });
});

describe('reports over a socket', () => {
  it('gives back any report, in any cut, and notices a stream that is none', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), (reports, pieceBytes) => {
        const stream = Buffer.concat(reports.map((report) => encodeReport(report)));
        const reader = new ReportReader();
        const read: Uint8Array[] = [];
        for (let offset = 0; offset < stream.length; offset += pieceBytes) read.push(...reader.push(stream.subarray(offset, offset + pieceBytes)).reports);
        expect(read).toEqual(reports);
      }),
    );
    expect(new ReportReader().push(Uint8Array.of(0xff, 0xff, 0)).isBroken).toBe(true);
    expect(() => encodeReport(new Uint8Array(REPORT_BYTES_MAX + 1))).toThrow(RangeError);
  });

  it('one frame is one report both ways; the end of the simulator is a loss, told once; it opens again', async () => {
    const line = await openSocketHidLine({ path: join(folder, 'reader.sock') });
    const transport = new SocketHidTransport(line.path);
    const heardByDevice: number[][] = [];
    const heardByHost: number[][] = [];
    const losses: string[] = [];
    line.onData((report) => void heardByDevice.push([...report]));
    transport.onReport((report) => void heardByHost.push([...report]));
    transport.onClosed((detail) => void losses.push(detail));
    try {
      expect((await transport.open()).ok).toBe(true);
      await transport.write(Uint8Array.of(1, 2, 3));
      await transport.write(Uint8Array.of(4));
      await expect.poll(() => heardByDevice).toEqual([[1, 2, 3], [4]]);
      line.write(Uint8Array.of(9, 8));
      line.write(Uint8Array.of(7));
      await expect.poll(() => heardByHost).toEqual([[9, 8], [7]]);
      // The control transfer is an empty report each way, and no report of the device.
      const probed = transport.probe();
      await expect.poll(() => heardByDevice.at(-1)).toEqual([]);
      line.write(new Uint8Array());
      expect(await probed).toBe(true);
      expect(heardByHost).toHaveLength(2);
      const unanswered = transport.probe();
      line.unplug();
      await expect.poll(() => losses.length).toBe(1);
      expect(await unanswered).toBe(false);
      expect(await transport.write(Uint8Array.of(1))).toMatchObject({ ok: false, error: { code: 'LNK_LOST' } });
      expect(await transport.open()).toMatchObject({ ok: false, error: { code: 'LNK_PORT_UNAVAILABLE' } });
      line.plug();
      await expect.poll(async () => (await transport.open()).ok).toBe(true);
      expect(losses).toHaveLength(1);
    } finally {
      await transport.close();
      await line.close();
    }
  });
});

describe('node-hid transport', () => {
  class FakeHid extends EventEmitter {
    readonly written: Buffer[] = [];
    isClosed = false;
    isGone = false;
    async write(report: Buffer): Promise<number> {
      if (this.isGone) throw new Error('device disconnected');
      this.written.push(report);
      return report.length;
    }
    async getFeatureReport(_reportId: number, byteCount: number): Promise<Uint8Array> {
      if (this.isGone) throw new Error('device disconnected');
      return new Uint8Array(byteCount);
    }
    async close(): Promise<void> {
      this.isClosed = true;
      if (this.isGone) throw new Error('already gone');
    }
  }

  it('hands reports on, tells a loss once, closes the device, and opens again', async () => {
    const devices = [new FakeHid(), new FakeHid()];
    const reports: number[][] = [];
    const losses: string[] = [];
    let opened = 0;
    const transport = new NodeHidTransport({ vendorId: 0x1234, productId: 0x5 }, async () => devices[opened++]!);
    transport.onReport((report) => void reports.push([...report]));
    transport.onClosed((detail) => void losses.push(detail));
    expect(transport.name).toBe('hid:1234:0005');
    await transport.open();
    devices[0]!.emit('data', Uint8Array.of(1));
    expect((await transport.write(Uint8Array.of(5))).ok).toBe(true);
    expect(await transport.probe()).toBe(true);
    devices[0]!.isGone = true;
    expect(await transport.probe()).toBe(false);
    expect(await transport.write(Uint8Array.of(6))).toMatchObject({ ok: false, error: { code: 'LNK_LOST' } });
    devices[0]!.emit('error', new Error('device disconnected'));
    expect(losses).toEqual(['device disconnected']);
    await transport.open();
    devices[0]!.emit('data', Uint8Array.of(2)); // the old device is not heard any more
    devices[1]!.emit('data', Uint8Array.of(3));
    expect(reports).toEqual([[1], [3]]);
    await transport.close();
    expect(devices.map((device) => device.isClosed)).toEqual([true, true]);
  });

  it('says why a device that is not there cannot be opened', async () => {
    const result = await new NodeHidTransport({ vendorId: 0xfffe, productId: 0xfffe }).open();
    expect(result).toMatchObject({ ok: false, error: { code: 'LNK_PORT_UNAVAILABLE' } });
  });
});

describe('recorder', () => {
  it('tells each chunk with direction and time after redaction, and changes nothing on the line', async () => {
    const clock = createVirtualClock({ startUtcMs: 1_000 });
    const { transport, line } = createMemoryLine({ name: 'memory', clock });
    const told: WireChunk[] = [];
    const recorded = recordTransport(transport, { clock, listener: (chunk) => void told.push(chunk), redact: (direction, bytes) => (direction === 'fromDevice' ? bytes.fill(0x2e) : bytes) });
    const heard: number[] = [];
    recorded.onData((chunk) => void heard.push(...chunk));
    expect(recorded.write(Uint8Array.of(9))).toBe(false);
    await recorded.open();
    recorded.write(Uint8Array.of(1, 2));
    await clock.advance(5);
    line.write(Uint8Array.of(4, 5, 6));
    await clock.advance(5);
    expect(heard).toEqual([4, 5, 6]);
    expect(told).toEqual([
      { line: 'memory', direction: 'toDevice', atUtcMs: 1_000, monotonicMs: 0, bytes: Uint8Array.of(1, 2) },
      { line: 'memory', direction: 'fromDevice', atUtcMs: 1_005, monotonicMs: 5, bytes: Uint8Array.of(0x2e, 0x2e, 0x2e) },
    ]);
  });
});
