import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { atMost, failed, type Figure } from './figure.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', '..', 'simulators', 'world', 'idle-devices-main.ts');
/** Issue "Devices": idle cost of twelve devices. */
const IDLE_AIM_PERCENT = 3;
const TIMEOUT_MS = 60_000;

const answerSchema = z.object({ deviceCount: z.number(), upCount: z.number(), corePercent: z.number() });

/** Twelve devices that are polled and have nothing to do. */
export async function deviceFigures(): Promise<readonly Figure[]> {
  const figure = { name: 'devices: twelve idle, share of one core', unit: '%' };
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM], { timeout: TIMEOUT_MS });
  const { deviceCount, upCount, corePercent } = answerSchema.parse(JSON.parse(stdout));
  if (upCount < deviceCount) return [failed({ ...figure, aim: `≤ ${IDLE_AIM_PERCENT}` }, `${deviceCount - upCount} of ${deviceCount} did not come up`)];
  return [atMost(IDLE_AIM_PERCENT, { ...figure, note: 'one of each class, two dispensers, two printers; simulators in the same process' }, corePercent)];
}
