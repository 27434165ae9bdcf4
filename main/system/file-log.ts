import { pino } from 'pino';
import type { Clock } from '../foundation/clock.ts';
import type { Log, LogFields, LogLevel } from '../foundation/log.ts';

/** Digit runs that could be a card, an IIN or a phone: types mask themselves, this is the second net (style §11). */
const LONG_DIGITS = /\d{10,19}/g;

/**
 * One JSON object a line, `{ atUtcMs, monotonicMs, level, event, …fields }`, to a file (null: standard error).
 * @throws when the file cannot be opened: found at start
 */
export function createFileLog(options: { readonly path: string | null; readonly clock: Clock; readonly level: LogLevel }): Log {
  const destination = pino.destination({ dest: options.path ?? 2, sync: options.path === null, mkdir: true });
  const logger = pino({ base: null, level: options.level, timestamp: false, formatters: { level: (label) => ({ level: label }) } }, destination);
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

function masked(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, typeof value === 'string' ? value.replace(LONG_DIGITS, (digits) => `${'•'.repeat(digits.length - 4)}${digits.slice(-4)}`) : value]));
}
