import { createEscposPrinter } from '../../../../drivers/printer/escpos/device.ts';
import type { Printer } from '../../../../drivers/interfaces/printer.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import { createMemoryLine } from '../../../../simulators/lines/memory-line.ts';
import { createEscposSimulator } from '../../../../simulators/printer/escpos/simulator.ts';
import type { DeviceSimulator, Json, SimulatorEvent } from '../../../../simulators/simulator.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { createVirtualClock, type VirtualClock } from '../../../../simulators/world/virtual-clock.ts';
import { receiptLines } from '../../../../main/receipt/receipt-lines.ts';
import { renderReceipt } from '../../../../main/receipt/receipt-bitmap.ts';
import type { ReceiptRecord } from '../../../../main/receipt/receipt-record.ts';
import type { Bitmap } from '../../../../drivers/interfaces/printer.ts';
import type { Language } from '../../../../main/contracts/languages.ts';
import { PNG } from 'pngjs';

export interface PrinterWorld {
  readonly clock: VirtualClock;
  readonly printer: Printer;
  readonly simulator: DeviceSimulator;
  readonly events: SimulatorEvent[];
  control(command: { readonly do: string; readonly [key: string]: Json }): Json;
  world(): Record<string, Json>;
  /** Prints and lets time pass until the outcome is there. */
  print(bitmap: Bitmap): ReturnType<Printer['print']>;
  untilState(state: string): Promise<boolean>;
}

/** Driver and simulator in one process, on virtual time, the bytes cut at random. */
export async function createPrinterWorld(options: { readonly seed: number; readonly isReady?: boolean }): Promise<PrinterWorld> {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 2, 12, 9, 0) });
  const random = seededRandom(options.seed);
  const { transport, line } = createMemoryLine({ name: 'memory', clock, chunking: { random, bytesMax: 700 } });
  const simulator = createEscposSimulator({ line, clock, random, timeFactor: 1 }, { widthDots: 576 });
  const events: SimulatorEvent[] = [];
  simulator.onEvent((event) => void events.push(event));
  simulator.start();
  const printer = createEscposPrinter({ deviceId: 'printer', transport, clock, log: silentLog, widthDots: 576 });
  const made: PrinterWorld = {
    clock,
    printer,
    simulator,
    events,
    control(command) {
      const result = simulator.control(command);
      if (!result.ok) throw new Error(`${command.do}: ${result.error.code} ${result.error.detail}`);
      return result.value;
    },
    world: () => simulator.world() as Record<string, Json>,
    async print(bitmap) {
      let outcome: Awaited<ReturnType<Printer['print']>> | undefined;
      void printer.print({ bitmap }).then((value) => {
        outcome = value;
      });
      await clock.runUntil(() => outcome !== undefined, 300_000);
      if (outcome === undefined) throw new Error('the job was never settled');
      return outcome;
    },
    untilState: (state) => clock.runUntil(() => printer.status().state === state, 120_000),
  };
  if (options.isReady ?? true) {
    printer.start();
    if (!(await made.untilState('ready'))) throw new Error(`not ready: ${JSON.stringify(printer.status())}`);
  }
  return made;
}

export function bitmapOf(record: ReceiptRecord, language: Language): Bitmap {
  const rendered = renderReceipt(receiptLines(record, language), { widthDots: 576 });
  if (!rendered.ok) throw new Error(rendered.error.detail);
  return rendered.value;
}

/** Back from PNG to dots, by a reader that shares nothing with the writer's packing. */
export function dotsOfPng(base64: string): Bitmap {
  const { width, height, data } = PNG.sync.read(Buffer.from(base64, 'base64'));
  const bytes = new Uint8Array(Math.ceil(width / 8) * height);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) if (data[(y * width + x) * 4]! < 128) bytes[y * Math.ceil(width / 8) + (x >> 3)]! |= 0x80 >> (x & 7);
  return { widthDots: width, heightDots: height, bytes };
}
