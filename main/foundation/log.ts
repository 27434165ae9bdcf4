export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Values with units in their names; never PAN, PIN block, CVV, one-time code, phone or IIN in full. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/**
 * The engineers' record; not the journal (law) and not the wire trace (bytes).
 * `event` is constant, `area.thing.happened`. error: a person must come. warn: recovered, count it. info: state changes.
 */
export interface Log {
  error(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  /** Built lazily: frames and other heavy things are made only where somebody reads them. */
  debug(event: string, fields?: () => LogFields): void;
}

export const silentLog: Log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };
