import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { DeviceStatusFile } from '../../contracts/device-report.ts';
import type { Clock, TimerHandle } from '../../foundation/clock.ts';
import type { Log } from '../../foundation/log.ts';
import type { Terminal } from '../compose.ts';
import { deviceReports } from '../service/device-reports.ts';

/** A reader takes an older file for that of a core which died. */
export const STATUS_FILE_EVERY_MS = 5_000;

/**
 * How the devices stand, for programs beside the core: one file in the run folder (mode 0600), replaced whole, so that a reader never sees half of it. It carries
 * what service mode shows and no more.
 */
export function keepDeviceStatusFile(options: { readonly terminal: Terminal; readonly path: string; readonly bootId: string; readonly clock: Clock; readonly log: Log }): { close(): void } {
  const { terminal, path, bootId, clock, log } = options;
  let timer: TimerHandle | null = null;
  let isWritable = true;
  const write = () => {
    const parts = terminal.parts();
    timer = clock.setTimeout(write, STATUS_FILE_EVERY_MS);
    if (parts === null) return;
    const file: DeviceStatusFile = { atUtcMs: clock.nowUtcMs(), bootId, devices: [...deviceReports(parts)] };
    try {
      writeFileSync(`${path}.new`, JSON.stringify(file), { mode: 0o600 });
      renameSync(`${path}.new`, path);
      isWritable = true;
    } catch (error) {
      // The terminal does not depend on it; said once.
      if (isWritable) log.warn('trm.statusFile.unwritable', { detail: error instanceof Error ? error.message : String(error) });
      isWritable = false;
    }
  };
  rmSync(path, { force: true });
  timer = clock.setTimeout(write, 0);
  return {
    close: () => {
      if (timer !== null) clock.clearTimeout(timer);
      rmSync(path, { force: true });
    },
  };
}
