import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TRIGGER_OFF, TRIGGER_ON, codeText, encodeMenuCommand } from '../../../../drivers/barcode-reader/serial-scanner/codec.ts';
import { decodeSerialScanner } from '../../../../drivers/barcode-reader/serial-scanner/decode.ts';
import { createSerialScanner } from '../../../../drivers/barcode-reader/serial-scanner/device.ts';
import { CodeCollector } from '../../../../drivers/barcode-reader/serial-scanner/frames.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import type { SerialScannerSimulatorOptions } from '../../../../simulators/barcode-reader/serial-scanner/simulator.ts';
import { createSerialScannerSimulator } from '../../../../simulators/barcode-reader/serial-scanner/simulator.ts';
import { createMemoryLine } from '../../../../simulators/lines/memory-line.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { createVirtualClock } from '../../../../simulators/world/virtual-clock.ts';
import golden from '../../../vectors/serial-scanner.json' with { type: 'json' };
import { settled } from '../../../support/settled.ts';

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const CODE = 'https://pay.example/kz?ref=0123456789';

async function readyBench(options: SerialScannerSimulatorOptions = {}) {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const random = seededRandom(5);
  const { transport, line } = createMemoryLine({ name: 'memory', clock, chunking: { random, bytesMax: 6, gapMs: 3 } });
  const simulator = createSerialScannerSimulator({ line, clock, random, timeFactor: 1 }, options);
  simulator.start();
  const scanner = createSerialScanner({ deviceId: 'scanner', transport, clock, log: silentLog });
  const texts: string[] = [];
  scanner.onCode(({ text }) => texts.push(text));
  const hand = (command: { readonly do: string; readonly [key: string]: unknown }) => expect(simulator.control(command).ok).toBe(true);
  const untilState = async (state: string) => expect(await clock.runUntil(() => scanner.status().state === state, 60_000), `${state}`).toBe(true);
  const settle = <T>(promise: Promise<T>) => settled(promise, (isSettled) => clock.runUntil(isSettled, 10_000));
  scanner.start();
  await untilState('ready');
  return { clock, simulator, scanner, texts, hand, untilState, settle };
}

describe('golden bytes', () => {
  it('are what the driver sends and reads', () => {
    const [on, off, mode, revision, accepted] = golden.vectors.map((vector) => bytesOf(vector.hex));
    expect([TRIGGER_ON, TRIGGER_OFF, encodeMenuCommand('TRGMOD0'), encodeMenuCommand('REVINF')].map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual([on, off, mode, revision].map((bytes) => bytes!.toString('hex')));
    expect(new CodeCollector().push(accepted!)).toEqual([golden.vectors[4]!.decoded]);
  });
});

describe('codes', () => {
  it.each(['cr', 'crlf', 'none'] as const)('are told once while they stay before the window: suffix %s', async (suffix) => {
    const bench = await readyBench({ suffix });
    expect((await bench.settle(bench.scanner.arm())).kind).toBe('completed');
    bench.hand({ do: 'showCode', text: CODE });
    await bench.clock.advance(10_000);
    expect(bench.texts).toEqual([CODE]);
    bench.hand({ do: 'hideCode' });
    await bench.clock.advance(3_000);
    bench.hand({ do: 'showCode', text: CODE });
    await bench.clock.advance(1_000);
    expect(bench.texts).toEqual([CODE, CODE]);
    bench.hand({ do: 'showCode', text: 'another' });
    await bench.clock.advance(1_000);
    expect(bench.texts.at(-1)).toBe('another');
  });

  it('are ignored while nothing waits for them', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'showCode', text: CODE });
    await bench.clock.advance(5_000);
    await bench.settle(bench.scanner.arm());
    await bench.settle(bench.scanner.disarm());
    await bench.clock.advance(5_000);
    expect(bench.texts).toEqual([]);
    expect(bench.scanner.status().state).toBe('ready');
  });

  it('lose their control characters, and too long ones are dropped and counted', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'nulNoise' });
    await bench.settle(bench.scanner.arm());
    bench.hand({ do: 'showCode', text: `]Q1${CODE}` });
    await bench.clock.advance(1_000);
    expect(bench.texts).toEqual([`]Q1${CODE}`]);
    bench.hand({ do: 'fault', fault: 'tooLong' });
    bench.hand({ do: 'showCode', text: 'short' });
    await bench.clock.advance(8_000);
    expect(bench.scanner.status().counters).toMatchObject({ tooLongCount: 1 });
    expect(bench.texts).toEqual([`]Q1${CODE}`, 'short']);
    expect(codeText(Buffer.from('a\u001db\u0000c\u001b[31m'))).toBe('a\u001dbc[31m');
  });

  it('never come out longer than the limit, whatever the stream, and nothing throws', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 6 }), (chunks) => {
      const collector = new CodeCollector();
      const events = [...chunks.flatMap((chunk) => collector.push(chunk)), ...collector.expire()];
      for (const event of events) if (event.kind === 'code') expect(event.bytes.length).toBeLessThanOrEqual(4096);
    }));
  });
});

describe('the line', () => {
  it('comes back armed after it was pulled', async () => {
    const bench = await readyBench();
    await bench.settle(bench.scanner.arm());
    bench.hand({ do: 'unplug' });
    await bench.untilState('offline');
    expect(await bench.scanner.arm()).toMatchObject({ kind: 'failed', errorCode: 'BCR_OFFLINE' });
    bench.hand({ do: 'plug' });
    await bench.untilState('busy');
    bench.hand({ do: 'showCode', text: CODE });
    await bench.clock.advance(1_000);
    expect(bench.texts).toEqual([CODE]);
  });

  it('is found dead by silence while not armed, and gets over single lost answers', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'silence', times: 2 });
    await bench.clock.advance(8_000);
    expect(bench.scanner.status().state).toBe('ready');
    bench.hand({ do: 'powerOff' });
    await bench.untilState('offline');
    bench.hand({ do: 'powerOn' });
    await bench.untilState('ready');
    await bench.settle(bench.scanner.stop());
    expect(bench.scanner.status().state).toBe('offline');
  });
});

describe('decodeSerialScanner', () => {
  it('tells commands, and of codes no more than their kind', () => {
    expect(decodeSerialScanner(Buffer.concat(golden.vectors.slice(0, 3).map((vector) => bytesOf(vector.hex))), 'host')).toEqual([{ kind: 'command', command: 'triggerOn' }, { kind: 'command', command: 'triggerOff' }, { kind: 'command', command: 'menu', tag: 'TRGMOD0' }]);
    expect(decodeSerialScanner(Buffer.from('99990000\r'), 'device')).toEqual([{ kind: 'code', lengthBytes: 8, beginsWith: '••••••••' }]);
  });
});
