import { createF53Dispenser } from '../../drivers/cash-dispenser/fujitsu-f53/device.ts';
import { createLcdmBDispenser } from '../../drivers/cash-dispenser/puloon-lcdm-4000/device.ts';
import { createLcdmDispenser } from '../../drivers/cash-dispenser/puloon-lcdm/device.ts';
import type { CashDispenser } from '../../drivers/interfaces/cash-dispenser.ts';
import { silentLog } from '../../main/foundation/log.ts';
import { buildFrame } from '../../simulators/cash-dispenser/fujitsu-f53/wire.ts';
import { buildResponse as buildB } from '../../simulators/cash-dispenser/puloon-lcdm-4000/wire.ts';
import { buildResponse as buildA } from '../../simulators/cash-dispenser/puloon-lcdm/wire.ts';
import type { Saying, ScriptedLine } from './scripted-line.ts';
import { atOnce, createScriptedLine } from './scripted-line.ts';

const BILL = { lengthMmMax: 149, lengthMmMin: 129, thickness: 12 };
const NO_CASSETTE = [0x20, 0x30, 0x5c, 0x84];
const healthyA: Readonly<Record<number, readonly number[]>> = { 0x47: [...'T20T5624'].map((character) => character.charCodeAt(0)), 0x46: [0x30, 0x30, 0x80, 0x00] };
const healthyB: Readonly<Record<number, readonly number[]>> = {
  0x50: [0x20, 0x20, 0x20, 0x31, 0x5c, 0x84, 0x20, 0x32, 0x5c, 0x84, ...NO_CASSETTE, ...NO_CASSETTE],
  0x55: [0x20, 0x20, 0x30, 0x20, 0x20, 0x31, 0x20, 0x20, 0x32, 0x20, 0x20, 0x30, 0x20, 0x20, 0x30],
};

/** A healthy unit of two cassettes, but for what it says of its orders. */
const UNITS = {
  'puloon-lcdm': {
    create: ({ transport, clock }: ScriptedLine): CashDispenser => createLcdmDispenser({ deviceId: 'dispenser', transport, clock, log: silentLog }),
    isOrder: (chunk: Buffer) => chunk[3] === 0x45,
    healthy: (chunk: Buffer): readonly Saying[] => (healthyA[chunk[3] ?? 0] === undefined ? [] : atOnce([0x06], buildA(chunk[3]!, healthyA[chunk[3]!]!))),
  },
  'puloon-lcdm-4000': {
    create: ({ transport, clock }: ScriptedLine): CashDispenser => createLcdmBDispenser({ deviceId: 'dispenser', transport, clock, log: silentLog, cassetteCount: 2 }),
    isOrder: (chunk: Buffer) => chunk[3] === 0x52,
    healthy: (chunk: Buffer): readonly Saying[] => (healthyB[chunk[3] ?? 0] === undefined ? [] : atOnce([0x06], buildB(chunk[3]!, healthyB[chunk[3]!]!))),
  },
  'fujitsu-f53': {
    create: ({ transport, clock }: ScriptedLine): CashDispenser => createF53Dispenser({ deviceId: 'dispenser', transport, clock, log: silentLog, bills: [BILL, BILL], isPolymer: false, delivery: 'separate', slot: 'front' }),
    isOrder: (chunk: Buffer) => chunk[4] === 0x60 && chunk[5] === 0x03,
    healthy: (chunk: Buffer): readonly Saying[] => {
      if (chunk[1] === 0x05) return atOnce([0x10, 0x06]);
      if (chunk[1] !== 0x02) return [];
      return atOnce([0x10, 0x06], [0x10, 0x05], chunk[4] === 0x00 ? f53Status(false) : f53Done(chunk[5]!));
    },
  },
} as const;
export type ScriptedProtocol = keyof typeof UNITS;

export function f53Status(isExitBlocked: boolean): readonly number[] {
  return buildFrame([0x80, 0x01, 20, ...Array.from({ length: 20 }, (_, index) => (index === 11 && isExitBlocked ? 0x10 : 0)), 0x1c]);
}

export function f53Done(code: number): readonly number[] {
  return buildFrame([0xe0, code, 4, 0, 0, 0, 0, 0x1c]);
}

/** @param say  what it says to this chunk; undefined: as a healthy one */
export async function createScriptedDispenser(protocol: ScriptedProtocol, say: (chunk: Buffer, isOrder: boolean) => readonly Saying[] | undefined): Promise<ScriptedLine & { readonly dispenser: CashDispenser; readonly orderCount: () => number; readonly healthy: (chunk: Buffer) => readonly Saying[] }> {
  const { create, isOrder, healthy } = UNITS[protocol];
  let orderCount = 0;
  const line = createScriptedLine((chunk) => {
    if (isOrder(chunk)) orderCount++;
    return say(chunk, isOrder(chunk)) ?? healthy(chunk);
  });
  const dispenser = create(line);
  dispenser.start();
  if (!(await line.clock.runUntil(() => dispenser.status().state === 'ready', 60_000))) throw new Error(dispenser.status().faults.join());
  return { ...line, dispenser, healthy, orderCount: () => orderCount };
}
