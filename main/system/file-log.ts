import { mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { pino } from 'pino';
import type { Clock } from '../foundation/clock.ts';
import type { Log, LogFields, LogLevel } from '../foundation/log.ts';

const STDERR = 2;
/** Digit runs that could be a card, an IIN or a phone: types mask themselves, this is the second net (style §11). */
const LONG_DIGITS = /\d{10,19}/g;

/**
 * One JSON object a line, `{ atUtcMs, monotonicMs, level, event, …fields }`, to a file (null: standard error).
 * @throws when the file cannot be opened: found at start
 */
export function createFileLog(options: { readonly path: string | null; readonly clock: Clock; readonly level: LogLevel }): Log {
  // Opened here and now: a failure is one of the start.
  const logger = pino({ base: null, level: options.level, timestamp: false, formatters: { level: (label) => ({ level: label }) } }, lines(options.path === null ? STDERR : openLog(options.path)));
  const stamp = (event: string, fields: LogFields = {}) => ({ atUtcMs: options.clock.nowUtcMs(), monotonicMs: Math.round(options.clock.monotonicMs()), event, ...masked(fields) });
  return {
    error: (event, fields) => logger.error(stamp(event, fields)),
    warn: (event, fields) => logger.warn(stamp(event, fields)),
    info: (event, fields) => logger.info(stamp(event, fields)),
    debug: (event, fields) => {
      if (logger.isLevelEnabled('debug')) logger.debug(stamp(event, fields?.()));
    },
  };
}

/**
 * A line that a full or failing disk, or a reader that is gone, does not take is lost, and how many were stands before the next one that is taken: nothing depends on the log. (pino's own
 * destination ends the process for it, and while that ends tries for ever to write the rest, with the journal still locked.)
 */
function lines(file: number): { write(line: string): void } {
  let [lostCount, isCut] = [0, false];
  return {
    write(line) {
      const bytes = Buffer.from(`${isCut ? '\n' : ''}${lostCount === 0 ? '' : `${JSON.stringify({ event: 'log.lines.lost', lostCount })}\n`}${line}`);
      try {
        isCut = writeSync(file, bytes) < bytes.length;
        lostCount = isCut ? lostCount + 1 : 0;
      } catch {
        lostCount += 1;
      }
    },
  };
}

function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return openSync(path, 'a', 0o600);
}

function masked(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, typeof value === 'string' ? value.replace(LONG_DIGITS, (digits) => `${'•'.repeat(digits.length - 4)}${digits.slice(-4)}`) : value]));
}
