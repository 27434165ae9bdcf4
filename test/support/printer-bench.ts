import { createCitizenPpuPrinter } from '../../drivers/printer/citizen-ppu/device.ts';
import { createCustomVkp80Printer } from '../../drivers/printer/custom-vkp80/device.ts';
import { createEpsonTmPrinter } from '../../drivers/printer/epson-tm/device.ts';
import { createEscposPrinter } from '../../drivers/printer/escpos/device.ts';
import type { FamilyPrinterOptions } from '../../drivers/escpos-family/device.ts';
import type { PrinterSimulatorOptions } from '../../simulators/escpos-family/simulator.ts';
import { createCitizenPpuSimulator } from '../../simulators/printer/citizen-ppu/simulator.ts';
import { createCustomVkp80Simulator } from '../../simulators/printer/custom-vkp80/simulator.ts';
import { createEpsonTmSimulator } from '../../simulators/printer/epson-tm/simulator.ts';
import type { Printer } from '../../drivers/interfaces/printer.ts';
import { silentLog } from '../../main/foundation/log.ts';
import { FaultyLine } from '../../simulators/lines/faulty-line.ts';
import { createMemoryLine } from '../../simulators/lines/memory-line.ts';
import { createEscposSimulator } from '../../simulators/printer/escpos/simulator.ts';
import type { CreateSimulator, DeviceSimulator, Json, SimulatorEvent, SimulatorLine } from '../../simulators/simulator.ts';
import { seededRandom } from '../../simulators/world/seeded-random.ts';
import { createVirtualClock, type VirtualClock } from '../../simulators/world/virtual-clock.ts';
import { receiptLines } from '../../main/receipt/receipt-lines.ts';
import { renderReceipt } from '../../main/receipt/receipt-bitmap.ts';
import type { ReceiptRecord } from '../../main/receipt/receipt-record.ts';
import type { Bitmap } from '../../drivers/interfaces/printer.ts';
import type { Language } from '../../main/contracts/languages.ts';
import { PNG } from 'pngjs';
import { settled } from './settled.ts';

export interface PrinterWorld {
  readonly clock: VirtualClock;
  readonly printer: Printer;
  readonly simulator: DeviceSimulator;
  readonly events: SimulatorEvent[];
  /** A faulty line spoils nothing from now on. */
  calm(): void;
  control(command: { readonly do: string; readonly [key: string]: Json }): Json;
  world(): Record<string, Json>;
  /** Prints and lets time pass until the outcome is there. */
  print(bitmap: Bitmap): ReturnType<Printer['print']>;
  /** Lets time pass until it is settled. */
  settle<T>(promise: Promise<T>): Promise<T>;
  untilState(state: string): Promise<boolean>;
}

const WIDTH_DOTS = 576;

interface Type {
  readonly driver: (options: FamilyPrinterOptions) => Printer;
  readonly simulator: CreateSimulator<PrinterSimulatorOptions & { readonly hasKazakhFont?: boolean }>;
}

const TYPES = {
  escpos: { driver: createEscposPrinter, simulator: createEscposSimulator },
  'epson-tm': { driver: createEpsonTmPrinter, simulator: createEpsonTmSimulator },
  'custom-vkp80': { driver: (options) => createCustomVkp80Printer({ ...options, presentSteps: 12, hasKazakhFont: true }), simulator: (environment, options) => createCustomVkp80Simulator(environment, { ...options, hasKazakhFont: true }) },
  'citizen-ppu': { driver: createCitizenPpuPrinter, simulator: createCitizenPpuSimulator },
} as const satisfies Readonly<Record<string, Type>>;
export type PrinterProtocol = keyof typeof TYPES;
export const PRINTER_PROTOCOLS = Object.keys(TYPES) as readonly PrinterProtocol[];

/** Driver and simulator in one process, on virtual time, the bytes cut at random. */
export async function createPrinterWorld(options: { readonly seed: number; readonly isReady?: boolean; readonly protocol?: PrinterProtocol; readonly isRetractEnabled?: boolean; readonly spoiledAnswerOneOf?: number }): Promise<PrinterWorld> {
  const clock = createVirtualClock({ startUtcMs: Date.UTC(2026, 2, 12, 9, 0) });
  const random = seededRandom(options.seed);
  const { transport, line } = createMemoryLine({ name: 'memory', clock, chunking: { random, bytesMax: 700 } });
  const type: Type = TYPES[options.protocol ?? 'escpos'];
  const faulty = options.spoiledAnswerOneOf === undefined ? null : new FaultyLine(line, { clock, random, oneOf: options.spoiledAnswerOneOf });
  // Only answers are spoiled: a picture has no checksum, a bent dot is a bent dot.
  const spoiled: SimulatorLine = faulty === null ? line : { write: (bytes) => faulty.write(bytes), onData: (listener) => line.onData(listener), unplug: () => faulty.unplug(), plug: () => faulty.plug() };
  const simulator = type.simulator({ line: spoiled, clock, random, timeFactor: 1 }, { widthDots: WIDTH_DOTS, isRetractEnabled: options.isRetractEnabled ?? true });
  const events: SimulatorEvent[] = [];
  simulator.onEvent((event) => void events.push(event));
  simulator.start();
  const printer = type.driver({ deviceId: 'printer', transport, clock, log: silentLog, widthDots: WIDTH_DOTS });
  const made: PrinterWorld = {
    clock,
    printer,
    simulator,
    events,
    calm: () => faulty?.calm(),
    control(command) {
      const result = simulator.control(command);
      if (!result.ok) throw new Error(`${command.do}: ${result.error.code} ${result.error.detail}`);
      return result.value;
    },
    world: () => simulator.world() as Record<string, Json>,
    print: (bitmap) => made.settle(printer.print({ bitmap })),
    settle: (promise) => settled(promise, (isSettled) => clock.runUntil(isSettled, 300_000)),
    untilState: (state) => clock.runUntil(() => printer.status().state === state, 120_000),
  };
  if (options.isReady ?? true) {
    printer.start();
    if (!(await made.untilState('ready'))) throw new Error(`not ready: ${JSON.stringify(printer.status())}`);
  }
  return made;
}

export function bitmapOf(record: ReceiptRecord, language: Language): Bitmap {
  const rendered = renderReceipt(receiptLines(record, language), { widthDots: WIDTH_DOTS });
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
